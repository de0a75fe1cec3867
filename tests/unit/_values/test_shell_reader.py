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
    "2 >{x} {y}",
    "",
]

PROGRAM = "would choose"
QUOTES = "quote"
READ = "behind"
REFUSED = [
    ("{x}", PROGRAM),
    ("a{x}", PROGRAM),
    ("p; {x}", PROGRAM),
    ("p | {x}", PROGRAM),
    ("p |& {x}", PROGRAM),
    ("p & {x}", PROGRAM),
    ("p\n{x}", PROGRAM),
    ("A=1 {x}", PROGRAM),
    ("A={x} {y}", PROGRAM),
    ("p && {x}", PROGRAM),
    ("p || {x}", PROGRAM),
    ("({x})", PROGRAM),
    ("{{ {x}; }}", PROGRAM),
    ("if {x}; then p; fi", PROGRAM),
    ("if p; then {x}; fi", PROGRAM),
    ("while p; do {x}; done", PROGRAM),
    ("! {x}", PROGRAM),
    ("p $({x})", PROGRAM),
    ('p "$({x})"', PROGRAM),
    ("1>{x} {y}", PROGRAM),
    ("> {x} {y}", PROGRAM),
    ("v={l}", "list"),
    ("'v'={x}", PROGRAM),
    ("a[{x}]=1", PROGRAM),
    ("p '{x}'", QUOTES),
    ('p "{x}"', QUOTES),
    ('p "a $(p {x}) {x}"', QUOTES),
    ("p `{x}`", READ),
    ("p `a\\` {x}", READ),
    ("p # {x}", "comment"),
    ("p;# {x}", "comment"),
    ("p ${x}", "before it"),
    ("p \\{x}", "before it"),
    ("p ${{{x}}}", READ),
    ("p ${{A:-{x}}}", READ),
    ("p ${{A[1]}} {x}", READ),
    ("p $(({x}))", READ),
    ("p $((a)) $[1] {x}", READ),
    ("p $'a' {x}", READ),
    ('p $"a" {x}', READ),
    ("p $x[{x}]", READ),
    ("p $x:s {x}", READ),
    ("p $=x {x}", READ),
    ("p <<E\n{x}\nE\n", READ),
    ("p <<{x}", READ),
    ("p <<-{x}", READ),
    ("p <<<{x}", READ),
    ("p >&{x}", "descriptor"),
    ("p <&{x}", "descriptor"),
    ("p 2>&1{x}", "descriptor"),
    ('p >&"$(p {x})"', READ),
    ("p &> {x}", READ),
    ("p >!{x}", READ),
    ("p <(cat {x})", READ),
    ("p >(cat {x})", READ),
    ("p {l}a", "list"),
    ("p a{l}", "list"),
    ("p {l}{x}", "list"),
    ("p {l}'a'", "list"),
    ('p {l}"a"', "list"),
    ("p {l}$a", "list"),
    ("p {l}\\a", "list"),
    ("p > {l}", "one place"),
    ("PATH={x} p", "obeys PATH"),
    ("LD_PRELOAD={x} p", "obeys LD_PRELOAD"),
    ("eval {x}", "as code"),
    ('"eval" {x}', "as code"),
    ("e\\val {x}", "as code"),
    ("p; . {x}", "as code"),
    ("[[ -n {x} ]]", READ),
    ("(( {x} ))", READ),
    ("(({x}))", READ),
    ("case {x} in a) ;; esac", READ),
    ("function f {{ p {x}; }}", READ),
    ("f() {{ p {x}; }}", READ),
    ("a=({x})", READ),
    ("p !({x})", READ),
    ("a[1]=2 {x}", READ),
    ("coproc {x}", READ),
    ("time -p p {x}", READ),
    ("time {x}", PROGRAM),
    ("{{a,b}} {x}", READ),
    ("p {x}{{a,b}}", "braces"),
    ("p {{{x},b}}", "braces"),
    ("p {x}{{", "braces"),
    ("p ~{x}", "expanded"),
    ("p a=~{x}", "expanded"),
    ("p ={x}", "expanded"),
    ("fi {x}", "no word"),
    ("( p ) {x}", "no word"),
    ("p; }} {x}", "no word"),
    ("( p ) a {x}", READ),
    ("p a }} {x}", READ),
    ("{{v}}>f {x}", READ),
    ("p a\\\nb {x}", READ),
    ("p;\\\n{x}", READ),
    ("p \r {x}", READ),
    ("p \x0b {x}", READ),
    ("p \u3000 {x}", READ),
    ("p \x7f {x}", READ),
    ("p $\\\n{x}", READ),
    ("p $(p # a\n) {x}", READ),
    ("p ;; {x}", READ),
    ("p &! {x}", READ),
    ("p > ; p {x}", READ),
    ("p {x}(", "glued"),
    ("p {x}$'", "glued"),
    ('p {x}"$\'"', "glued"),
    ('p {x}"${{a[1]}}"', "glued"),
    ("p $(p {x}$((", "glued"),
    ("[ {x} $'-eq' 1 ]", "compared"),
    ("[ {x} -eq 1 ]", "arithmetic"),
    ("p 'a", "never closed"),
    ('p "a', "never closed"),
    ('p "$(p', "never closed"),
    ("p $(p", "never closed"),
    ("(p", "never closed"),
    ("p ${{a", "never closed"),
    ("p a\\", "backslash"),
    ("p )", "not open"),
    ("p a)", "not open"),
    ("p \0", "NUL"),
]


def filled(text: str) -> str:
    """Return the line of *text* with `VALUES` in its holes."""
    names = {name for _, name, _, _ in Formatter().parse(text) if name}
    return sh(text, **{name: VALUES[name] for name in names}).line


@pytest.mark.parametrize("text", TAKEN)
def test_a_hole_is_taken_where_it_is_one_word(text: str) -> None:
    """And quoted; the literal text stays what it is."""
    expected = text.format(x="'X Y'", y="'it'\\''s'", l="'a b' 'c'")

    assert expected == filled(text)


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_a_hole_is_refused_where_it_would_be_more(text: str, reason: str) -> None:
    """The error says why, and how to write it."""
    with pytest.raises(TemplateError) as caught:
        filled(text)

    assert reason in caught.value.reason
    assert caught.value.expected


def test_nothing_that_looks_ahead_is_cut_by_an_empty_text() -> None:
    """The end of a piece of text is not the end of what stands before a hole."""
    reader = ShellReader()
    reader.text("p $")
    reader.text("")

    with pytest.raises(Unsafe):
        reader.hole("x", many=False)
