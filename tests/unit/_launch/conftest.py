"""What is about the compiled launcher is left out where there is none."""

from importlib.util import find_spec

_NATIVE = ["test_choosing.py", "test_completions.py", "test_native.py"]

collect_ignore = [] if find_spec("child_process._launch._spawn") else _NATIVE
