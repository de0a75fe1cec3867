import pytest

from child_process.security.catalogue import grammar_of, known, table_of
from child_process.security.grammar import Grammar


@pytest.mark.parametrize(
    ("name", "table"), [("tar", "tar"), ("gtar", "tar"), ("git", "git")]
)
def test_a_program_has_a_grammar(name: str, table: str) -> None:
    """Under each of its names, and made once."""
    found = grammar_of(name)

    assert found is not None
    assert table == found.name
    assert found is grammar_of(table)


@pytest.mark.parametrize("name", ["nosuch", "", "names", "tar.exe", "xtar"])
def test_other_programs_have_none(name: str) -> None:
    """A name is known in full or not at all."""
    assert grammar_of(name) is None


@pytest.mark.parametrize("name", sorted(known()))
def test_every_table_can_be_read(name: str) -> None:
    """Its kinds and effects are known, and it has a name of its own."""
    first = known()[name][0].replace("*", "1")

    grammar = grammar_of(first)

    assert grammar is not None
    assert name == grammar.name
    assert table_of(name)


@pytest.mark.parametrize("name", sorted(known()))
def test_a_table_spells_options_as_the_reader_reads_them(name: str) -> None:
    """A long option with one dash in a bundling program would never match."""

    def wrong(grammar: Grammar) -> list[str]:
        here = [
            option
            for option in grammar.options
            if grammar.style != "single"
            and option[1:2] not in ("-", "")
            and len(option) > len("-xy")
        ]
        return here + [each for sub in grammar.sub.values() for each in wrong(sub)]

    grammar = grammar_of(known()[name][0].replace("*", "1"))

    assert grammar is not None
    assert [] == wrong(grammar)


def test_no_two_tables_are_about_one_program() -> None:
    """The first would win, and the other one be a promise."""
    names = [name for names in known().values() for name in names]

    assert len(names) == len(set(names))
    assert len(known()) >= 60
