import pytest

from child_process import flag, positional, raw
from child_process.security.reading import Reading, read
from tests.support.grammars import invented


def seats(reading: Reading) -> list[tuple[int, str]]:
    """Return where operands are, and what may stand there."""
    return [(seat.index, seat.operand.name) for seat in reading.seats]


def uses(reading: Reading) -> list[tuple[int, str, int | None]]:
    """Return where options are, their names, and where their values are."""
    return [(use.index, use.match.name, use.value_index) for use in reading.uses]


def line(program: str, *words: str) -> Reading:
    """Return the line of *program* with *words*, read."""
    return read(invented(program), (program, *words))


def test_options_stand_anywhere() -> None:
    """A value that is missing is in no word."""
    reading = line("gnu", "a", "-v", "-n", "5", "b", "--output=c", "-o")

    assert [(1, "path"), (5, "path")] == seats(reading)
    assert [
        (2, "-v", None),
        (3, "-n", 4),
        (6, "--output", 6),
        (7, "-o", None),
    ] == uses(reading)


def test_a_dash_alone_is_an_operand() -> None:
    """So is the empty word."""
    assert [(1, "path"), (2, "path")] == seats(line("gnu", "-", ""))


def test_two_dashes_end_the_options() -> None:
    """Where the program honours them; data never does it."""
    assert [(2, "path"), (3, "path")] == seats(line("gnu", "--", "-v", "--"))
    assert [(1, "--", None)] == uses(line("single", "--", "a"))
    assert [(1, "--", None)] == uses(line("gnu", positional("--")))
    assert [(2, "path")] == seats(line("gnu", raw("--"), "-v"))


def test_an_option_takes_two_dashes_for_its_value() -> None:
    """As getopt does."""
    assert [(1, "-n", 2)] == uses(line("gnu", "-n", "--"))


def test_the_first_operand_ends_the_options() -> None:
    """In programs that run others, and in interpreters."""
    reading = line("posix", "-v", "main", "-v", "--", "x")

    assert [(1, "-v", None)] == uses(reading)
    assert [(2, "script"), (3, "any"), (4, "any"), (5, "any")] == seats(reading)


def test_a_program_given_as_an_option_ends_the_options() -> None:
    """`python -c CODE ARG…`: the rest are arguments of the code."""
    reading = line("posix", "-c", "code", "-v", "x")

    assert [(1, "-c", 2)] == uses(reading)
    assert [(3, "any"), (4, "any")] == seats(reading)
    assert [(2, "any")] == seats(line("posix", "-ccode", "-v"))


def test_a_command_in_the_line_ends_with_a_word_of_its_own() -> None:
    """Both ends that find knows; without one, all of the rest."""
    reading = line("single", "p", "-exec", "rm", "-f", ";", "-print", "-exec", "a", "+")

    assert [range(3, 6), range(0), range(8, 10)] == [u.command for u in reading.uses]
    assert [range(2, 4)] == [u.command for u in line("single", "-exec", "a", "b").uses]


def test_the_name_of_a_program_begins_its_line() -> None:
    """`python -m pip …`; attached, what follows is of no known kind."""
    reading = line("posix", "-v", "-m", "gnu", "-x")

    assert 3 == reading.inner
    assert [(1, "-v", None), (2, "-m", 3)] == uses(reading)
    assert [(2, "never")] == seats(line("posix", "-mgnu", "x"))
    assert [(1, "-m", 1)] == uses(line("posix", "-mgnu", "-v"))
    assert line("posix", "-mgnu", "x").inner is None
    assert line("posix", "-m").inner is None


def test_an_option_can_take_a_name_and_a_value() -> None:
    """`--arg NAME VALUE`, both in words of their own."""
    reading = line("gnu", "--arg", "n", "v", "a")

    assert [(1, "--arg", 3)] == uses(reading)
    assert range(2, 3) == reading.uses[0].command
    assert [(4, "path")] == seats(reading)
    assert [(1, "--arg", None)] == uses(line("gnu", "--arg", "n"))
    assert [(1, "--arg", None)] == uses(line("gnu", "--arg"))


def test_options_can_end_after_the_second_operand() -> None:
    """`ssh HOST -v COMMAND …`."""
    reading = line("late", "host", "-v", "command", "-v")

    assert [(2, "-v", None)] == uses(reading)
    assert [(1, "any"), (3, "any"), (4, "any")] == seats(reading)


def test_a_wrapper_ends_where_the_inner_line_begins() -> None:
    """Assignments before it are passed over, if they are no data."""
    reading = line("wrapper", "-u", "x", "A=1", "B=2", "tar", "-x", "y")

    assert [True, True, False] == [seat.passed for seat in reading.seats]
    assert [3, 4, 5] == [seat.index for seat in reading.seats]
    assert {"command"} == {seat.operand.name for seat in reading.seats}
    assert {"wrapper"} == {seat.grammar.name for seat in reading.seats}
    assert 5 == reading.inner
    assert [(1, "-u", 2)] == uses(reading)

    data = line("wrapper", positional("A=1"), "tar")
    assert 1 == data.inner
    assert [(1, "command")] == seats(data)


def test_a_command_can_come_second() -> None:
    """`timeout 5 COMMAND`; without one there is none."""
    assert 2 == line("runner", "5", "tar", "-x").inner
    assert line("runner", "5").inner is None
    assert [(1, "any")] == seats(line("runner", "5"))


def test_a_sub_command_has_its_own_grammar() -> None:
    """Which reads the rest."""
    reading = line("tool", "--quiet", "clone", "-b", "x", "host", "dir", "dir2")

    assert "tool clone" == reading.grammar.name
    assert [(2, "sub"), (5, "name"), (6, "path"), (7, "path")] == seats(reading)
    assert ["tool", "tool clone"] == [use.grammar.name for use in reading.uses]
    assert [(1, "--quiet", None), (3, "-b", 4)] == uses(reading)


def test_after_two_dashes_operands_can_be_others() -> None:
    """`git log -- PATH`; another end of options changes nothing."""
    assert [(1, "sub"), (2, "name"), (4, "path")] == seats(
        line("tool", "clone", "a", "--", "b")
    )
    assert [(1, "sub"), (3, "path"), (4, "path")] == seats(
        line("tool", "clone", "--", "a", "b")
    )
    assert [(1, "sub"), (2, "name"), (4, "path"), (5, "any")] == seats(
        line("tool", "after", "a", "--", "b", "c")
    )
    assert [(1, "sub"), (3, "name")] == seats(
        line("tool", "clone", "--end-of-options", "a")
    )


@pytest.mark.parametrize(
    ("words", "name", "operand"),
    [
        pytest.param(("nosuch", "x"), "tool *", "never", id="any other"),
        pytest.param(("all", "-C", "x", "y"), "tool all", "any", id="inherits"),
    ],
)
def test_other_sub_commands(words: tuple[str, ...], name: str, operand: str) -> None:
    """One that is not listed is read by "*"."""
    reading = line("tool", *words)

    assert name == reading.grammar.name
    assert operand == reading.seats[-1].operand.name


def test_a_program_without_other_sub_commands() -> None:
    """What follows an unknown one is of unknown meaning, and named for it."""
    made = read(invented("tool").sub["clone"], ("x",))
    assert "tool clone" == made.grammar.name

    from child_process.security.grammar import grammar

    bare = grammar("t", {"operands": ["sub"], "sub": {"a": {}}})
    assert "t b" == read(bare, ("t", "b")).grammar.name
    assert "t …" == read(bare, ("t", positional("b"))).grammar.name


def test_a_first_word_without_dash_is_a_bundle() -> None:
    """The old form of tar: the values follow in the order of the letters."""
    reading = line("old", "xfC", "a.tar", "dir", "member")

    assert [(1, "-x", None), (1, "-f", 2), (1, "-C", 3)] == uses(reading)
    assert [(4, "path")] == seats(reading)
    assert [(1, "-f", None)] == uses(line("old", "f"))
    assert [(1, "-x", None)] == uses(line("old", "-x"))
    assert [(1, "sub"), (2, "path")] == seats(line("old", positional("xf"), "a"))
    assert [] == seats(line("old"))
    assert {"old"} == {use.grammar.name for use in reading.uses}
    assert ["old"] == [seat.grammar.name for seat in line("old", positional("x")).seats]


def test_an_option_changes_what_operands_are() -> None:
    """The first operand of sed is a script, unless -e gave one, wherever."""
    assert [(1, "script"), (2, "path")] == seats(line("scripted", "s", "f"))
    assert [(3, "path"), (4, "path")] == seats(line("scripted", "-e", "s", "f", "g"))
    assert [(1, "path")] == seats(line("scripted", "f", "--expr=s"))
    assert [(2, "script")] == seats(line("scripted", "-n", "s"))


def test_options_may_begin_with_other_characters() -> None:
    """+CMD of an editor."""
    assert [(1, "+x", None)] == uses(line("plus", "+x", "f"))
    assert [(1, "path")] == seats(line("gnu", "+x"))


def test_flags_are_read_as_they_are_spelled() -> None:
    """What was meant is for the judge to compare."""
    assert [(1, "--output", 1)] == uses(line("gnu", flag("--output", "x")))
    assert [(1, "-v", None), (1, "-z", None)] == uses(line("gnu", flag("-v", "z")))
