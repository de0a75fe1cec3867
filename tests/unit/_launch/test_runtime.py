import sys
from pathlib import Path

from child_process._launch.runtime import PACKAGE, RUNTIME, own_paths, runs_us


def test_nothing_that_holds_data_is_in_the_runtime() -> None:
    """No home, no /proc, no /etc but for single files."""
    assert {"/", "/etc", "/proc", "/home", "/root", "/var", "/tmp", "/run"}.isdisjoint(
        RUNTIME
    )


def test_a_program_needs_itself() -> None:
    """And nothing else, where it is one of the system's."""
    assert ["/bin/true"] == [*own_paths("/bin/true")]


def test_a_script_needs_its_interpreter(tmp_path: Path) -> None:
    """The program of its first line."""
    script = tmp_path / "script"
    script.write_text("#!/opt/tool -x\n")

    assert [str(script), "/opt/tool"] == [*own_paths(str(script))]


def test_our_python_needs_its_library_and_us() -> None:
    """Where it is installed, a virtual environment and what it was made from."""
    paths = [*own_paths(sys.executable)]

    assert {sys.prefix, sys.base_prefix, PACKAGE} <= {*paths}
    assert runs_us(sys.executable)


def test_a_script_of_our_python_is_run_by_it(tmp_path: Path) -> None:
    """So it needs the same."""
    script = tmp_path / "script"
    script.write_text(f"#!{sys.executable}\n")

    assert runs_us(str(script))
    assert sys.prefix in [*own_paths(str(script))]
