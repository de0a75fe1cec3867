import asyncio
import errno

from child_process._launch.failed import FailedHandle
from child_process.errors import SpawnError


async def test_what_could_not_be_tried_answers_like_a_process() -> None:
    """There is an error; everything else is no, none or nothing."""
    error = SpawnError(errno.ENOENT, "nosuch", (), "lookup", "")
    handle = FailedHandle(error)
    calls: list[str] = []

    loop = asyncio.get_running_loop()
    handle.start_soon(loop, lambda: calls.append("done"))
    at_once = [*calls]
    await asyncio.sleep(0)
    handle.wait_started()
    handle.reap()

    assert ([], ["done"]) == (at_once, calls)
    assert error is handle.error
    assert (None, None, {}) == (handle.pid, handle.poll(), handle.fds)
    assert not handle.send_signal(9)
