"""The page of programs says what their tables say."""

from tests.support.programs_page import PAGE, page


def test_the_page_is_made_from_the_tables() -> None:
    """`python -m tests.support.programs_page` makes it anew."""
    assert page() == PAGE.read_text("utf-8")
