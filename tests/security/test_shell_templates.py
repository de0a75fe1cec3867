"""Lines of `sh` in real shells: each hole is one word, and no hole is code."""

import os
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from child_process import (
    CommandFailed,
    OptionError,
    OptionTypeError,
    PolicyDenied,
    Secret,
    TemplateError,
    exec,
    exec_file,
    exec_sync,
    guarded,
    launching,
    quote,
    run,
    run_command,
    run_sync,
    sh,
    spawn,
    spawn_sync,
    strict,
    template,
)
from tests.support import hostile, shells
from tests.support.template_strings import interpolation, template_string

# The contexts of the hostile table, as templates; what the shell prints is the
# string with what surrounds it.
CONTEXTS = {
    "argument": ("printf '%s\\0' {x}", "", ""),
    "inside a word": ("printf '%s\\0' a{x}b", "a", "b"),
    "value of an assignment": ("v={x}; printf '%s\\0' \"$v\"", "", ""),
    "value of an option": ("printf '%s\\0' --o={x}", "--o=", ""),
    "right before a redirection": ("printf '%s\\0' {x}>/dev/fd/1", "", ""),
    "in a substitution": (
        "printf '%s\\0' \"$(printf '[%s]' {x})\"",
        "[",
        "]",
    ),
    "in a list": ("for i in {x}; do printf '%s\\0' \"$i\"; done", "", ""),
}


@pytest.mark.parametrize("shell", [*shells.POSIX, "ksh93"])
def test_every_string_comes_back_from_every_place(shell: str, tmp_path: Path) -> None:
    """259 strings in 7 places, byte for byte."""
    lines = []
    expected = []
    for text, left, right in CONTEXTS.values():
        for one in hostile.strings():
            lines.append(sh(text, x=one.word).line + "\n")
            expected.append(os.fsencode(f"{left}{one.word}{right}"))

    found = shells.read(shell, "".join(lines), tmp_path).split(b"\0")[:-1]

    assert expected == found


def test_a_shell_behind_a_shell_gets_what_is_quoted_for_it() -> None:
    """The hole is for the first one, `quote` for the next."""
    for one in hostile.strings()[:40]:
        inner = f"printf %s {quote(one.word)}"
        line = sh("printf %s {line} | sh", line=inner)

        assert os.fsencode(one.word) == exec_sync(line)


PAYLOAD = "x; touch pwned $(touch pwned) `touch pwned` '\"\n touch pwned"


async def _exec(line: Any, **options: Any) -> Any:
    return (await exec(line, **options)).stdout


async def _run(line: Any, **options: Any) -> Any:
    return (await run(line, **options)).stdout


async def _spawn(line: Any, **options: Any) -> Any:
    async with spawn(line, **options) as child:
        assert child.stdout is not None
        return await child.stdout.text()


async def _exec_sync(line: Any, **options: Any) -> Any:
    return exec_sync(line, encoding="utf-8", **options)


async def _run_sync(line: Any, **options: Any) -> Any:
    return run_sync(line, **options).stdout


async def _spawn_sync(line: Any, **options: Any) -> Any:
    return spawn_sync(line, encoding="utf-8", **options).stdout


VERBS = [_exec, _run, _spawn, _exec_sync, _run_sync, _spawn_sync]


@pytest.mark.parametrize("shell", [None, "bash", "zsh"])
@pytest.mark.parametrize("verb", VERBS)
async def test_every_verb_takes_a_line(
    verb: Callable[..., Awaitable[Any]], shell: str | None, tmp_path: Path
) -> None:
    """With /bin/sh, or the shell that is named."""
    options: dict[str, Any] = {"cwd": tmp_path}
    if shell is not None:
        options["shell"] = shells.command(shell)[0]

    heard = await verb(
        sh("printf '[%s]' {x} {l} | cat", x=PAYLOAD, l=["", "a b"]), **options
    )

    assert f"[{PAYLOAD}][][a b]" == heard
    assert [] == os.listdir(tmp_path)


async def test_template_strings_go_where_they_fit() -> None:
    """To a shell with `exec`, to a program with `run`."""
    text = template_string("printf %s ", interpolation(PAYLOAD, "x"), "")

    assert PAYLOAD == (await exec(text)).stdout
    assert PAYLOAD == exec_sync(text, encoding="utf-8")
    assert PAYLOAD == (await run(text)).stdout
    assert PAYLOAD == run_sync(text).stdout
    assert PAYLOAD == (await run_command(text)).stdout


async def test_a_command_of_template_needs_no_shell(tmp_path: Path) -> None:
    """Its words are arguments; an earlier result is its text."""
    first = await run(template("printf '%s\\n' {x}", x=PAYLOAD), cwd=tmp_path)
    second = await run(template("printf '[%s]' {all}", all=[first, "b"]), cwd=tmp_path)

    assert f"[{PAYLOAD}][b]" == second.stdout
    assert [] == os.listdir(tmp_path)


def test_data_of_a_template_is_no_option_under_a_policy() -> None:
    """`guarded` knows which words of the command are data."""
    command = template("git log {rev}", rev="--output=pwned")

    with launching(guarded()):
        result = run_sync(command, check=False, cwd="/")

    assert result.command == "git log -- '--output=pwned'"


def test_a_strict_policy_lets_lines_of_sh_pass() -> None:
    """And no plain string, since that may have been built with data."""
    with launching(strict(["/bin/sh"])):
        assert "a b" == run_sync(sh("printf %s {x}", x="a b")).stdout
        with pytest.raises(PolicyDenied):
            run_sync("printf a", shell=True)


@pytest.mark.parametrize(
    ("call", "option"),
    [
        (lambda line: run_sync(line, shell=False), "shell"),
        (lambda line: exec_sync(line, shell=False), "shell"),
        (lambda line: run_sync(line, ["more"]), "args"),
        (lambda line: run_sync(line, shell="/usr/bin/fish"), "shell"),
        (lambda line: run_sync(line, shell="/opt/own"), "shell"),
    ],
)
def test_a_line_needs_the_shell_that_it_is_for(
    call: Callable[[Any], Any], option: str
) -> None:
    """Refused before anything starts."""
    with pytest.raises(OptionError) as caught:
        call(sh("touch {x}", x="pwned"))

    assert option == caught.value.option


async def test_verbs_without_a_shell_take_no_line() -> None:
    """They say which ones do."""
    with pytest.raises(OptionError, match="exec"):
        exec_file(sh("true"))  # type: ignore[call-overload]  # wrong on purpose
    with pytest.raises(OptionError, match="exec"):
        await run_command(sh("true"))  # type: ignore[call-overload]  # wrong on purpose


def test_a_secret_in_a_line_is_in_no_message() -> None:
    """The command that failed is shown with its mask."""
    with pytest.raises(CommandFailed) as caught:
        run_sync(sh("echo {token} >&2; exit 3", token=Secret("geheim-77")))

    assert "echo '***' >&2" in str(caught.value)
    assert "geheim" not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize(
    "value", [value for _, value in hostile.refused()], ids=dict(hostile.refused())
)
def test_what_is_no_argument_starts_nothing(value: object, tmp_path: Path) -> None:
    """The must-reject cases, as data of both templates; a number has one text."""
    if isinstance(value, int):
        assert "5" == run_sync(template("printf %s {x}", x=value)).stdout
        return
    for make in (sh, template):
        with pytest.raises(OptionError):
            run_sync(make("touch pwned {x}", x=value), cwd=tmp_path)
    with pytest.raises(OptionTypeError):
        run_sync("touch", "pwned -x", cwd=tmp_path)
    assert [] == os.listdir(tmp_path)


# What runs data although it is quoted, by the shell in which it was seen to.
HAZARDS = {
    "eval {x}": "dash",
    "trap {x} EXIT": "dash",
    "sh -c {x}": "dash",
    "env sh -c {x}": "dash",
    "sh -c 'eval \"$1\"'; eval {x}": "dash",
    "let {x}": "bash",
    "echo 1 | read {x}": "bash",
    "printf -v {x} a": "bash",
    "[ -v {x} ]": "bash",
    "[[ {x} -eq 0 ]]": "bash",
    "(( {x} ))": "bash",
    "declare {x}=1": "bash",
    "declare -i n={x}": "bash",
    "typeset {x}=1": "bash",
    "f() {{ local {x}=1; }}; f": "bash",
    "a[{x}]=1": "bash",
    "RANDOM={x}": "bash",
    "PS4={x}; set -x; true": "bash",
    'echo >&"$(echo {x})"': "bash",
    "compgen -W {x}": "bash",
    "echo ${x}": "bash",
    "export {x}=1": "zsh",
    "getopts a {x} -a": "zsh",
    "print -v {x} a": "zsh",
    "set -A {x} a": "zsh",
    'echo "{x}"': "dash",
    "cat <<E\n{x}\nE\n": "dash",
    "unset {x}": "mksh",
    "[ {x} -eq 0 ]": "mksh",
    "shift {x}": "mksh",
    "ulimit -c {x}": "mksh",
    "readonly {x}=1": "mksh",
}
CODE = ["touch pwned", "a[$(touch pwned)]", "$(touch pwned)", "\\'; touch pwned #"]


@pytest.mark.parametrize(("text", "shell"), HAZARDS.items())
def test_a_place_that_runs_data_is_refused(
    text: str, shell: str, tmp_path: Path
) -> None:
    """Each of them does run it, in the shell that is named; `sh` takes none."""
    words = shells.command(shell)
    for code in CODE:
        line = text.replace("{x}", quote(code)).replace("{{", "{").replace("}}", "}")
        subprocess.run(
            [*words, "-c", line],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=10,
        )

    assert (tmp_path / "pwned").exists()
    with pytest.raises(TemplateError):
        sh(text, x="a")
