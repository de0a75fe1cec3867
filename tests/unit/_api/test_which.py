import os
from pathlib import Path
from typing import Any

import pytest

from child_process import OptionError, which


def test_a_program_is_found_in_the_childs_path(tmp_path: Path) -> None:
    """In ours, or in that of the environment given."""
    tool = tmp_path / "tool"
    tool.touch(mode=0o755)

    assert str(tool) == which("tool", env={"PATH": str(tmp_path)})
    assert which("tool") is None
    assert (which("sh") or "").endswith("/sh")


def test_a_path_is_seen_from_the_working_directory(tmp_path: Path) -> None:
    """From the child's; what is no executable file is none."""
    tool = tmp_path / "bin" / "tool"
    tool.parent.mkdir()
    tool.touch(mode=0o755)
    (tmp_path / "data").touch(mode=0o644)

    assert f"{tmp_path}/bin/tool" == which("bin/tool", cwd=tmp_path)
    assert which("./data", cwd=tmp_path) is None
    assert which("./bin", cwd=tmp_path) is None
    assert which("./nothing", cwd=tmp_path) is None
    assert os.path.realpath("/bin/sh") == os.path.realpath(which("/bin/sh") or "")


@pytest.mark.parametrize("program", ["", "a\0b", None, 1])
def test_what_is_no_name_is_refused(program: Any) -> None:
    """The error names the parameter."""
    with pytest.raises(OptionError, match="program"):
        which(program)
