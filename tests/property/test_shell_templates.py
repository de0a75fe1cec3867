"""Whatever the text of a template is, a hole in it is one word to every shell.

Random lines are filled twice, with plain marks and with hostile data. A shell
that runs both must print the same, the data in the place of the marks, and
never run what is in the data.
"""

import os
import random
import re
from pathlib import Path

import pytest

from child_process import ShellCommand, TemplateError, quote, sh
from tests.support import shells

# Each would call `pwn` if it were read; none names a file outside.
HOSTILE = [
    "$(pwn)",
    "`pwn`",
    "; pwn;",
    "'; pwn; '",
    '"; pwn; "',
    "\npwn\n",
    "a[$(pwn)]",
    "x=a[$(pwn)]",
    "-v",
    "-c",
    "& pwn",
    "| pwn",
    "{pwn,pwn}",
    "a  b",
    "\\",
    "'",
    "#",
    "2",
    "=p",
    "~",
    "*",
    "E",
    "}",
    ")",
    ";;",
    "do",
    "\r",
    "é\udcff",
]
FRAGMENTS = [
    "p ",
    "p ",
    "p a",
    "{a}",
    "{a}",
    "{a}",
    " {a} ",
    " {b} ",
    " {l} ",
    ";",
    "; p ",
    "\n",
    "\np ",
    " \\\n",
    "\\\n",
    " ",
    "\t",
    "=",
    "v=",
    "v={a}",
    "a{b}",
    "--o={a}",
    " > {a} ",
    ">f ",
    " >>f",
    " <f",
    "2>",
    "2",
    ">&2",
    ">&",
    " <<E\n",
    "\nE\n",
    "<<<",
    "<(",
    ">(",
    "<>",
    ">",
    "<",
    "$",
    "$x",
    "${{x}}",
    "${{x:-}",
    "$1",
    "$#",
    "$?",
    "$'",
    '$"',
    "$(",
    "$((",
    "$[",
    "${{",
    "$x[",
    "$x:",
    "$(p ",
    "$((1+1))",
    "'",
    "'a b'",
    "''",
    '"',
    '"a b"',
    '"$x"',
    '"$(p {a})"',
    '"$(',
    "`",
    "`p `",
    "\\",
    "\\'",
    "\\{a}",
    "(",
    ")",
    "(p {a})",
    "{{",
    "}}",
    "{{ p {a}; }}",
    "{{a,b}}",
    ",",
    "..",
    "[",
    "]",
    "a[",
    "#",
    " # ",
    "# {a}\n",
    "~",
    ":",
    "!",
    "! ",
    "%",
    "@",
    "+",
    "if p; then p {a}; fi",
    "if ",
    "then ",
    "fi",
    "else ",
    "for i in {l}; do p {a}; done",
    "for ",
    "in ",
    "do ",
    "done",
    "case {a} in",
    "case ",
    "esac",
    ";;",
    "[[ ",
    "]] ",
    "[ {a} -eq 0 ]",
    "[ ",
    "-eq",
    "test ",
    "-v ",
    "(( ",
    ")) ",
    "time ",
    "time -p ",
    "eval ",
    "exec ",
    "command ",
    "builtin ",
    "export ",
    "export v={a}",
    "declare -i ",
    "local ",
    "typeset ",
    "read ",
    "printf %s {l}",
    "printf '%d' ",
    "printf ",
    "set -- {l}",
    "set ",
    "let ",
    "unset ",
    ". ",
    "coproc ",
    "function f ",
    "f() ",
    "select ",
    "repeat ",
    "noglob ",
    "always ",
    "&& ",
    "&& p {a}",
    "",
    "",
    "",
    "",
    " p ",
    "env ",
    "xargs ",
    "sh -c ",
    "A=(",
    "\r",
    "\x0b",
    "é",
    "\u3000",
]


def lines(count: int, seed: int) -> list[tuple[str, dict[str, object]]]:
    """Return templates that `sh` takes, each with hostile data for its holes."""
    rng = random.Random(seed)
    found: list[tuple[str, dict[str, object]]] = []
    while len(found) < count:
        start = rng.choice(("p ", "p {a} ", "", "v={a} "))
        text = start + "".join(rng.choices(FRAGMENTS, k=rng.randrange(1, 8)))
        data: dict[str, object] = {
            name: rng.choice(HOSTILE) for name in "ab" if f"{{{name}}}" in text
        }
        if "{l}" in text:
            data["l"] = rng.choices(HOSTILE, k=rng.randrange(4))
        # The numbers of processes, and the order of two at a time, differ from
        # run to run.
        steady = not any(sign in text for sign in ("$$", "$!", "\\&"))
        if data and steady and taken(text, data):
            found.append((text, data))
    return found


def taken(text: str, data: dict[str, object]) -> ShellCommand | None:
    """Return the line of `sh`; None where it refuses."""
    try:
        return sh(text, **data)
    except TemplateError:
        return None


def marked(data: dict[str, object]) -> tuple[dict[str, object], dict[bytes, bytes]]:
    """Return *data* with plain marks for it, and what each mark stands for."""
    marks: dict[bytes, bytes] = {}

    def mark(word: str) -> str:
        name = f"Q{len(marks)}Q"
        marks[name.encode()] = os.fsencode(word)
        return name

    plain: dict[str, object] = {}
    for name, value in data.items():
        plain[name] = (
            [*map(mark, value)] if isinstance(value, list) else mark(str(value))
        )
    return plain, marks


PRELUDE = r"""
p() { printf '<'; for i; do printf '[%s]' "$i"; done; printf '>\n'; }
pwn() { printf 'pwned in %s\n' "$PWD" >&9; }
exec 9>>pwned
PATH=/none HOME=/none x='X Y' IFS=
set -f
"""


def script(commands: list[str]) -> str:
    """Return a script that runs each of *commands* by itself, and cuts between."""
    runs = [
        f"( cd {index}; eval {quote(one)}; wait ) 2>/dev/null </dev/null; printf '\\n=%s=\\n' END\n"
        for index, one in enumerate(commands)
    ]
    return PRELUDE + "".join(runs)


def printed(output: bytes) -> list[bytes]:
    """Return what `p` printed; a shell's own ``set`` tells its random numbers."""
    return sorted(
        match[0] for match in re.finditer(rb"<(\[.*?\])*>\n", output, re.DOTALL)
    )


@pytest.mark.parametrize("shell", shells.POSIX)
def test_hostile_data_stays_where_plain_data_stands(shell: str, tmp_path: Path) -> None:
    """Random lines, filled twice: the same words, and nothing of them run."""
    seed = int(os.environ.get("SEED", "5"))
    cases = lines(int(os.environ.get("LINES", "150")), seed)
    plain = [marked(data) for _, data in cases]
    with_marks = [
        sh(text, **data).line for (text, _), (data, _) in zip(cases, plain, strict=True)
    ]
    with_data = [sh(text, **data).line for text, data in cases]

    outputs: list[list[bytes]] = []
    for commands in (with_marks, with_data):
        folder = tmp_path / str(len(outputs))
        for index in range(len(cases)):
            (folder / str(index)).mkdir(parents=True)  # what a line writes
        outputs.append(shells.read(shell, script(commands), folder).split(b"\n=END=\n"))
        run = [
            Path(os.fsdecode(line)).name
            for line in (folder / "pwned").read_bytes().splitlines()
        ]
        assert [] == [cases[int(index)] for index in run]

    assert len(cases) + 1 == len(outputs[0]) == len(outputs[1])
    wrong = []
    for (text, data), (_, marks), before, after in zip(
        cases, plain, *outputs, strict=False
    ):
        expected = before
        for mark, word in marks.items():
            expected = expected.replace(mark, word)
        if printed(expected) != printed(after):
            wrong.append((text, data, printed(expected), printed(after)))
    assert [] == wrong
