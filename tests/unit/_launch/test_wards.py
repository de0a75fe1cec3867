import pytest

from child_process._launch import wards
from child_process._launch.wards import FORGET, Wards

RUNS = wards.started(b"a-1", 42, (100, 102), group=True)
ROOT = (42, 100, 102, True)


@pytest.mark.parametrize(
    ("told", "words", "starting", "roots"),
    [
        pytest.param([], set(), set(), [], id="nothing"),
        pytest.param([wards.expected(b"a-1")], {b"a-1"}, {b"a-1"}, [], id="expected"),
        pytest.param([RUNS], {b"a-1"}, set(), [ROOT], id="runs"),
        pytest.param(
            [RUNS, wards.expected(b"a-1")], {b"a-1"}, set(), [ROOT], id="expected late"
        ),
        pytest.param([RUNS, wards.ended(b"a-1")], set(), set(), [], id="ended"),
        pytest.param([wards.ended(b"a-1")], set(), set(), [], id="ended unheard of"),
        pytest.param([RUNS, FORGET], set(), set(), [], id="forgotten"),
        pytest.param(
            [RUNS, wards.expected(b"a-2")],
            {b"a-1", b"a-2"},
            {b"a-2"},
            [ROOT],
            id="two",
        ),
    ],
)
def test_who_is_to_end_is_what_was_told_last(
    told: list[bytes],
    words: set[bytes],
    starting: set[bytes],
    roots: list[tuple[int, int, int, bool]],
) -> None:
    """However it arrives: as lines, in one piece, or byte for byte."""
    lines, whole, slow = Wards(), Wards(), Wards()

    for line in told:
        lines.feed(line)
    whole.feed(b"".join(told))
    for byte in b"".join(told):
        slow.feed(bytes([byte]))

    for one in (lines, whole, slow):
        assert (words, starting) == ({*one.words}, {*one.starting})
        assert roots == one.roots


@pytest.mark.parametrize(
    "rest",
    [
        b"-1 42 1 100 102",
        b"@",
        b"@ a-1 42",
        b"@ a-1 x 1 2 3",
        b"@ a-1 1 2 3 4 5",
        b"",
        b"+",
        b"\xff",
    ],
)
def test_what_is_no_line_is_skipped(rest: bytes) -> None:
    """One who takes another's place may begin in the middle of a line."""
    told = Wards()

    told.feed(rest + b"\n" + RUNS)

    assert ({b"a-1"}, [ROOT]) == ({*told.words}, told.roots)
