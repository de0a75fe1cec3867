"""Bytes to text and lines: one written rule, in every form of reading.

A line ends at LF, and a CR right before it goes; nothing else ends one. What
is not valid becomes U+FFFD. NUL is a character. What follows the last LF is a
line.
"""

import sys
from collections.abc import Awaitable, Callable

import pytest

from child_process import run, run_sync, spawn
from tests.support import programs

Reading = Callable[[str], Awaitable[list[str]]]


async def _stdout_lines(text: str) -> list[str]:
    async with spawn("printf", [text]) as child:
        assert child.stdout is not None
        return [line async for line in child.stdout.lines()]


async def _child_lines(text: str) -> list[str]:
    async with spawn("printf", [text]) as child:
        return [line.text async for line in child.lines()]


async def _stderr_lines(text: str) -> list[str]:
    async with spawn("sh", ["-c", 'printf "$1" >&2', "sh", text]) as child:
        return [line.text async for line in child.lines() if line.stream == "stderr"]


async def _result_lines(text: str) -> list[str]:
    return (await run("printf", [text])).lines()


async def _sync_lines(text: str) -> list[str]:
    return run_sync("printf", [text]).lines()


async def _bytewise_lines(text: str) -> list[str]:
    code = (
        "import os,sys,subprocess\n"
        "for b in subprocess.check_output(['printf', sys.argv[1]]):\n"
        " os.write(1, bytes([b]))"
    )
    async with spawn(sys.executable, ["-S", "-c", code, text]) as child:
        return [line.text async for line in child.lines()]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(r"a\nb\n", ["a", "b"], id="LF"),
        pytest.param(r"a\nb", ["a", "b"], id="no LF at the end"),
        pytest.param(r"a\r\nb\r\n", ["a", "b"], id="CRLF"),
        pytest.param(r"a\rb\n", ["a\rb"], id="a lone CR"),
        pytest.param(r"a\r\r\n", ["a\r"], id="two CR"),
        pytest.param(r"\n\n", ["", ""], id="empty lines"),
        pytest.param(r"", [], id="nothing"),
        pytest.param(r"a\000b\n\000", ["a\0b", "\0"], id="NUL"),
        pytest.param(r"a\377b\n\303", ["a\ufffdb", "\ufffd"], id="not UTF-8"),
        pytest.param("a\u2028b\x85c\x0bd\n", ["a\u2028b\x85c\x0bd"], id="U+2028"),
        pytest.param("é€😀\n", ["é€😀"], id="many bytes a character"),
        pytest.param("\ufeffa\n", ["\ufeffa"], id="a BOM"),
    ],
)
@pytest.mark.parametrize(
    "reading",
    [
        _stdout_lines,
        _child_lines,
        _stderr_lines,
        _result_lines,
        _sync_lines,
        _bytewise_lines,
    ],
    ids=["stdout.lines", "lines", "lines of stderr", "run", "run_sync", "byte by byte"],
)
async def test_lines_are_cut_by_one_rule(
    reading: Reading, text: str, lines: list[str]
) -> None:
    """Every form of reading cuts the same bytes into the same lines."""
    assert lines == await reading(text)


async def test_a_line_of_10_mb_is_a_line() -> None:
    """Through `stdout.lines()` and through `lines()`, and the next one is right."""
    code = "print('x' * 10_000_000); print('end')"

    async with spawn(sys.executable, ["-S", "-c", code]) as child:
        assert child.stdout is not None
        of_stream = [len(line) async for line in child.stdout.lines()]
    async with spawn(sys.executable, ["-S", "-c", code]) as child:
        of_child = [len(line.text) async for line in child.lines()]

    assert [10_000_000, 3] == of_stream
    assert [10_000_000, 3] == of_child


async def test_one_byte_at_a_time_is_no_trouble() -> None:
    """100,000 writes of one byte: linear, and complete."""
    code = "import os\nfor i in range(100_000): os.write(1, b'x')"

    async with spawn(sys.executable, ["-S", "-c", code]) as child:
        assert child.stdout is not None
        size = len(await child.stdout.read())

    assert 100_000 == size


async def test_lines_of_both_streams_are_told_apart() -> None:
    """Each line names its stream, in the order of arrival within it, with a time."""
    script = "for i in 1 2 3; do echo out $i; echo err $i >&2; done"

    async with spawn("sh", ["-c", script]) as child:
        lines = [line async for line in child.lines()]

    for stream, word in (("stdout", "out"), ("stderr", "err")):
        texts = [line.text for line in lines if line.stream == stream]
        assert [f"{word} {i}" for i in (1, 2, 3)] == texts
    times = [line.time for line in lines]
    assert sorted(times) == times
    assert all(0 <= time < 60 for time in times)


async def test_other_encodings_are_split_right() -> None:
    """Shift JIS and UTF-16 are decoded across chunks as UTF-8 is."""
    text = "日本語 ソ表\n"
    for encoding in ("shift_jis", "utf-16-le", "utf-8"):
        async with spawn("cat") as child:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdout.set_encoding(encoding)
            data = text.encode(encoding) * 5000
            child.stdin.end(data)
            heard = "".join([chunk async for chunk in child.stdout])

        assert text * 5000 == heard


async def test_json_of_a_result() -> None:
    """`json()` reads what the command wrote."""
    program, *args = programs.python("show.py", "a b", "ü")

    assert ["a b", "ü"] == (await run(program, args)).json()["argv"]


@pytest.mark.parametrize("size", [1, 1000, 65536, 65537, 200_000])
async def test_reading_a_number_of_bytes(size: int) -> None:
    """`read(n)` gives n bytes, fewer at the end, then none; nothing gets lost."""
    async with spawn("head", ["-c", "200000", "/dev/zero"]) as child:
        assert child.stdout is not None
        first = await child.stdout.read(size)
        rest = await child.stdout.read()
        after = await child.stdout.read(10)

    assert (size, 200_000 - size, b"") == (len(first), len(rest), after)
