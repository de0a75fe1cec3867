import pytest

from child_process.security.catalogue import grammar_of, known, table_of


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
