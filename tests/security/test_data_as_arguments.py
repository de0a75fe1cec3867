"""Data is an argument: whatever it holds, it arrives, and nothing executes it.

d17 of the project's survey: six payloads, of which other libraries ran four.
"""

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from child_process import (
    OptionError,
    OptionTypeError,
    cmd,
    exec,
    exec_file,
    exec_file_sync,
    exec_sync,
    run,
    run_command,
    run_sync,
    spawn,
    spawn_sync,
    validate,
)
from tests.support import programs

# Each would make the file "pwned", were it ever read by a shell.
PAYLOADS = {
    "semicolon": "x; touch pwned",
    "and": "x && touch pwned",
    "or": "x || touch pwned",
    "pipe": "x | touch pwned",
    "background": "x & touch pwned",
    "newline": "x\ntouch pwned",
    "substitution": "$(touch pwned)",
    "backticks": "`touch pwned`",
    "redirection": "x > pwned",
    "process substitution": "<(touch pwned)",
    "quote and out": "'; touch pwned; '",
    "double quote and out": '"; touch pwned; "',
    "mixed quotes": "'\"'\"'; touch pwned #",
    "backslash": "x\\'; touch pwned #",
    "backslash at the end": "x\\",
    "parameter": "${IFS:+$(touch pwned)}",
    "arithmetic": "$((1+1))",
    "brace": "{touch,pwned}",
    "here-document": "<<E\ntouch pwned\nE",
    "comment": "# x",
    "history": "!touch",
    "tilde": "~root",
    "glob": "*",
    "assignment": "A=1",
    "number before a redirection": "2>pwned",
    "escape sequence": "\x1b]0;x\x07",
    "carriage return": "x\rtouch pwned",
    "not ASCII": "é€😀\u2028\x85",
    "not UTF-8": os.fsdecode(b"\xff\xfe; touch pwned"),
    "empty": "",
    "blanks": "  a  b  ",
    "an option": "--help",
    "dashes": "--",
    "rm": "; rm -rf pwned *",
    "format": "%s%n%x {0} {pwned}",
    "long": "x" * 100_000 + "; touch pwned",
}
each_payload = pytest.mark.parametrize(
    "payload", PAYLOADS.values(), ids=PAYLOADS.keys()
)
SHOW, *SHOW_ARGS = programs.python("show.py")
Verb = Callable[[str], Awaitable[Any]]


async def _spawn(payload: str) -> Any:
    async with spawn(SHOW, [*SHOW_ARGS, payload]) as child:
        assert child.stdout is not None
        return await child.stdout.text()


async def _exec_file(payload: str) -> Any:
    return (await exec_file(SHOW, [*SHOW_ARGS, payload])).stdout


async def _run(payload: str) -> Any:
    return (await run(cmd(SHOW, *SHOW_ARGS, payload))).stdout


async def _run_command(payload: str) -> Any:
    return (await run_command(SHOW, [*SHOW_ARGS, payload])).stdout


async def _exec_file_sync(payload: str) -> Any:
    return exec_file_sync(SHOW, [*SHOW_ARGS, payload], encoding="utf-8")


async def _spawn_sync(payload: str) -> Any:
    return spawn_sync(SHOW, [*SHOW_ARGS, payload], encoding="utf-8").stdout


async def _run_sync(payload: str) -> Any:
    return run_sync(SHOW, [*SHOW_ARGS, payload]).stdout


async def _run_in_a_shell(payload: str) -> Any:
    # Node joins the arguments bare here; ours are quoted for the shell.
    line = " ".join([SHOW, *SHOW_ARGS])
    return (await run(line, [payload], shell=True)).stdout


VERBS: list[Verb] = [
    _spawn,
    _exec_file,
    _run,
    _run_command,
    _exec_file_sync,
    _spawn_sync,
    _run_sync,
    _run_in_a_shell,
]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand where a payload that ran would leave its mark."""
    (tmp_path / "file").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@each_payload
async def test_d17_data_arrives_as_one_literal_argument(
    payload: str, here: Path
) -> None:
    """By every verb, with and without a shell: the same string, and nothing ran."""
    for verb in VERBS:
        answer = json.loads(await verb(payload))

        assert [payload] == answer["argv"], verb.__name__
    assert ["file"] == os.listdir(here)


@each_payload
async def test_data_may_be_input_environment_or_name(payload: str, here: Path) -> None:
    """The other ways in: stdin, a variable, ``argv[0]``: the same string arrives."""
    data = os.fsencode(payload)

    by_stdin = await run("cat", input=data, encoding=None)
    by_variable = await run(
        "sh",
        ["-c", 'printf %s "$DATA"'],
        env={"DATA": payload, "PATH": os.environ["PATH"]},
        encoding=None,
    )
    by_name = await run("sh", ["-c", 'printf %s "$0"', payload], encoding=None)

    assert [data] * 3 == [by_stdin.stdout, by_variable.stdout, by_name.stdout]
    assert ["file"] == os.listdir(here)


@each_payload
async def test_a_message_about_data_is_plain_text(payload: str) -> None:
    """An error shows the argument with its control characters escaped."""
    with pytest.raises(Exception, match="Command failed") as caught:
        await run("sh", ["-c", "exit 1", "sh", payload])

    message = str(caught.value)
    assert set() == {c for c in message if c != "\n" and not c.isprintable()}


@pytest.mark.parametrize("verb", [exec, exec_sync])
async def test_a_shell_is_asked_for_by_name_only(verb: Any, here: Path) -> None:
    """`exec` reads its line: that is its purpose, and no other verb's."""
    outcome = verb("echo a; echo b > made; echo c")
    result = await outcome if hasattr(outcome, "__await__") else outcome

    assert (here / "made").exists()
    output = result if isinstance(result, bytes) else result.stdout
    assert output in {b"a\nc\n", "a\nc\n"}


@pytest.mark.parametrize("line", ["echo hi", "echo;id", "/bin/echo hi"])
async def test_a_line_is_not_a_program(line: str) -> None:
    """What looks like a line is looked up as a name, and is not found."""
    with pytest.raises(FileNotFoundError):
        await run(line)
    with pytest.raises(FileNotFoundError):
        run_sync(line)


async def test_run_command_refuses_a_shell() -> None:
    """The verb of the seed has no way to one."""
    with pytest.raises(OptionError, match="exec"):
        await run_command("echo hi", shell=True)


async def test_a_str_is_not_a_list_of_arguments() -> None:
    """One string for the arguments would be split by somebody: refused."""
    with pytest.raises(OptionTypeError):
        await run("ls", "-la; rm -rf .")


@pytest.mark.parametrize("value", ["a", "A-z_0.9/b", "../up", "-rf"])
def test_the_white_list_lets_names_through(value: str) -> None:
    """`validate` returns what consists of nothing but harmless characters."""
    assert value == validate(value)


@pytest.mark.parametrize("payload", sorted({*PAYLOADS.values()} - {"--help", "--"}))
def test_the_white_list_stops_what_a_shell_would_read(payload: str) -> None:
    """Every payload is refused by `validate`, but those that only look like options."""
    with pytest.raises(OptionError):
        validate(payload)


def test_the_white_list_judges_the_whole_value() -> None:
    """A good line and a bad one is bad; so is a newline at the end."""
    for value in ("good\n", "good\n; bad", "\ngood", "good\0"):
        with pytest.raises(OptionError):
            validate(value)


# ------------------------------------------------- which program is meant


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(".", id="."),
        pytest.param(":/usr/bin:/bin", id="leading colon"),
        pytest.param("/usr/bin::/bin", id="double colon"),
        pytest.param("/usr/bin:/bin:", id="trailing colon"),
        pytest.param("sub:/usr/bin:/bin", id="relative part"),
        pytest.param("", id="empty"),
    ],
)
@pytest.mark.parametrize("moved", [False, True], ids=["here", "with cwd"])
async def test_a_planted_program_is_not_run(
    here: Path, path: str, *, moved: bool
) -> None:
    """Relative parts of PATH are not searched: whoever writes here chooses nothing."""
    for folder in (here, here / "sub"):
        folder.mkdir(exist_ok=True)
        (folder / "planted").write_text("#!/bin/sh\necho planted\n")
        (folder / "planted").chmod(0o755)
    options: dict[str, Any] = {"cwd": str(here)} if moved else {}

    for verb in (run, _sync):
        with pytest.raises(FileNotFoundError):
            await verb("planted", env={"PATH": path}, **options)


async def _sync(*args: Any, **options: Any) -> Any:
    return run_sync(*args, **options)


async def test_a_path_is_run_where_it_is_meant(here: Path) -> None:
    """``./planted`` is explicit, and is sought from the child's directory."""
    (here / "sub").mkdir()
    (here / "sub" / "planted").write_text("#!/bin/sh\necho sub\n")
    (here / "sub" / "planted").chmod(0o755)

    result = await run("./planted", cwd=str(here / "sub"))

    assert "sub" == result.text
