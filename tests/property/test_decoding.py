from hypothesis import given
from hypothesis import strategies as st

from child_process._protocol.decoding import Decoder, LineSplitter, decode
from tests.support import samples

ENCODINGS = st.sampled_from(
    ["utf-8", "utf-8-sig", "ascii", "latin-1", "cp1252", "utf-16-le", "shift_jis"]
)
# Bytes of which most mean something: line ends, parts of characters, NUL.
OUTPUT = st.lists(
    st.sampled_from(
        [b"\n", b"\r", b"\r\n", b"\0", b"a", "€".encode(), b"\xe2", b"\xff"]
    )
    | st.binary(max_size=8)
).map(b"".join)


def sliced(data: st.DataObject, output: bytes) -> list[bytes]:
    """Return *output*, cut where the kernel might cut it."""
    chunks = []
    while output:
        cut = data.draw(st.integers(1, len(output)), label="cut")
        chunks.append(output[:cut])
        output = output[cut:]
    return chunks


@given(output=OUTPUT, encoding=ENCODINGS, data=st.data())
def test_text_is_the_same_however_it_is_cut(
    output: bytes, encoding: str, data: st.DataObject
) -> None:
    """However the kernel slices an output, the same text comes out."""
    decoder = Decoder(encoding)

    parts = [decoder.feed(chunk) for chunk in sliced(data, output)]

    assert decode(output, encoding, truncated=False) == "".join(parts) + decoder.end()


@given(output=OUTPUT, encoding=ENCODINGS, data=st.data())
def test_what_is_cut_off_leaves_no_half_character(
    output: bytes, encoding: str, data: st.DataObject
) -> None:
    """A text that our limit cut is the beginning of the whole text."""
    cut = data.draw(st.integers(0, len(output)))

    whole = decode(output, encoding, truncated=False)

    assert whole.startswith(decode(output[:cut], encoding, truncated=True))


@given(output=OUTPUT, data=st.data())
def test_lines_are_the_same_however_they_are_cut(
    output: bytes, data: st.DataObject
) -> None:
    """However the kernel slices an output, the same lines come out."""
    whole, cut = LineSplitter(), LineSplitter()

    expected = [*whole.feed(output), *whole.end()]
    lines = [line for chunk in sliced(data, output) for line in cut.feed(chunk)]

    assert expected == [*lines, *cut.end()]


@given(output=OUTPUT)
def test_lines_are_what_lf_ends(output: bytes) -> None:
    """There are as many as LFs, and one that none ends; only CRs before LFs go."""
    splitter = LineSplitter()

    lines = splitter.feed(output)
    rest = splitter.end()

    assert output.count(b"\n") == len(lines)
    assert output.rpartition(b"\n")[2] == b"".join(rest)
    assert output.replace(b"\r\n", b"\n") == b"".join(
        [*(line + b"\n" for line in lines), *rest]
    )


@given(output=OUTPUT)
def test_a_result_has_the_lines_of_the_stream(output: bytes) -> None:
    """`Result.lines()` and `Readable.lines()` cut alike."""
    splitter = LineSplitter()
    lines = [*splitter.feed(output), *splitter.end()]

    for stdout in (output, output.decode("utf-8", "replace")):
        assert [line.decode("utf-8", "replace") for line in lines] == samples.result(
            stdout=stdout
        ).lines()
