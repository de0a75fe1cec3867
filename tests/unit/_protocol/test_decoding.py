import pytest

from child_process._protocol.decoding import Decoder, LineSplitter, decode

EURO = "€".encode()


@pytest.mark.parametrize(
    ("encoding", "chunks", "texts", "rest"),
    [
        pytest.param("utf-8", [b"a", b"b"], ["a", "b"], "", id="ASCII"),
        pytest.param("utf-8", [EURO[:1], EURO[1:]], ["", "€"], "", id="split in two"),
        pytest.param("utf-8", [EURO[:2]], [""], "\ufffd", id="half a character"),
        pytest.param("utf-8", [b"\xff", b"a"], ["\ufffd", "a"], "", id="invalid byte"),
        pytest.param("utf-8", [EURO[:1], b"a"], ["", "\ufffda"], "", id="broken off"),
        pytest.param("utf-16-le", [b"a", b"\0b"], ["", "a"], "\ufffd", id="UTF-16"),
        pytest.param("latin-1", [b"\xe4"], ["ä"], "", id="latin-1"),
        pytest.param("utf-8", [b"a\0b"], ["a\0b"], "", id="NUL"),
    ],
)
def test_characters_are_put_together(
    encoding: str, chunks: list[bytes], texts: list[str], rest: str
) -> None:
    """A character that is split over chunks comes whole, with its last byte."""
    decoder = Decoder(encoding)

    told = [decoder.feed(chunk) for chunk in chunks]

    assert texts == told
    assert rest == decoder.end()


@pytest.mark.parametrize(
    ("truncated", "expected"),
    [
        pytest.param(True, "a", id="cut by us"),
        pytest.param(False, "a\ufffd", id="written like that"),
    ],
)
def test_our_cut_leaves_no_mark(*, truncated: bool, expected: str) -> None:
    """Half a character is left out where our limit cut it, and marked elsewhere."""
    assert expected == decode(b"a" + EURO[:2], "utf-8", truncated=truncated)


@pytest.mark.parametrize(
    ("chunks", "lines", "rest"),
    [
        pytest.param([], [], [], id="nothing"),
        pytest.param([b""], [[]], [], id="an empty chunk"),
        pytest.param([b"a\nb\n"], [[b"a", b"b"]], [], id="two lines at once"),
        pytest.param([b"a", b"b\n"], [[], [b"ab"]], [], id="a line in two chunks"),
        pytest.param([b"a\nb"], [[b"a"]], [b"b"], id="no LF at the end"),
        pytest.param([b"a\r\nb"], [[b"a"]], [b"b"], id="CRLF"),
        pytest.param([b"a\r", b"\nb"], [[], [b"a"]], [b"b"], id="CRLF in two chunks"),
        pytest.param([b"a\r"], [[]], [b"a\r"], id="a lone CR ends no line"),
        pytest.param([b"a\rb\n"], [[b"a\rb"]], [], id="a CR in the middle stays"),
        pytest.param([b"a\r\r\n"], [[b"a\r"]], [], id="one CR goes"),
        pytest.param([b"\n\n"], [[b"", b""]], [], id="empty lines"),
        pytest.param([b"a\0\x0c\n"], [[b"a\0\x0c"]], [], id="NUL and form feed"),
    ],
)
def test_lines_are_cut_at_lf(
    chunks: list[bytes], lines: list[list[bytes]], rest: list[bytes]
) -> None:
    """A line comes with its LF; what follows the last LF comes at the end."""
    splitter = LineSplitter()

    told = [splitter.feed(chunk) for chunk in chunks]

    assert lines == told
    assert rest == splitter.end()


def test_the_end_is_told_once() -> None:
    """The last line is not given out twice."""
    splitter = LineSplitter()
    splitter.feed(b"a")

    assert [b"a"] == splitter.end()
    assert [] == splitter.end()


def test_a_huge_line_takes_linear_time() -> None:
    """A line of 64 MiB in 64 KiB pieces is joined once, not a thousand times."""
    splitter = LineSplitter()
    piece = b"x" * 65536
    for _ in range(1024):
        assert [] == splitter.feed(piece)

    (line,) = splitter.feed(b"\n")

    assert 1024 * 65536 == len(line)
