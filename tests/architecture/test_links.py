"""A link of the documentation leads somewhere."""

import re
from pathlib import Path

import pytest

from tests.support.sources import ROOT, shown

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#+ +(?P<words>.+)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Return the names by which the headings of *page* can be linked to."""
    text = CODE.sub("", page.read_text("utf-8"))
    return {
        re.sub(r"[^\w -]", "", match["words"]).strip().lower().replace(" ", "-")
        for match in HEADING.finditer(text)
    }


def broken(page: Path) -> list[str]:
    """Return the links of *page* to files and headings that are not there."""
    found = []
    for match in LINK.finditer(CODE.sub("", page.read_text("utf-8"))):
        path, _, anchor = match["target"].partition("#")
        if ":" in path:
            continue  # another place's page
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(match["target"])
    return found


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_links_lead_somewhere(page: Path) -> None:
    """Each file that a page links to is there, and so is the heading in it."""
    assert [] == broken(page)


def test_the_check_knows_a_broken_link(tmp_path: Path) -> None:
    """A missing file and a missing heading are found, code is left alone."""
    page = tmp_path / "page.md"
    page.write_text(
        "# The one\n[a](no.md) [b](#the-one) [c](#two) [d](https://example.org)\n"
        "```\n[e](code.md)\n```\n"
    )

    assert ["no.md", "#two"] == broken(page)
