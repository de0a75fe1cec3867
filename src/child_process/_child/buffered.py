"""A child that is run to its end, within limits: `BufferedProcess`.

Layer: child.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from child_process._child.child_process import ChildProcess
from child_process._child.latch import Latch
from child_process._protocol.collector import Collector
from child_process._protocol.ending import Silence
from child_process._protocol.outcome import Facts, conclude, failure
from child_process._values.options import DRAIN, RunOptions
from child_process._values.secret import secrets_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from child_process._child.readable import Readable
    from child_process._launch.ports import ProcessHandle
    from child_process._values.result import Result
    from child_process.errors import Aborted, ProcessError

__all__ = ["BufferedProcess", "Callback"]

Callback = "Callable[[ProcessError | None, Any, Any], object]"

T = TypeVar("T", str, bytes)


class BufferedProcess(ChildProcess, Generic[T]):
    """A child whose output is collected: awaiting it gives its `Result`.

    Awaited more than once, and by many, it gives the same. A cancellation of
    one who awaits it stops it with its tree, and is raised once that is done.

    Raises:
        SpawnError: It could not be started.
        CommandFailed: Awaiting it raises this, or one of its subclasses, when
            it ended in a way that is not accepted.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        handle: ProcessHandle,
        argv: Iterable[str],
        file: str,
        options: RunOptions,
        *,
        command: str,
        callback: Callable[[ProcessError | None, Any, Any], object] | None = None,
    ) -> None:
        self._limits = options
        argv = [*argv]
        self._hidden = secrets_of(argv, options)
        self._command = command
        self._callback = callback
        self._finished = Latch(loop)
        self._result: Result[T] | None = None
        self._error: ProcessError | None = None
        self._silence: Silence | None = None
        self._complete = True
        super().__init__(loop, handle, argv, file, options)
        self._kept: dict[int, Collector] = {}
        for index, stream in self._streams.read.items():
            name = {1: "stdout", 2: "stderr"}.get(index, f"stdio[{index}]")
            self._kept[index] = collector = Collector(name, options.max_buffer)
            stream.listen(partial(self._keep, stream, collector))
            # For its "data" listeners; what is kept is kept as bytes.
            stream.set_encoding(options.encoding)

    def __await__(self) -> Generator[Any, Any, Result[T]]:
        return self._outcome().__await__()

    async def _outcome(self) -> Result[T]:
        try:
            await self._finished.wait()
        except asyncio.CancelledError:
            self._ending.because("cancelled")
            self._bring_down("cancelled")
            if self._exited:
                self._cut()
            await self._finished.wait_whatever_happens()
            raise
        if self._result is None or (self._error is not None and self._raises):
            assert self._error is not None, "there is a result or an error"
            self._seen = True
            try:
                raise self._error
            finally:
                del self  # no cycle: error, traceback, this frame, child, error
        return self._result

    @property
    def _raises(self) -> bool:
        return self._limits.check and self._callback is None

    # Facts from the system

    def _keep(self, stream: Readable, collector: Collector, chunk: bytes) -> None:
        if collector.feed(chunk) or self._limits.overflow == "truncate":
            return
        # Also once it has ended by itself: the caller lacks the rest.
        self._ending.because("max_buffer")
        self._bring_down("max_buffer")
        stream.destroy()

    def _exit_seen(self) -> None:
        if self._finished:
            return  # its output ended before it did: nothing to wait for
        limit = self._limits.drain
        if limit is None and self._ending.reason is not None:
            # The deadline holds, even for one who waits for the end of file.
            limit = DRAIN
        if limit is not None:
            now = self._loop.time()
            self._silence = Silence(limit, now, self._streams.bytes_read)
            self._timer = self._loop.call_at(self._silence.due, self._listen)
        if limit is None and self._limits.timeout is not None:
            end = self._started_at + self._limits.timeout
            self._timer = self._loop.call_at(end, self._cut)

    def _listen(self) -> None:
        """Look whether output still comes, although the process has ended."""
        assert self._silence is not None, "it was set with the timer"
        if self._silence.look(self._loop.time(), self._streams.bytes_read):
            self._cut()
        else:
            self._timer = self._loop.call_at(self._silence.due, self._listen)

    def _cut(self) -> None:
        """Read no more: something else holds the output open."""
        self._complete = False
        self._streams.destroy()

    def _stopped(self) -> None:
        super()._stopped()
        self._finish_once_over()

    def _tell_closed(self, code: int | None, signal: str | None) -> None:
        super()._tell_closed(code, signal)
        self._finish_once_over()

    def _aborted(self, error: Aborted) -> None:
        """Leave it to the result."""

    def _awaited(self) -> bool:
        return (
            super()._awaited() or self._finished.awaited or self._callback is not None
        )

    # The end

    def _finish_once_over(self) -> None:
        stopping = self._stopping
        stuck = stopping is not None and stopping.failure is not None
        if self._finished or not (self._closed or stuck):
            return
        if stopping is not None and not stopping.done:
            return  # the process has ended, its tree has not
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if stuck:
            assert stopping is not None, "only a teardown can be stuck"
            self._error = stopping.failure
            self._streams.destroy()
        else:
            self._error = self._failure or self._conclude()
        self._finished.open()
        if self._callback is not None:
            self._call_back(self._callback)

    def _conclude(self) -> ProcessError | None:
        facts = Facts(
            command=self._command,
            pid=self._handle.pid,
            status=self._status,
            usage=self._handle.usage,
            kept=self._kept,
            slots=len(self.stdio),
            seconds=self._loop.time() - self._started_at,
            reason=self._ending.reason,
            hidden=self._hidden,
            drained=self._complete
            and all(s.ended for s in self._streams.read.values()),
        )
        self._result = conclude(facts, self._limits)
        return failure(self._result, facts, self._limits)

    def _call_back(
        self, callback: Callable[[ProcessError | None, Any, Any], object]
    ) -> None:
        empty: Any = b"" if self._limits.encoding is None else ""
        stdout = stderr = empty
        if self._result is not None:
            stdout = empty if self._result.stdout is None else self._result.stdout
            stderr = empty if self._result.stderr is None else self._result.stderr
        try:
            callback(self._error, stdout, stderr)
        except Exception as error:  # noqa: BLE001 - it is reported
            self._loop.call_exception_handler(
                {"message": "a callback raised", "exception": error, "child": self}
            )
