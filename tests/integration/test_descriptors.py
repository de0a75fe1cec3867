"""Descriptors: what a child gets, and what happens when there are none left."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from child_process import run, spawn
from tests.integration.conftest import Runs
from tests.support import hosts, programs

# -------------------------------------------------------------- none are left

EXHAUSTED = """
    import asyncio, os, resource, sys
    from child_process import SpawnError, run, run_sync, spawn
    from child_process._launch.guardian import guardian

    resource.setrlimit(resource.RLIMIT_NOFILE, (60, 60))

    def count():
        return len(os.listdir("/proc/self/fd"))

    def fill():
        held = []
        try:
            while True:
                held.append(os.open(os.devnull, os.O_RDONLY))
        except OSError:
            return held

    async def main():
        await run("true")
        run_sync("true")
        while not guardian.pid:  # it is begun by a thread
            await asyncio.sleep(0.002)
        start, codes, steps, leaked = count(), set(), set(), 0
        for free in range(14):
            for verb in (run, run_sync, "spawn"):
                held = fill()
                for _ in range(free):
                    os.close(held.pop())
                full = len(held)
                try:
                    if verb == "spawn":
                        child = spawn("true")
                        await child.wait_closed()
                    else:
                        outcome = verb("true")
                        if verb is run:
                            await outcome
                except SpawnError as error:
                    codes.add(error.code)
                    steps.add(error.step)
                    assert "ulimit -n" in error.detail, error.detail
                again = fill()
                leaked += free - len(again)
                for fd in held + again:
                    os.close(fd)
        await run("true")
        run_sync("true")
        print(codes, leaked, count() - start)

    asyncio.run(main())
"""


def test_d09_a_start_without_descriptors_is_a_clean_error() -> None:
    """With 0, 1, 2 … descriptors left: EMFILE or success, none lost, and then it works."""
    assert "{'EMFILE'} 0 0\n" == hosts.said(EXHAUSTED)


# ------------------------------------------------------------ what a child has

SHOWN = programs.python("show.py")


async def test_a_child_has_its_three_descriptors_and_no_other(runs: Runs) -> None:
    """Nothing else of ours gets through, inheritable or not."""
    with inheritable():
        result = await runs(SHOWN[0], SHOWN[1:])

    assert [0, 1, 2] == result.json()["fds"]


async def test_a_child_has_what_its_stdio_says(runs: Runs) -> None:
    """A list longer than three: each place is open, but those to be ignored."""
    stdio = ["ignore", "pipe", "pipe", "ignore", "pipe", None, "pipe"]

    with inheritable():
        result = await runs(SHOWN[0], SHOWN[1:], stdio=stdio)

    assert [0, 1, 2, 4, 6] == result.json()["fds"]


@contextmanager
def inheritable() -> Iterator[None]:
    """Hold some descriptors that a plain fork and exec would pass on."""
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(5)]
    try:
        for fd in held:
            os.set_inheritable(fd, True)  # noqa: FBT003 - the standard library's
        yield
    finally:
        for fd in held:
            os.close(fd)


async def test_a_pipe_above_two_goes_both_ways() -> None:
    """What we write to the child's fd 3 and 4 it reads, and the other way round."""
    program, *args = programs.python("echo_fds.py", 3, 4)

    async with spawn(program, args, stdio=["pipe"] * 5) as child:
        three: Any = child.stdio[3]
        four: Any = child.stdio[4]
        three.end(b"over three, back by four")
        heard = await four.read()

    assert b"over three, back by four" == heard


async def test_one_descriptor_is_a_conversation() -> None:
    """A single fd 3 is written and read by both."""
    program, *args = programs.python("echo_fds.py", 3, 3)

    async with spawn(program, args, stdio=["pipe"] * 4) as child:
        three: Any = child.stdio[3]
        three.write(b"ping")
        answer = await three.read(4)
        three.end()
        rest = await three.read()

    assert (b"ping", b"") == (answer, rest)


async def test_what_is_written_above_two_is_collected(runs: Runs) -> None:
    """A result has the output of each piped descriptor."""
    stdio = ["ignore", "pipe", "pipe", "pipe", "ignore", "pipe"]

    result = await runs("sh", ["-c", "echo 1; echo 3 >&3; echo 5 >&5"], stdio=stdio)

    assert (None, "1\n", "", "3\n", None, "5\n") == result.output


@pytest.mark.parametrize("form", ["descriptor", "file"])
async def test_a_file_can_be_any_descriptor(
    runs: Runs, tmp_path: Path, form: str
) -> None:
    """A descriptor of ours, or a file object, as the child's 0, 1 and 3."""
    (tmp_path / "in").write_text("from a file")
    with (
        (tmp_path / "in").open() as source,
        (tmp_path / "out").open("w") as target,
        (tmp_path / "three").open("w") as three,
    ):
        files: list[Any] = [source, target, three]
        if form == "descriptor":
            files = [file.fileno() for file in files]

        await runs(
            "sh",
            ["-c", "cat; echo 3 >&3"],
            stdio=[files[0], files[1], "pipe", files[2]],
        )

    assert "from a file" == (tmp_path / "out").read_text()
    assert "3\n" == (tmp_path / "three").read_text()


async def test_two_places_may_be_the_same_file(runs: Runs, tmp_path: Path) -> None:
    """Both outputs share one file, in the order of writing."""
    with (tmp_path / "log").open("w") as log:
        await runs(
            "sh", ["-c", "echo a; echo b >&2; echo c"], stdio=["ignore", log, log]
        )

    assert "a\nb\nc\n" == (tmp_path / "log").read_text()


async def test_numbers_may_be_crossed(runs: Runs) -> None:
    """The child's 3 is our 4 and its 4 our 3: neither overwrites the other."""
    pipes = [os.pipe(), os.pipe()]
    try:
        (_, first), (_, second) = pipes
        script = "printf three >&3; printf four >&4"

        await runs("sh", ["-c", script], stdio=["ignore"] * 3 + [second, first])

        assert b"four" == os.read(pipes[0][0], 100)
        assert b"three" == os.read(pipes[1][0], 100)
    finally:
        for pair in pipes:
            for fd in pair:
                os.close(fd)


async def test_a_file_may_be_closed_as_soon_as_spawn_has_returned(
    tmp_path: Path,
) -> None:
    """The start completes later, with a duplicate."""
    with (tmp_path / "out").open("w") as target:
        child = spawn("echo", ["hi"], stdio=["ignore", target, "ignore"])

    await child.wait()

    assert "hi\n" == (tmp_path / "out").read_text()


INHERITING = """
    import os
    from child_process import run_sync

    os.dup2(os.open("/dev/null", os.O_RDONLY), 5)
    run_sync("sh", ["-c", "echo out; echo err >&2; ls /proc/self/fd/5 >/dev/null"],
             stdio=["inherit", "inherit", "inherit", "ignore", "ignore", "inherit"])
"""


def test_inherit_is_what_we_have() -> None:
    """The child writes to our own stdout and stderr, and has our fd 5."""
    ended = hosts.run(INHERITING)

    assert hosts.Ended(0, "out\n", "err\n") == ended


CLOSED_STANDARD = """
    import asyncio, os, sys
    from child_process import run, run_sync

    out = os.fdopen(os.dup(1), "w")
    for fd in (0, 1, 2):
        os.close(fd)
    results = [run_sync("sh", ["-c", "echo a; echo b >&2"])]
    results.append(asyncio.run(run("cat", input="fed")))
    out.write(repr([(r.stdout, r.stderr) for r in results]))
    out.flush()
    os._exit(0)
"""


def test_our_own_standard_descriptors_may_be_closed() -> None:
    """Pipes that are given the numbers 0, 1 and 2 here are put right for the child."""
    assert "[('a\\n', 'b\\n'), ('fed', '')]" == hosts.said(CLOSED_STANDARD)


# ---------------------------------------------------------- they are real pipes


async def test_dev_stdout_can_be_opened(runs: Runs) -> None:
    """stdin, stdout and stderr are pipes, not sockets: they have a path."""
    script = "cat /dev/stdin; echo out > /dev/stdout; echo err > /dev/stderr"

    result = await runs("sh", ["-c", script], input="in\n")

    assert ("in\nout\n", "err\n") == (result.stdout, result.stderr)


async def test_a_writer_whose_reader_left_gets_sigpipe() -> None:
    """Closing our end ends a program that writes, by the signal for it."""
    async with spawn("yes") as child:
        assert child.stdout is not None
        await child.stdout.read(2)
        child.stdout.destroy()
        status = await child.wait()

    assert "SIGPIPE" == status.signal


async def test_an_early_reader_ends_its_writer() -> None:
    """``yes | head`` by the stream of another child: both end, and soon."""
    yes = spawn("yes", stdio=["ignore", "pipe", "inherit"])
    assert yes.stdout is not None
    head = await run("head", ["-n", "2"], stdio=[yes.stdout, "pipe", "pipe"])
    status = await yes.wait()

    assert ["y", "y"] == head.lines()
    assert "SIGPIPE" == status.signal
    await yes.wait_closed()


async def test_a_stream_of_another_child_goes_through_the_kernel() -> None:
    """``seq | grep``: every line arrives, none of them through us."""
    seq = spawn("seq", ["100000"], stdio=["ignore", "pipe", "inherit"])
    assert seq.stdout is not None

    grep = await run("grep", ["-c", "7"], stdio=[seq.stdout, "pipe", "pipe"])
    await seq.wait_closed()

    expected = sum("7" in str(number) for number in range(1, 100_001))
    assert str(expected) == grep.text
    assert 0 == seq.stdout.bytes_read


async def test_the_stdin_of_another_child_can_be_written_by_a_child() -> None:
    """The other way round: a child writes where we would."""
    cat = spawn("cat", stdio=["pipe", "pipe", "inherit"])
    assert cat.stdin is not None
    assert cat.stdout is not None

    await run("echo", ["hi"], stdio=["ignore", cat.stdin, "pipe"])
    cat.stdin.end()
    heard = await cat.stdout.text()
    await cat.wait_closed()

    assert "hi\n" == heard


async def test_a_child_cannot_make_our_descriptors_block_or_not() -> None:
    """O_NONBLOCK that a child sets on its end leaves ours as it was."""
    code = "import os; os.set_blocking(1, False); os.set_blocking(0, False); print(1)"

    async with spawn(sys.executable, ["-S", "-c", code]) as child:
        stdout = child.stdout
        assert stdout is not None
        text = await stdout.text()

    assert "1\n" == text


async def test_a_full_device_is_the_command_s_failure(runs: Runs) -> None:
    """Where its output cannot be written the command says so, and we report it."""
    full = os.open("/dev/full", os.O_WRONLY)

    result = await runs("echo", ["hi"], stdio=["ignore", full, "pipe"], check=False)

    os.close(full)
    assert not result.ok
    assert "No space left" in str(result.stderr)
