import json
from pathlib import Path
from string import Formatter

import pytest

from child_process._values.shell_command import sh
from child_process._values.shell_reader import ShellReader
from child_process._values.shell_syntax import Unsafe
from child_process._values.template_error import TemplateError

VALUES = {"x": "X Y", "y": "it's", "l": ["a b", "c"]}

TAKEN = [
    "cat {x} | wc -l",
    "a {x}b",
    "v={x}",
    "v+={x} p",
    'v={x}; p "$v"',
    'v="a b"{x}',
    "ls --o={x}",
    "ls {x}>/dev/fd/1",
    "sort < {x} > {y}",
    "sort {x} >>f",
    "p 2>&1 {x} 2>/dev/null <>f >|{y}",
    'for f in {l}; do cat "$f"; done',
    "for f in {l} {x}\ndo p; done",
    "if [ -e {x} ]; then cat {x}; else p {y}; fi",
    "(cd {x} && ls {y})",
    "( p {x} ) > {y}",
    "{{ cat {x}; }} | wc",
    'v="$(cat {x})"',
    'p "a $(p {x} "b $(p {y})") c" {x}',
    "cat {x} 2>&1 &",
    'while read l; do p {x} "$l"; done < {y}',
    "xargs -0 rm < {x}",
    "cat {x} # it's {{",
    "# it's\np {x}",
    "A={x} B={y} p",
    "cat $HOME/{x}",
    "cat ${{HOME}}/{x} ${{A:-b c}}",
    "p $((1 + 2)) {x}",
    "p `id` {x}",
    "p \\\n  {x} \\\n {y}\np",
    "awk '{{print $1}}' {x}",
    "p '#' \"#\" \\# a#b {x}",
    "v=$X:{x} p",
    "grep a$ {x}",
    'p "a$" "b $ c" {x}',
    'p "\\"" {x}',
    "p a{x}/*.py [a] a=b~c {x}{y}",
    "! p {x}",
    "p {x} && q {y} || r {x}; s {y} & t {x}",
    "p {x} |& cat",
    '"$CMD" {x}',
    "p {l}",
    "p {l};p {l}|p",
    "[ {x} = {y} ]",
    "p {{}} {x}",
    'p \\{{ "}}" {x}',
    "p {x} <<E\nbody $'\nE\n",
    "p {x}; case $v in a) p ;; esac",
    "until p; do p {x}; done",
    "p é {x}",
    "# a\n( p\np {x})",
    "p\n# a\np {x}",
    "p #\np {x}",
    "p \\\n'a b' {x}",
    "p {x}; q $'a'",
    "p; (q {x})",
    "('p' {x})",
    "(p)>{x}",
    "export A={x}",
    "command export A={x}",
    "nice export A={x}",
    "set -- a {x}",
    'printf "%s\\n" {x}',
    "2 >{x} {y}",
    "",
]

DATA = Path(__file__).parents[2] / "data" / "refused-templates.json"
REFUSED = json.loads(DATA.read_text("utf-8"))["lines"]


def filled(text: str) -> str:
    """Return the line of *text* with `VALUES` in its holes."""
    names = {name for _, name, _, _ in Formatter().parse(text) if name}
    return sh(text, **{name: VALUES[name] for name in names}).line


@pytest.mark.parametrize("text", TAKEN)
def test_a_hole_is_taken_where_it_is_one_word(text: str) -> None:
    """And quoted; the literal text stays what it is."""
    expected = text.format(x="'X Y'", y="'it'\\''s'", l="'a b' 'c'")

    assert expected == filled(text)


@pytest.mark.parametrize(("text", "hole", "reason", "expected"), REFUSED)
def test_a_hole_is_refused_where_it_would_be_more(
    text: str, hole: str | None, reason: str, expected: str
) -> None:
    """The error says which one, why, and how to write it."""
    with pytest.raises(TemplateError) as caught:
        filled(text)

    source = text.replace("{{", "{").replace("}}", "}")
    assert (source, hole, reason, expected) == caught.value.args


def test_nothing_that_looks_ahead_is_cut_by_an_empty_text() -> None:
    """The end of a piece of text is not the end of what stands before a hole."""
    reader = ShellReader()
    reader.text("p $")
    reader.text("")

    with pytest.raises(Unsafe):
        reader.hole("x", many=False)
