import pytest

from child_process._values.shell_rules import (
    EXPANDED,
    HOLE,
    assigned_name,
    is_special,
    late_objection,
    objection,
)


@pytest.mark.parametrize(
    "words",
    [
        "cat",
        "/bin/cat -n",
        "sh -c code",
        "sh -c code sh",
        "sh -e script",
        "busybox sh script",
        "xargs -0 grep",
        "env -i A=1 prog",
        "sudo -u me rm",
        "nice -n 5 prog",
        "command ls",
        "builtin echo -n",
        "exec ls",
        "for f in",
        "select f in",
        "printf %s",
        "printf -- %s\\n",
        "printf %-10s%5.3b%q%c%%",
        "[",
        "test",
        "[ -n",
        "[ a =",
        "set --",
        "python3 script.py",
        "python3 -m",
        "grep -e",
        f"{EXPANDED} -x",
        "my-sh",
    ],
)
def test_most_commands_take_data(words: str) -> None:
    """What a program does with its arguments is between it and its caller."""
    assert objection(words.split(), "", many=False) is None


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        *[
            (name, "as code")
            for name in [
                "eval",
                ".",
                "source",
                "trap",
                "alias",
                "let",
                "unset",
                "read",
                "mapfile",
                "readarray",
                "getopts",
                "integer",
                "float",
                "bind",
                "complete",
                "compgen",
                "enable",
                "vared",
                "zmodload",
                "autoload",
                "functions",
                "zle",
                "sched",
                "exit",
                "return",
                "break",
                "continue",
                "shift",
                "fc",
                "ulimit",
                "print",
            ]
        ],
        *[
            (f"{name} host", "anew")
            for name in ["ssh", "slogin", "rsh", "su", "runuser"]
        ],
        *[
            (f"{name} -x", "it would name")
            for name in ["export", "readonly", "declare", "typeset", "local"]
        ],
        *[
            (name, "would read it as code")
            for name in [
                "sh",
                "ash",
                "bash",
                "csh",
                "dash",
                "fish",
                "ksh",
                "mksh",
                "rbash",
                "tcsh",
                "yash",
                "zsh",
                "/bin/sh",
            ]
        ],
        ("busybox", "would read it as code"),
        ("busybox sh", "would read it as code"),
        ("sh -c", "would read it as code"),
        ("sh +x", "would read it as code"),
        (f"sh {HOLE}", "would read it as code"),
        (HOLE, "choose the program"),
        (f"/bin/{HOLE}", "choose the program"),
        ("eval code", "as code"),
        ("command", "choose what command runs"),
        ("command -v", "choose what command runs"),
        ("exec -a name", "choose what exec runs"),
        ("builtin eval", "as code"),
        ("command sh -c", "would read it as code"),
        *[
            (name, f"choose what {name} runs")
            for name in [
                "env",
                "nice",
                "nohup",
                "sudo",
                "doas",
                "xargs",
                "setsid",
                "noglob",
                "nocorrect",
                "-",
                "stdbuf",
                "ionice",
            ]
        ],
        ("env -i", "choose what env runs"),
        ("env A=1", "choose what env runs"),
        ("xargs +x", "choose what xargs runs"),
        (f"sudo -u {HOLE}", "choose what sudo runs"),
        ("sudo -u me sh -c", "would read it as code"),
        ("env python3 -c", "python3 -c reads"),
        ("for", "name a variable"),
        ("for f", "name a variable"),
        ("select f on", "name a variable"),
        ("printf", "an option or a format"),
        ("printf --", "an option or a format"),
        ("printf -v", "an option or a format"),
        ("printf %d", "arithmetic"),
        ("printf %s%d", "arithmetic"),
        ("printf %", "arithmetic"),
        (f"printf {EXPANDED}s", "arithmetic"),
        (f"printf {HOLE}", "arithmetic|program"),
        (f"[ {HOLE}", "beside data"),
        ("[ -v", "as a name or as arithmetic"),
        ("[ -R", "as a name or as arithmetic"),
        ("test -t", "as a name or as arithmetic"),
        *[
            (f"[ 1 {op}", "as a name")
            for op in ["-eq", "-ne", "-lt", "-le", "-gt", "-ge"]
        ],
        ("set", "as an option"),
        ("set -e --", "as an option"),
        *[
            (f"{name} -c", "reads its argument as code")
            for name in ["python", "python3.11", "perl", "ruby", "node", "php8", "lua"]
        ],
        ("perl -ne", "reads its argument as code"),
        ("node --eval", "reads its argument as code"),
        ("node --print", "reads its argument as code"),
        ("psql --execute", None),
        (f"{EXPANDED} -c", "… -c reads its argument as code"),
    ],
)
def test_what_reads_its_arguments_as_code_takes_none(
    words: str, reason: str | None
) -> None:
    """Quotes do not help there."""
    found = objection(words.split(), "", many=False)

    if reason is None:
        assert found is None
    elif words == f"printf {HOLE}":
        assert found is None  # a format of data was refused when it came
    else:
        assert found is not None
        assert reason in found


@pytest.mark.parametrize(
    ("words", "word", "many", "reason"),
    [
        ("export", "A=", False, None),
        ("declare A=1", "B=b", False, None),
        ("export", "A+=", False, None),
        ("export", "A", False, "name a variable"),
        ("export", "a[1]=", False, "name a variable"),
        ("export", "A=", True, "name a variable"),
        ("declare -i", "A=", False, "name a variable"),
        ("typeset +x", "A=", False, "name a variable"),
        ("export", "PATH=", False, "obeys PATH"),
        ("[", "", True, "beside data"),
        ("[ a =", "", True, "beside data"),
        ("cat", "", True, None),
        ("for f in", "", True, None),
    ],
)
def test_the_word_itself_counts_too(
    words: str, word: str, *, many: bool, reason: str | None
) -> None:
    """What stands before the data, and whether it is a list."""
    found = objection(words.split(), word, many=many)

    assert (reason is None) == (found is None)
    assert reason is None or reason in str(found)


@pytest.mark.parametrize(
    ("words", "objects"),
    [
        (f"[ {HOLE} -eq", True),
        (f"test {HOLE} -ge", True),
        (f"[ {HOLE} =", False),
        ("[ a -eq", False),
        (f"p {HOLE} -eq", False),
    ],
)
def test_an_operator_is_seen_after_its_data(words: str, *, objects: bool) -> None:
    """Arithmetic has data on both of its sides."""
    assert objects == (late_objection(words.split()) is not None)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("a=", "a"),
        ("_A9=b=c", "_A9"),
        ("a+=", "a"),
        ("9=", None),
        ("=", None),
        ("a", None),
        ("a-b=", None),
        ("-a=", None),
    ],
)
def test_an_assignment_begins_with_a_name(word: str, expected: str | None) -> None:
    """By the rules of a shell, not by the equals sign alone."""
    assert expected == assigned_name(word)


@pytest.mark.parametrize(
    ("name", "special"),
    [
        ("PATH", True),
        ("IFS", True),
        ("BASH_ENV", True),
        ("PS4", True),
        ("SECONDS", True),
        ("LD_PRELOAD", True),
        ("DYLD_INSERT_LIBRARIES", True),
        ("OLD_PATH", False),
        ("v", False),
    ],
)
def test_some_variables_are_the_shells_own(name: str, *, special: bool) -> None:
    """What it runs, expands, or looks up by."""
    assert special == is_special(name)


@pytest.mark.parametrize(("last", "objects"), [("ls", False), ("eval", True)])
def test_a_program_may_be_behind_any_number_of_others(
    last: str, *, objects: bool
) -> None:
    """Each is judged once: neither is the stack too small, nor life too short."""
    words = ["env", "-i", "nice", "exec"] * 500

    assert objects == bool(objection([*words, last], "", many=False))
