import pytest

from child_process import flag, positional, raw
from child_process._masked import Masked
from child_process._values.arguments import Value
from child_process.security.judging import objections, program_name
from tests.support.grammars import lookup

p = positional


def judged(*words: str, strict: bool = False) -> list[str]:
    """Return the rules that object to *words*."""
    return [denial.rule for denial in objections(words, lookup, strict=strict)]


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        # a program that nobody knows
        pytest.param(("nosuch", "-x", "a"), [], id="plain words"),
        pytest.param(("nosuch", p("a"), p("a-b")), [], id="data"),
        pytest.param(("nosuch", p("-x")), ["data-as-option"], id="dash"),
        pytest.param(("nosuch", "--", p("-x")), ["data-as-option"], id="after --"),
        pytest.param(("nosuch", p("-")), ["data-as-option"], id="a dash alone"),
        pytest.param(("nosuch", flag("-o", "-x")), [], id="flag"),
        pytest.param(("nosuch", "-in", Value("-x")), ["data-as-option"], id="value"),
        pytest.param(("nosuch", raw("-x")), [], id="raw"),
        # data as an option
        pytest.param(("gnu", p("-v")), ["data-as-option"], id="known option"),
        pytest.param(("gnu", p("--nosuch")), ["data-as-option"], id="unknown option"),
        pytest.param(("gnu", p("-vz")), ["data-as-option"], id="bundle"),
        pytest.param(("gnu", "--", p("-v")), [], id="behind --"),
        pytest.param(("gnu", p("--"), "a"), ["data-as-option"], id="-- as data"),
        pytest.param(("gnu", Value("-v")), ["data-as-option"], id="stray value"),
        pytest.param(("gnu", raw("-X"), "a"), [], id="raw option"),
        pytest.param(("posix", "main", p("-c")), [], id="of the script"),
        # data as the value of an option
        pytest.param(("gnu", "-n", p("5")), [], id="value of an option"),
        pytest.param(("gnu", "-n", p("-5")), ["data-as-option"], id="dash as value"),
        pytest.param(("gnu", "-n", p("evil")), ["operand"], id="value never"),
        pytest.param(("gnu", "-n", raw("evil")), [], id="raw value"),
        pytest.param(("gnu", "-X", p("gzip")), [], id="value on the list"),
        pytest.param(("gnu", "-X", p("gzipx")), ["data-as-value"], id="not on it"),
        pytest.param(("gnu", "-X", p("sh")), ["data-as-value"], id="exec"),
        pytest.param(("gnu", "-o", p("out")), [], id="a file to write"),
        pytest.param(("gnu", "-o", p("-")), ["data-as-option"], id="stdout"),
        pytest.param(("gnu", flag("-o", "-")), ["operand"], id="stdout as flag"),
        # flags
        pytest.param(("gnu", flag("--number", "-5")), [], id="flag long"),
        pytest.param(("gnu", flag("-n", "-5")), [], id="flag short"),
        pytest.param(("gnu", flag("--num", "5")), [], id="flag by a beginning"),
        pytest.param(("gnu", flag("-v", "X")), ["data-as-option"], id="no value"),
        pytest.param(("gnu", flag("-v", "")), ["data-as-option"], id="nothing"),
        pytest.param(("gnu", flag("--nosuch", "x")), ["unknown-option"], id="unknown"),
        pytest.param(("gnu", flag("--exec", "sh")), ["data-as-value"], id="flag exec"),
        pytest.param(("gnu", flag("--exec", "xz")), [], id="flag on the list"),
        pytest.param(("gnu", flag("-k", "x")), [], id="optional value"),
        pytest.param(("gnu", "--", flag("--exec", "sh")), [], id="flag behind --"),
        pytest.param(("single", "-in", Value("-x")), [], id="two words"),
        pytest.param(("single", "-out", Value("x")), [], id="two words, write"),
        pytest.param(
            ("single", "-print", Value("x")), ["data-as-value"], id="takes no value"
        ),
        pytest.param(("single", Value("x")), [], id="a value by itself"),
        # plain words
        pytest.param(("gnu", "-X", "sh"), ["option"], id="exec"),
        pytest.param(("gnu", "-X"), ["option"], id="exec, no value"),
        pytest.param(("gnu", "-Xxz", "--exec=xz"), [], id="exec on the list"),
        pytest.param(("gnu", "--lo"), ["option"], id="lib by a beginning"),
        pytest.param(("gnu", "-vXsh"), ["option"], id="exec in a bundle"),
        pytest.param(("gnu", "-o", "out", "a"), [], id="write"),
        pytest.param(("gnu", "-n", "EVIL1"), ["option"], id="never"),
        pytest.param(("gnu", "-nevil"), ["option"], id="never, attached"),
        pytest.param(("gnu", "--number=notevil"), [], id="not never"),
        pytest.param(("gnu", "--nosuch", "a"), [], id="unknown"),
        pytest.param(("posix", "-c", "code"), [], id="code"),
        pytest.param(("single", "-fplugin=x"), ["option"], id="joined"),
        # unknown options make it unknown what data is
        pytest.param(("gnu", "--nosuch", p("a")), ["unknown-option"], id="before"),
        pytest.param(("gnu", p("a"), "--nosuch"), [], id="unknown after data"),
        pytest.param(("gnu", "--nosuch=1", p("a")), [], id="unknown with value"),
        pytest.param(("gnu", raw("--nosuch"), p("a")), [], id="unknown raw"),
        pytest.param(
            ("gnu", "-q", flag("-n", "1")), ["unknown-option"], id="before a flag"
        ),
        # operands
        pytest.param(("posix", p("main")), ["operand"], id="script"),
        pytest.param(("posix", raw("main")), [], id="raw script"),
        pytest.param(("posix", "main", p("x")), [], id="argument"),
        pytest.param(("gnu", p("-")), ["operand"], id="stdin"),
        pytest.param(("gnu", "-"), [], id="plain stdin"),
        pytest.param(("tool", p("clone")), ["operand"], id="sub-command"),
        pytest.param(("tool", "clone", p("host")), [], id="match"),
        pytest.param(("tool", "clone", p("ho st")), ["operand"], id="no match"),
        pytest.param(("tool", "clone", "ho st"), [], id="plain"),
        pytest.param(
            ("tool", "clone", p("h s"), p("-")), ["operand"] * 2, id="all of them"
        ),
        pytest.param(("scripted", p("s")), ["operand"], id="script operand"),
        pytest.param(("scripted", "s", p("A=1")), ["operand"], id="assignment"),
        # a command in the line
        pytest.param(("single", "-exec", "rm", ";"), [], id="command"),
        pytest.param(
            ("single", "-exec", p("rm"), ";"), ["data-as-value"], id="data in it"
        ),
        pytest.param(
            ("single", "-exec", "rm", p("x"), ";", "-print"),
            ["data-as-value"],
            id="data among its words",
        ),
        pytest.param(("gnu", "--arg", "n", p("x")), [], id="named value"),
        pytest.param(("gnu", "--arg", p("n"), "x"), ["data-as-value"], id="name"),
        # another program's line
        pytest.param(("posix", "-m", "gnu", "-X"), ["option"], id="by an option"),
        pytest.param(("posix", "-m", "gnu", p("-v")), ["data-as-option"], id="in it"),
        pytest.param(("posix", "-m", p("gnu")), ["data-as-value"], id="data for it"),
        pytest.param(("posix", "-mgnu", p("x")), ["operand"], id="attached"),
        pytest.param(("wrapper", p("gnu")), ["operand"], id="data for a program"),
        pytest.param(("wrapper", p("A=1"), "gnu"), ["operand"], id="data assigned"),
        pytest.param(("wrapper", "gnu", "-X"), ["option"], id="inner option"),
        pytest.param(("wrapper", "gnu", p("-v")), ["data-as-option"], id="inner data"),
        pytest.param(("wrapper", "nosuch", p("-v")), ["data-as-option"], id="unknown"),
        pytest.param(("wrapper", "gnu", "--", p("-v")), [], id="inner --"),
        pytest.param(("wrapper", "runner", "5", "gnu", "-X"), ["option"], id="twice"),
        pytest.param(("wrapper", raw("gnu"), "-X"), [], id="vouched for"),
        pytest.param(("wrapper", "-q", "gnu", p("a")), [], id="unknown of the outer"),
    ],
)
def test_what_is_wrong_with_a_line(words: tuple[str, ...], rules: list[str]) -> None:
    """Every objection, in the order of the line."""
    assert rules == judged(*words)


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        pytest.param(("gnu", "-v", "a"), [], id="allowed"),
        pytest.param(("gnu", "-o", "out"), ["option"], id="an effect"),
        pytest.param(("gnu", "--nosuch"), ["unknown-option"], id="unknown"),
        pytest.param(("gnu", "--nosuch=1"), ["unknown-option"], id="unknown, value"),
        pytest.param(("gnu", "-X", "gzip"), [], id="on the list"),
        pytest.param(("gnu", raw("-o"), "out"), [], id="raw"),
        pytest.param(("posix", "-c", "code"), ["option"], id="code"),
        pytest.param(("wrapper", "gnu", "-oout"), ["option"], id="inner"),
        pytest.param(("nosuch", "-o"), [], id="unknown program"),
    ],
)
def test_strict_knows_no_effects(words: tuple[str, ...], rules: list[str]) -> None:
    """Plain words, too, use options that do nothing beside their job."""
    assert rules == judged(*words, strict=True)


def test_a_message_names_word_program_and_remedy() -> None:
    """The word as Python writes it: no control character gets out."""
    (denial,) = objections(("gnu", p("-\x1b[2J")), lookup)

    assert "'-\\x1b[2J' would be an option of gnu" == denial.message
    assert 'flag("--option", value)' in denial.remedy
    assert "raw(…)" in denial.remedy


def test_effects_are_put_into_words() -> None:
    """What the option can do, not only that it is refused."""
    (plain,) = objections(("gnu", "--verb-exec=x"), lookup)
    (data,) = objections(("gnu", flag("--exec", "sh")), lookup)
    (operand,) = objections(("tool", "clone", p("a b")), lookup)

    assert "--verb-exec of gnu can run another program" == plain.message
    assert "'sh' is data, and --exec of gnu can run another program" == data.message
    assert (
        "'a b' as an operand (name) of tool clone can send data elsewhere"
        == operand.message
    )


def test_a_secret_is_in_no_message() -> None:
    """Words that hold one are vouched for by whoever made it a secret."""
    secret = Masked("--exec=hush", "***")
    value = Masked("evilhush", "***")

    assert [] == judged("gnu", secret)
    assert [] == judged("gnu", "-n", value)
    assert [] == judged("gnu", Masked("-Xhush", "***"), p("x"))


@pytest.mark.parametrize(
    ("path", "name"), [("/usr/bin/tar", "tar"), ("tar", "tar"), ("/x/GIT", "git")]
)
def test_a_program_is_known_by_its_name(path: str, name: str) -> None:
    """Without its folder; case is no difference where file names have none."""
    assert name == program_name(path)


RAW = "or pass raw(…), if you vouch for it"
FIXED = "from a fixed list of your own"


@pytest.mark.parametrize(
    ("words", "message", "remedy"),
    [
        (
            ("nosuch", p("-x")),
            "'-x' would be an option of 'nosuch'",
            f'give a path with "./" before it, or flag("--option", value), {RAW}',
        ),
        (
            ("gnu", p("-x")),
            "'-x' would be an option of gnu",
            f'pass flag("--option", value) if it is a value, {RAW}',
        ),
        (
            ("gnu", "-n", p("-5")),
            "'-5' could be read as an option",
            "pass flag('-n', …) for both words",
        ),
        (
            ("gnu", flag("--nosuch", "x")),
            "--nosuch is not among the options of gnu that are known to take data",
            f"check its spelling, {RAW}",
        ),
        (
            ("gnu", flag("-v", "X")),
            "'-vX' would be more than -v with a value",
            "-v of gnu takes no value",
        ),
        (
            ("gnu", "--nosuch", p("a")),
            (
                "--nosuch is not among the known options of gnu, so what follows it "
                "may be its value or not"
            ),
            f"check its spelling, write --nosuch=VALUE, {RAW}",
        ),
        (
            ("gnu", "-nevil"),
            "-n = 'evil' of gnu can run another program",
            f"leave it out, {RAW}",
        ),
        (
            ("gnu", "--verb-ex=x"),
            "--verb-exec of gnu can run another program",
            f"leave it out, {RAW}",
        ),
        (
            ("gnu", "-X", p("sh")),
            "'sh' is data, and -X of gnu can run another program",
            f"choose the value {FIXED}, {RAW}",
        ),
        (
            ("gnu", "-n", p("evil")),
            "'evil' as the value of -n of gnu can run another program",
            f"choose it {FIXED}, {RAW}",
        ),
        (
            ("single", "-exec", p("rm"), ";"),
            "data stands where -exec of single takes a command or a name",
            f"choose it {FIXED}, or run the command yourself",
        ),
        (
            ("single", "-std=c", "-print", Value("x")),
            "-print of single takes no value in the next word",
            f"check its spelling, {RAW}",
        ),
        (
            ("posix", p("main")),
            "'main' as an operand (script) of posix can run code of the caller's choice",
            f"choose it {FIXED}, {RAW}",
        ),
    ],
)
def test_an_objection_in_words(
    words: tuple[str, ...], message: str, remedy: str
) -> None:
    """What is wrong and what helps, each with the words of the line."""
    (denial,) = objections(words, lookup)

    assert (message, remedy) == (denial.message, denial.remedy)


def test_a_word_in_a_message_is_bounded() -> None:
    """A megabyte of data is no message, either."""
    (denial,) = objections(("gnu", p("-" + "x" * 5000)), lookup)

    shown = denial.message.removesuffix(" would be an option of gnu")
    assert 200 == len(shown.encode())


def test_an_option_without_a_form_takes_no_value_at_all() -> None:
    """Not the empty one either."""
    assert ["option"] == judged("gnu", "--verb-exec=")
    assert ["option"] == judged("gnu", "-X", "")


@pytest.mark.parametrize(
    ("word", "rules"), [("-v", ["data-as-option"]), ("a", [])], ids=["dash", "data"]
)
def test_a_program_may_be_behind_any_number_of_others(
    word: str, rules: list[str]
) -> None:
    """More than the interpreter's stack has room for."""
    assert rules == judged(*["wrapper", "-i"] * 2000, "gnu", p(word))
