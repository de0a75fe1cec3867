"""A child as the loop watches it: `Watched`.

Layer: child.

Driven by callbacks, without a task: facts of the system come in from the loop,
`Lifecycle` says which events are due, and whoever waits is woken. What its
user does with it is in `child_process`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from child_process._channel.messaging import Messaging
from child_process._child.feeding import feed
from child_process._child.latch import Latch
from child_process._child.overseer import Overseer
from child_process._child.stopping import Stopping
from child_process._child.streams import Streams
from child_process._launch import at_exit
from child_process._launch.environing import PARENT
from child_process._launch.tree import Tree, bring_down
from child_process._masked import shown
from child_process._protocol.ending import Ending
from child_process._protocol.exceeding import is_watched
from child_process._protocol.lifecycle import (
    Closed,
    Event,
    Exited,
    Failed,
    Lifecycle,
    Spawned,
)
from child_process._protocol.outcome import interrupted
from child_process._values.channel_options import ChannelOptions
from child_process._values.status import ExitStatus
from child_process._values.stdio import Slot
from child_process._values.teardown import AT_ONCE
from child_process._wording import display
from child_process.errors import Aborted, ExitStatusLost, ProcessError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterable

    from child_process._channel.channel import Channel
    from child_process._child.readable import Readable
    from child_process._child.writable import Writable
    from child_process._launch.ports import ProcessHandle
    from child_process._values.options import SpawnOptions
    from child_process._values.teardown import Teardown

__all__ = ["Watched"]


class Watched(Messaging):
    """The state of a child, and its events, as facts come in.

    Args:
        loop: The running loop.
        handle: The process, not started yet.
        argv: All its arguments, ``argv[0]`` included.
        file: The program that is run.
        options: How.
    """

    # What each begins with. Here, since a loop waits for `__init__`, and an instance
    # that sets more than thirty of its own is made by a slower way of CPython's.
    exit_code: int | None = None
    signal_code: str | None = None
    killed: bool = False
    _status = ExitStatus()
    _failure: ProcessError | None = None
    _seen = False  # somebody was raised it
    _stopping: Stopping | None = None
    _tree: Tree | None = None  # what is being stopped
    _timer: asyncio.TimerHandle | None = None
    _feeder: asyncio.Task[None] | None = None
    _overseer: Overseer | None = None

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        handle: ProcessHandle,
        argv: Iterable[str],
        file: str,
        options: SpawnOptions,
    ) -> None:
        super().__init__()
        self.spawnfile: str = file
        self.spawnargs: list[str] = [shown(word) for word in argv]
        self._loop = loop
        self._handle = handle
        self._options = options
        self._channel = self._open_channel(options)
        self._streams = Streams(loop, options.stdio, handle.fds, self._stream_closed)
        self.stdin: Writable | None = self._streams.stdin
        self.stdout: Readable | None = self._streams.read.get(1)
        self.stderr: Readable | None = self._streams.read.get(2)
        self.stdio: list[Readable | Writable | None] = self._streams.all
        ipc = [at for at, slot in enumerate(options.stdio) if slot is Slot.IPC]
        self._lifecycle = Lifecycle((*self._streams.read, *ipc))
        self._ending = Ending()
        self._began = Latch(loop)
        self._exited = Latch(loop)
        self._closed = Latch(loop)
        self._started_at = loop.time()
        self._begin()

    def _open_channel(self, options: SpawnOptions) -> Channel | None:
        """Return our end of the channel, if there is to be one."""
        if not isinstance(options, ChannelOptions) or Slot.IPC not in options.stdio:
            return None
        from child_process._channel.channel import Channel  # most do without

        index = options.stdio.index(Slot.IPC)
        fd = self._handle.fds.pop(index, -1)
        if fd < 0:
            return None  # it was never made: the start has failed already
        return Channel(
            self,
            fd,
            options.serialization,
            max_message=options.max_message,
            max_queue=options.max_queue,
            closed=partial(self._stream_closed, index),
            to_python=options.env is not None and PARENT in options.env,
        )

    def _begin(self) -> None:
        """Have it started; `_on_started` is called on a later turn."""
        if self._handle.error is not None:
            self._loop.call_soon(self._on_started)
            return
        if self._options.signal is not None:
            self._options.signal.on_abort(self._abort)
        self._handle.start_soon(self._loop, self._on_started)

    # Facts from the system

    def __del__(self) -> None:
        # The loop was closed, or dropped, while the child runs: maybe before
        # it heard of the start; or in the middle of a teardown. An instance
        # that was not made has nothing.
        if getattr(self, "_exited", None) is None or self._handle.pid is None:
            return
        stopping = self._stopping
        if stopping is not None and not stopping.done:
            at_exit.orphaned(self._handle, self._tree)
        elif not self._exited:
            at_exit.orphaned(self._handle)

    def _on_started(self) -> None:
        if self._began:
            return  # a stop was over before the loop told
        handle = self._handle
        if handle.error is not None:
            self._start_failed(handle.error)
            return
        self._started_at = self._loop.time()
        self._loop.add_reader(handle.exit_fd, self._on_exit)
        self._tell(self._lifecycle.started())
        self._began.open()
        self._streams.uncork()
        if self._channel is not None:
            self._channel.attach(self._loop)
        if self._options.timeout is not None:
            self._timer = self._loop.call_later(self._options.timeout, self._on_timeout)
        limits = self._options.limits
        if limits is not None and is_watched(limits):
            self._overseer = Overseer(self._loop, handle, limits, self._over_limit)
        source = self._options.input
        if source is not None and self.stdin is not None:
            self._feeder = feed(self._loop, self.stdin, source, self._input_failed)

    def _start_failed(self, error: ProcessError) -> None:
        self._failure = error
        self._release()
        at_exit.let_go(self._handle)
        awaited = self._awaited()
        self._streams.destroy(error)
        self._streams.process_ended()
        events = self._lifecycle.start_failed(error)
        self._began.open()
        self._exited.open()
        self._tell(events, awaited=awaited)
        if self._channel is not None:
            self._channel.abort()
        elif Slot.IPC in self._options.stdio:  # there never was one
            self.deliver("disconnect")
            self._stream_closed(self._options.stdio.index(Slot.IPC))

    def _on_exit(self) -> None:
        if self._exited:
            return  # the teardown saw it first, and the loop had it queued
        try:
            status = self._handle.poll()
        except ExitStatusLost as lost:
            self._failure = lost
            self._report(lost, awaited=self._awaited())
            status = ExitStatus()
        if status is None:
            return  # woken for nothing
        self._loop.remove_reader(self._handle.exit_fd)
        self._status = status
        self._exited.open()
        if self._timer is not None:
            self._timer.cancel()
        if self._stopping is None:
            # Before the reaping: until then the group's number is ours.
            self._end_what_is_left()
        self._release()
        if self.stdin is not None:
            self.stdin.destroy()
        if self._stopping is not None:
            self._stopping.step()
        self._give_back()
        if self._channel is not None:
            # What it said before it went comes before the word that it went.
            self._channel.read_all()
        self._tell(self._lifecycle.process_exited(status))
        self._exit_seen()
        # On the next turn: a listener of "exit" may want to read on.
        self._loop.call_soon(self._streams.process_ended)

    def _end_what_is_left(self) -> None:
        """End what the child left behind, where it was to be ended with it.

        A tree that has limits goes as a whole: nobody would hold it to them.
        """
        limit = None if self._overseer is None else self._overseer.last_look()
        if limit is not None:
            self._ending.because(limit)
            self._begin_stopping(AT_ONCE)
        elif self._options.tree == "all" or self._overseer is not None:
            self._begin_stopping(self._options.teardown)

    def _stream_closed(self, index: int) -> None:
        self._tell(self._lifecycle.stream_closed(index))

    def _tell(self, events: list[Event], *, awaited: bool = False) -> None:
        for event in events:
            match event:
                case Spawned():
                    self.deliver("spawn")
                case Failed(error):
                    self._report(error, awaited=awaited)
                case Exited(status):
                    self.exit_code = status.code
                    self.signal_code = status.signal
                    self.deliver("exit", status.code, status.signal)
                case Closed(code, signal):
                    self._tell_closed(code, signal)

    def _tell_closed(self, code: int | None, signal: str | None) -> None:
        self.exit_code = code
        self._closed.open()
        self.deliver("close", code, signal)

    def _report(self, error: Exception, *, awaited: bool) -> None:
        if not self.deliver("error", error) and not awaited:
            # On the next turn: a task that was made to wait may be about to begin.
            self._loop.call_soon(self._report_unseen, error)

    def _report_unseen(self, error: Exception) -> None:
        if not self._seen:
            message = f"a child's error that nobody listens to: {error}"
            self._loop.call_exception_handler(
                {"message": message, "exception": error, "child": self}
            )

    def _raise_failure(self) -> None:
        if self._failure is not None:
            self._seen = True
            raise self._failure

    # Causes of an end

    def _on_timeout(self) -> None:
        self._timer = None
        self._bring_down("timeout")

    def _over_limit(self, limit: str) -> None:
        if self._overseer is not None and self._options.tree is not False:
            self._overseer.strike()
        self._bring_down(limit, AT_ONCE)

    def _abort(self) -> None:
        if self._bring_down("aborted") is not None:
            assert self._options.signal is not None, "it called"
            command = display(self.spawnargs)
            result = interrupted(command, self._handle.pid, "aborted")
            self._aborted(Aborted(result, self._options.signal.reason))

    # What a subclass adds

    def _aborted(self, error: Aborted) -> None:
        self._report(error, awaited=self._awaited())

    def soon(self, callback: Callable[..., Any], *args: Any) -> None:
        self._loop.call_soon(callback, *args)

    def complain(self, error: Exception) -> None:
        """Emit *error*, of the channel."""
        self._report(error, awaited=False)

    def _awaited(self) -> bool:
        """Say whether somebody waits, who will be raised what went wrong."""
        latches = (self._began, self._exited, self._closed)
        return any(latch.awaited for latch in latches) or self._streams.awaited

    def _exit_seen(self) -> None:
        """Note that the process has ended."""

    def _input_failed(self, error: BaseException) -> None:
        self._bring_down("input")
        self._loop.call_exception_handler(
            {"message": "input= raised", "exception": error, "child": self}
        )

    def _bring_down(
        self, reason: str, teardown: Teardown | None = None
    ) -> Stopping | None:
        """Stop what runs; None where nothing does."""
        self._handle.wait_started()
        if self._exited or self._handle.error is not None:
            return self._stopping
        if self._stopping is None:
            self._ending.because(reason)
            self._begin_stopping(teardown or self._options.teardown)
            self.killed = True
        return self._stopping

    def _begin_stopping(self, teardown: Teardown) -> None:
        alone = self._options.tree is False
        led = self._handle.leads_group
        self._tree = Tree(self._handle, group=led, alone=alone)
        at_exit.stopping(self._handle)
        walk = bring_down(self._tree, teardown)
        self._stopping = Stopping(self._loop, walk, self._stopped)
        self._stopping.begin()

    def _stopped(self) -> None:
        self._on_started()
        if self._exited:
            self._let_go()
        else:
            self._on_exit()  # seen by the teardown before the loop told

    def _give_back(self) -> None:
        """Give back the ended process's number, unless its group still needs it."""
        if self._stopping is None or self._stopping.done:
            self._let_go()
        elif self._tree is not None and not self._tree.remaining():
            self._handle.reap()  # what is left is a search, by the cookie

    def _let_go(self) -> None:
        """Note that nothing of the child is ours any more."""
        at_exit.let_go(self._handle)
        self._handle.reap()

    def _release(self) -> None:
        """Let go of what served the running process."""
        if self._options.signal is not None:
            self._options.signal.off_abort(self._abort)
        if self._feeder is not None:
            self._feeder.cancel()
            self._feeder = None
        if self._overseer is not None:
            self._overseer.cancel()
            self._overseer = None
