from typing import Any

import pytest

from child_process import exec, exec_file
from child_process.errors import CommandFailed, OptionError, OptionTypeError


@pytest.mark.parametrize(("verb", "name"), [(exec, "exec"), (exec_file, "exec_file")])
def test_without_a_loop_it_says_what_to_do(verb: Any, name: str) -> None:
    """The blocking form is named."""
    with pytest.raises(RuntimeError, match=rf"{name}\(\) needs .*{name}_sync\(\)"):
        verb("ls")


async def test_exec_is_a_shells_line() -> None:
    """With all that a shell does; the result shows the line."""
    result = await exec("echo $((1 + 2)) | cat")

    assert "3\n" == result.stdout
    assert "echo $((1 + 2)) | cat" == result.command


async def test_another_shell_may_be_named() -> None:
    """By its path."""
    result = await exec("echo ${BASH_VERSION:+bash}", shell="/bin/bash")

    assert "bash\n" == result.stdout


@pytest.mark.parametrize("shell", [False, None, ""])
async def test_exec_without_a_shell_is_refused(shell: Any) -> None:
    """`exec_file` is what knows no shell."""
    with pytest.raises(OptionError):
        _ = exec("ls", shell=shell)


async def test_exec_file_knows_no_shell() -> None:
    """Arguments arrive as they are; the result shows what one would type."""
    result = await exec_file("echo", ["$HOME;", "a  b"])

    assert "$HOME; a  b\n" == result.stdout
    assert "echo '$HOME;' 'a  b'" == result.command


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("utf-8", "\ufffd"), ("latin-1", "\xff"), (None, b"\xff"), ("buffer", b"\xff")],
)
async def test_output_is_text_or_bytes(encoding: Any, expected: str | bytes) -> None:
    """UTF-8 by default, bytes without an encoding."""
    result = await exec("printf '\\377'", encoding=encoding)

    assert expected == result.stdout


async def test_a_callback_can_be_called() -> None:
    """What cannot is refused before anything starts."""
    with pytest.raises(OptionTypeError) as caught:
        exec("ls", {"cwd": "/"})  # type: ignore[call-overload]  # wrong on purpose

    assert "callback" == caught.value.option


async def test_a_failure_says_what_the_command_said() -> None:
    """Code, command and the end of its stderr."""
    with pytest.raises(CommandFailed) as caught:
        await exec("echo went wrong >&2; exit 3")

    assert (
        "Command failed, exit code 3: echo went wrong >&2; exit 3\n\nwent wrong"
        == str(caught.value)
    )
