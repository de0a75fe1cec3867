"""`import child_process` costs a program next to nothing."""

import subprocess
import sys

HEAVY = {
    "asyncio",
    "concurrent.futures",
    "ctypes",
    "json",
    "logging",
    "multiprocessing",
    "selectors",
    "socket",
    "subprocess",
    "threading",
    "uvloop",
}


def test_importing_the_package_imports_nothing_heavy() -> None:
    """asyncio, subprocess and their like come with the first verb that is used."""
    # Without site: an editable install's own hooks would be counted as ours.
    code = f"""if True:
        import sys
        sys.path[:0] = {[path for path in sys.path if path]!r}
        before = set(sys.modules)
        import child_process
        print(*sorted((set(sys.modules) - before) & {HEAVY!r}))
    """
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True
    )

    assert "" == done.stdout.strip()
