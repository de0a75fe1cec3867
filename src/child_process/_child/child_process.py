"""A child as its user holds it: `ChildProcess`.

Layer: child.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from child_process._child.lines import merged_lines
from child_process._child.watched import Watched
from child_process._launch import at_exit
from child_process._protocol.ending import Silence
from child_process._values.options import DRAIN
from child_process._values.signals import to_signal
from child_process._values.teardown import Teardown
from child_process.errors import ExitStatusLost, ProcessError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from types import TracebackType

    from child_process._child.lines import Line
    from child_process._values.signals import SignalLike
    from child_process._values.status import ExitStatus, Usage
    from child_process._values.teardown import TeardownLike

__all__ = ["ChildProcess"]


class ChildProcess(Watched):
    """A started program: an emitter of events, and a resource of a block.

    Events, in this order: ``spawn`` (it runs), ``exit`` (code, signal: the
    process ended), ``close`` (code, signal: its output ended too; always
    last). Instead of ``spawn`` and ``exit`` a failed start gives ``error``
    (a `SpawnError`), and so does an abort.

    An ``error`` that nobody listens to or waits for goes to the loop's
    exception handler.

    ``async with spawn(...) as child:`` raises a failed start on entry. After
    the block the child has ended: a block that ends normally ends stdin and the
    channel, waits for the child, and stops it where somebody left off reading
    its output in the middle; one that raises or is cancelled stops it with its
    whole tree.

    Attributes:
        spawnfile: The program that is run: the shell, where there is one.
        spawnargs: All its arguments, ``argv[0]`` included.
        exit_code: 0 to 255; None while it runs and when a signal ended it;
            the negative errno of a failed start.
        signal_code: The name of the signal that ended it, or None.
        killed: Whether `kill` or a stop reached it, with any signal.
        stdin: What it reads, or None where that is not a pipe.
        stdout: What it writes, or None.
        stderr: What it complains, or None.
        stdio: The streams of all its descriptors, None where there is no pipe.
    """

    # What it is

    @property
    def pid(self) -> int | None:
        """The process id; None when the start failed.

        Read before the start is complete, it waits for it: a millisecond.
        """
        self._handle.wait_started()
        return self._handle.pid

    @property
    def usage(self) -> Usage | None:
        """The processor time it used; None until it has ended."""
        return self._handle.usage

    @property
    def reason(self) -> str | None:
        """Why we stopped it: the first cause; None when it ends by itself."""
        return self._ending.reason

    def __repr__(self) -> str:
        if self._failure is not None and not isinstance(self._failure, ExitStatusLost):
            state = "not started"
        elif self._exited:
            state = f"ended with {self.signal_code or self.exit_code}"
        else:
            state = f"pid {self._handle.pid}" if self._began else "starting"
        return f"<{type(self).__name__} {self.spawnfile} {state}>"

    # Ending it

    def kill(self, signal: SignalLike = "SIGTERM") -> bool:
        """Send *signal* to the process, and to it alone; see `stop`.

        Args:
            signal: A name in any case, a number or a `signal.Signals`; 0
                sends nothing and asks whether the process is there.

        Returns:
            Whether it was sent; False when the process has ended.

        Raises:
            UnknownSignal: There is no such signal.
            PermissionError: The process became another user's.
        """
        number = to_signal("signal", signal, probe=True)
        self._handle.wait_started()
        if not self._handle.send_signal(number):
            return False
        self.killed = True
        return True

    async def stop(
        self, teardown: TeardownLike | None = None, reason: str | None = None
    ) -> ExitStatus:
        """End the process and its tree; return once they have ended.

        A cancellation meanwhile does not cut it short: it is raised afterwards.

        Args:
            teardown: Signals with the seconds that each may take, such as
                ``[("SIGINT", 2.0), ("SIGTERM", 5.0)]``; SIGKILL comes after
                the last. None takes the child's own.
            reason: What `reason` says from now on; "stopped" by default.

        Raises:
            SpawnError: It was never started.
            KillTimeout: The system holds a process that was killed.
        """
        steps = None if teardown is None else Teardown.of(teardown)
        stopping = self._bring_down(reason or "stopped", steps)
        if stopping is not None:
            await stopping.done.wait_whatever_happens()
            if stopping.failure is not None:
                raise stopping.failure
        await self._exited.wait_whatever_happens()
        self._raise_failure()
        return self._status

    def ref(self) -> Self:
        """Take `unref` back: the child ends with this program."""
        if not self._exited:
            at_exit.guard(self._handle)
        return self

    def unref(self) -> Self:
        """Let the child live on when this program ends."""
        at_exit.let_go(self._handle)
        return self

    # Waiting for it

    async def wait(self) -> ExitStatus:
        """Wait until the process has ended; what it started does not matter.

        Raises:
            SpawnError: It could not be started.
            ExitStatusLost: It ended, and other code took its status.
        """
        await self._exited.wait()
        self._raise_failure()
        return self._status

    async def wait_closed(self) -> ExitStatus:
        """Wait until the process and its output have ended.

        Something that it started can hold its output open for hours.

        Raises:
            SpawnError: It could not be started.
            ExitStatusLost: It ended, and other code took its status.
        """
        await self._closed.wait()
        self._raise_failure()
        return self._status

    async def __aenter__(self) -> Self:
        try:
            await self._began.wait()
        except asyncio.CancelledError as error:
            # The block is not entered, so that nobody will leave it.
            with suppress(ProcessError):
                await self.__aexit__(type(error), error, None)
            raise
        self._raise_failure()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if error is not None:
                cancelled = isinstance(error, asyncio.CancelledError)
                await self.stop(reason="cancelled" if cancelled else "error")
            elif any(stream.abandoned for stream in self._streams.read.values()):
                # Nobody will read the rest: the child could block for ever.
                await self.stop(reason="left")
            else:
                await self._end_by_itself()
        finally:
            self._streams.destroy()
            if self._channel is not None:
                self._channel.abort()

    async def _end_by_itself(self) -> None:
        if self.stdin is not None and self._feeder is None and not self._options.input:
            self.stdin.end()
        if self.connected:
            self.disconnect()
        for stream in self._streams.read.values():
            if not stream.ended and not stream.is_paused:
                stream.resume()
        try:
            await self._exited.wait()
            await self._drained(DRAIN)
        except asyncio.CancelledError:
            await self.stop(reason="cancelled")
            raise
        # A teardown that a time limit began is waited for as well.
        if self._stopping is not None:
            await self._stopping.done.wait_whatever_happens()

    async def _drained(self, seconds: float) -> None:
        silence = Silence(seconds, self._loop.time(), self._streams.bytes_read)
        while not await self._closed.wait(max(0.0, silence.due - self._loop.time())):
            if silence.look(self._loop.time(), self._streams.bytes_read):
                return

    def lines(self, encoding: str = "utf-8") -> AsyncIterator[Line]:
        """Iterate over the lines of stdout and stderr as they come.

        Each is a `Line`: stream ("stdout" or "stderr"), text, and time, in
        seconds since the start. The order between the two streams is that of
        their arrival here.
        """
        return merged_lines(self._loop, self._streams.read, encoding, self._started_at)
