"""Data on its way: between children, at their ends, and when nobody reads."""

import sys
from pathlib import Path

import pytest

from child_process import ChildProcess, exec_file, spawn
from tests.conformance.children import (
    code,
    next_event,
    opened,
    python,
    record,
    shell,
)
from tests.support import programs


@pytest.mark.node_test("double-pipe")
async def test_three_children_joined_by_hand() -> None:
    """echo, grep and sed, joined by listeners that pause and resume."""
    echo = spawn("echo", ["hello\nnode\nand\nworld\n"])
    grep = spawn("grep", ["o"])
    sed = spawn("sed", ["s/o/O/"])
    assert sed.stdout is not None

    _join(echo, grep)
    _join(grep, sed)
    heard = await sed.stdout.text()
    codes = [(await child.wait_closed()).code for child in (echo, grep, sed)]

    assert "hellO\nnOde\nwOrld\n" == heard
    assert [0, 0, 0] == codes


def _join(one: ChildProcess, other: ChildProcess) -> None:
    source, target = one.stdout, other.stdin
    assert source is not None
    assert target is not None

    def pass_on(chunk: bytes) -> None:
        if not target.write(chunk):
            source.pause()

    source.on("data", pass_on)
    target.on("drain", source.resume)
    source.on("end", target.end)


@pytest.mark.node_test("pipe-dataflow")
async def test_streams_join_children_without_us(tmp_path: Path) -> None:
    """Cat | grep | wc, given each other's stdout: no byte passes through us."""
    big = tmp_path / "big"
    big.write_text("xyzzy\n" * 500_000)

    cat = spawn("cat", [big])
    grep = spawn("grep", ["xyzzy"], stdio=[cat.stdout, "pipe", "pipe"])
    wc = spawn("wc", ["-c"], stdio=[grep.stdout, "pipe", "pipe"])
    assert wc.stdout is not None
    heard = await wc.stdout.text()
    codes = [(await child.wait_closed()).code for child in (cat, grep, wc)]

    assert 3_000_000 == int(heard)
    assert [0, 0, 0] == codes
    assert cat.stdout is not None
    assert grep.stdout is not None
    assert (0, 0) == (cat.stdout.bytes_read, grep.stdout.bytes_read)


@pytest.mark.node_test("stdio-merge-stdouts-into-cat")
async def test_two_children_write_into_a_third() -> None:
    """Both get its stdin as their stdout; it ends when we end it."""
    cat = spawn("cat")
    assert cat.stdin is not None
    assert cat.stdout is not None

    for word in ("Hello", "world"):
        async with spawn("echo", [word], stdio=["ignore", cat.stdin, "inherit"]):
            pass
    cat.stdin.end("!\n")
    heard = await cat.stdout.text()
    await cat.wait_closed()

    assert "Hello\nworld\n!\n" == heard


@pytest.mark.node_test("stdio-reuse-readable-stdio")
async def test_a_stream_is_ours_again_after_its_borrower() -> None:
    """A child took one line of another's output; the rest comes to us."""
    source = shell("while read line; do echo $line; done")
    assert source.stdin is not None
    assert source.stdout is not None

    reader = spawn("sh", ["-c", "read line; echo $line"], stdio=[source.stdout])
    told = record(source.stdout, "data")
    source.stdin.write("one\n")
    assert reader.stdout is not None
    first = await reader.stdout.text()
    await reader.wait_closed()
    source.stdin.end("two\n")
    await source.wait_closed()

    assert "one\n" == first
    assert [("data", b"two\n")] == told


@pytest.mark.node_test("stdio-big-write-end", "test-stdin-pipe-large")
async def test_an_end_right_after_a_big_write_loses_nothing() -> None:
    """What the kernel did not take at once is written before the end of file."""
    child = spawn("wc", ["-c"])
    assert child.stdin is not None
    assert child.stdout is not None

    taken = child.stdin.write(b"x" * 3_000_000)
    child.stdin.end()
    heard = await child.stdout.text()
    await child.wait_closed()

    assert taken is False
    assert 3_000_000 == int(heard)


@pytest.mark.node_test("stdout-flush")
async def test_half_a_megabyte_arrives_whole() -> None:
    """A listener gets everything that was written."""
    file, *args = programs.python("write_bytes.py", 500_000)
    child = spawn(file, args)
    assert child.stdout is not None
    told = record(child.stdout, "data")

    await child.wait_closed()

    assert 500_000 == sum(len(chunk) for _, chunk in told)


@pytest.mark.node_test("stdout-flush-exit")
async def test_output_before_an_exit_arrives() -> None:
    """A child that leaves at once after writing has said it all."""
    source = (
        "import os; os.write(1, b'first\\n' * 1000); os.write(1, b'end'); os._exit(0)"
    )
    child = python(source)
    assert child.stdout is not None
    told = record(child.stdout, "data")

    await child.wait_closed()

    assert b"first\n" * 1000 + b"end" == b"".join(chunk for _, chunk in told)


@pytest.mark.node_test("flush-stdio")
async def test_close_comes_although_nobody_reads() -> None:
    """A child whose output nobody wants still closes."""
    child = spawn("echo", ["123"])

    arguments = await next_event(child, "close")

    assert (0, None) == arguments


@pytest.mark.node_test("flush-stdio")
@pytest.mark.parametrize("size", [3, 60_000])
async def test_output_can_be_read_after_the_exit(size: int) -> None:
    """What fits is kept for a late reader; Node would have thrown it away."""
    file, *args = programs.python("write_bytes.py", size)
    child = spawn(file, args)
    assert child.stdout is not None

    await child.wait_closed()
    heard = await child.stdout.read()

    assert b"x" * size == heard


@pytest.mark.node_test("flush-stdio")
async def test_a_late_listener_gets_the_output() -> None:
    """A "data" listener that is added after "close" is told all the same."""
    child = spawn("echo", ["123"])
    assert child.stdout is not None

    await child.wait_closed()
    told = record(child.stdout, "data", "end", "close")
    await next_event(child.stdout, "close")

    assert [("data", b"123\n"), ("end",), ("close",)] == told


@pytest.mark.node_test("pummel/spawn-loop")
async def test_many_children_in_a_row_lose_nothing() -> None:
    """41 times a megabyte from a Python child, each complete."""
    file, *args = programs.python("write_bytes.py", 1_000_000)
    sizes = []

    for _ in range(41):
        async with spawn(file, args, stdio=["ignore", "pipe", "inherit"]) as child:
            assert child.stdout is not None
            sizes.append(len(await child.stdout.read()))

    assert [1_000_000] * 41 == sizes


@pytest.mark.node_test("test-pipe-head")
async def test_a_reader_that_leaves_ends_the_writer() -> None:
    """Yes | head: the writer gets SIGPIPE, since its pipe is a real one."""
    writer = spawn("yes", stdio=["ignore", "pipe", "inherit"])
    head = spawn("head", ["-n", "1"], stdio=[writer.stdout, "pipe", "inherit"])
    assert head.stdout is not None

    heard = await head.stdout.text()
    await head.wait_closed()
    status = await writer.wait_closed()

    assert "y\n" == heard
    assert (None, "SIGPIPE") == (status.code, status.signal)


@pytest.mark.node_test(
    "test-process-external-stdio-close", "test-process-external-stdio-close-spawn"
)
async def test_a_child_survives_that_we_close_its_stdout() -> None:
    """It gets an error for what it writes, and goes on if it can."""
    source = (
        "import os, sys\n"
        "sys.stdin.read()\n"
        "try: os.write(1, b'x')\n"
        "except BrokenPipeError: os._exit(7)"
    )
    child = python(source)
    assert child.stdin is not None
    assert child.stdout is not None
    told = record(child, "exit", "close")

    child.stdout.destroy()
    child.stdin.end()
    await child.wait_closed()

    assert [("exit", 7, None), ("close", 7, None)] == told


@pytest.mark.node_test("test-stdout-cannot-be-closed-child-process-pipe")
async def test_a_child_that_closes_its_stdout_is_heard_to_the_end() -> None:
    """Everything before arrives, the stream ends early, the child closes."""
    source = (
        "import os, sys; os.write(1, b'foo'); os.close(1)\n"
        "sys.stdin.read(); os._exit(0)"
    )
    child = python(source)
    assert child.stdin is not None
    assert child.stdout is not None

    heard = await child.stdout.text()
    running = child.exit_code
    child.stdin.end()
    status = await child.wait_closed()

    assert ("foo", None, 0) == (heard, running, status.code)


@pytest.mark.node_test("test-stdin-pipe-resume", "test-stdio-pipe-access")
async def test_a_paused_stream_makes_the_child_wait() -> None:
    """Nothing is read while paused; resumed, nothing is missing."""
    file, *args = programs.python("write_bytes.py", 3_000_000)
    child = spawn(file, args)
    assert child.stdout is not None
    sizes: list[int] = []

    def slowly(chunk: bytes) -> None:
        sizes.append(len(chunk))
        assert child.stdout is not None
        child.stdout.pause()
        child._loop.call_soon(child.stdout.resume)

    child.stdout.on("data", slowly)
    await child.wait_closed()

    assert 3_000_000 == sum(sizes)


@pytest.mark.node_test("test-stdin-from-file-spawn", "test-stdio-pipe-redirect")
async def test_a_file_is_a_childs_stdin(tmp_path: Path) -> None:
    """A file object, its descriptor and its path as `input` are the same to it."""
    (tmp_path / "in").write_bytes(b"from a file")

    with opened(tmp_path / "in", "r") as file:
        by_object = await exec_file("cat", stdio=[file])
    with opened(tmp_path / "in", "r") as file:
        by_number = await exec_file("cat", stdio=[file.fileno()])
    by_path = await exec_file("cat", input=tmp_path / "in")

    assert ["from a file"] * 3 == [by_object.stdout, by_number.stdout, by_path.stdout]


@pytest.mark.node_test("test-stdio-pipe-stderr", "test-stdio-pipe-redirect")
async def test_stderr_can_go_where_stdout_goes(tmp_path: Path) -> None:
    """Two descriptors of the child may be one file of ours."""
    with opened(tmp_path / "both", "w") as file:
        async with shell("echo out; echo err >&2", stdio=["ignore", file, file]):
            pass

    assert "out\nerr\n" == (tmp_path / "both").read_text()


@pytest.mark.node_test("test-stdio-closed", "test-stdio-undestroy", "test-dummy-stdio")
async def test_a_child_of_a_program_without_stdio_gets_what_it_should() -> None:
    """A parent whose 0, 1 and 2 are closed starts children as any other."""
    source = (
        "import child_process as c, os, sys\n"
        "out = os.dup(1); os.set_inheritable(out, False)\n"
        "os.close(0); os.close(1); os.close(2)\n"
        "made = c.spawn_sync('sh', ['-c', 'cat; echo err >&2'], input='in')\n"
        "os.write(out, made.stdout + made.stderr)"
    )

    result = await exec_file(sys.executable, ["-c", source])

    assert "inerr\n" == result.stdout


@pytest.mark.node_test("test-stdin-child-proc")
async def test_a_child_that_never_reads_is_no_hindrance() -> None:
    """A child may end without having read its stdin: nothing is raised."""
    child = spawn(sys.executable, code("import os; os._exit(0)"))
    assert child.stdin is not None

    child.stdin.write(b"x" * 1_000_000)
    status = await child.wait_closed()

    assert 0 == status.code
