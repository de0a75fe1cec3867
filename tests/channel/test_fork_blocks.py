"""A block around a forked child, and what is left after it."""

import asyncio
import os
import warnings

import pytest

from tests.channel.children import (
    ECHO,
    Script,
    forked,
    record,
)
from tests.support.waiting import survivors

# ------------------------------------------------------------------- block


async def test_leaving_a_block_closes_the_channel(script: Script) -> None:
    """As it ends stdin: the child, which listens, ends by itself."""
    async with asyncio.timeout(20):
        async with forked(script(ECHO)) as child:
            told = record(child, "disconnect", "exit", "close")
            child.send(1)
            assert 1 == await child.receive()

    assert [("disconnect",), ("exit", 0, None), ("close", 0, None)] == told


async def test_leaving_a_block_by_an_exception_stops_the_child(script: Script) -> None:
    """Also one that does not end with its channel."""
    source = "import time\nprocess.send(1)\ntime.sleep(60)"
    path = script("from child_process import process\n" + source)

    with pytest.raises(KeyError):  # noqa: PT012 - the block is what is tested
        async with forked(path) as child:
            await child.receive()
            raise KeyError

    assert "SIGTERM" == child.signal_code
    assert child.channel is None


async def test_a_grandchild_with_the_channel_does_not_hold_a_block(
    script: Script,
) -> None:
    """A copy of the other end, in whatever survives, is let go of."""
    source = """
    from child_process import process
    import os, subprocess, sys
    fd = process._channel.fileno()
    code = "import time; time.sleep(60)"
    words = [sys.executable, "-S", "-c", code]
    daemon = subprocess.Popen(words, pass_fds=[fd], start_new_session=True)
    process.send(daemon.pid)
    os._exit(0)
    """
    async with asyncio.timeout(20):
        async with forked(script(source)) as child:
            pid = await child.receive()

    assert child.channel is None
    with warnings.catch_warnings():
        os.kill(pid, 9)
    assert [] == survivors([pid])
