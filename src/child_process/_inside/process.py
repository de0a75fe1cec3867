"""``child_process.process``: this program, as the child that it is.

Layer: inside.
"""

from __future__ import annotations

import atexit
import os
import sys
from _thread import get_ident
from typing import TYPE_CHECKING, Any, Final, NoReturn

from child_process._channel.messaging import F, Messaging
from child_process._inside.inherited import take
from child_process._inside.small_loop import SmallLoop
from child_process.ipc.errors import BadFrame, ChannelClosed
from child_process.ipc.framing import DEFAULT_LIMIT

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from types import CoroutineType

    from child_process._channel.channel import Channel
    from child_process.events import Listener

__all__ = ["Process", "process"]

_COROUTINE: Final = 0x80
"""``inspect.CO_COROUTINE``; the module is slow to import."""


class Process(Messaging):
    """This program, as the child of one that can talk to it.

    Without a channel, `connected` is False and there is nobody to talk to.

    Once the script of a forked child has run, `run` is called for it: the
    program lives as long as the channel is open and somebody listens to
    ``message``, ``disconnect`` or requests; then what was sent is written, and
    it ends. A listener that raises ends it too, as any uncaught exception.
    """

    def __init__(self) -> None:
        super().__init__()
        self._settled = False
        self._unstarted: list[CoroutineType[Any, Any, Any]] = []
        self._small = SmallLoop()
        self._loop: Any = self._small
        self._idle: asyncio.Future[None] | None = None
        self._failure: BaseException | None = None
        self._held: bool | None = None
        self._stale = True
        self._lives_on = False
        inherited = take()
        if inherited is not None:
            from child_process._channel.channel import Channel

            self._channel = Channel(
                self,
                inherited.fd,
                inherited.mode,
                max_message=DEFAULT_LIMIT,
                max_queue=DEFAULT_LIMIT,
                closed=self._changed,
                bursts=False,  # os._exit() may be next
                to_python=inherited.from_python,
            )
            self._small.waiter = self._channel
            self._channel.attach(self._small)
            atexit.register(self.flush_blocking)
            _flush_at_exit(self._channel)
            os.register_at_fork(after_in_child=self._forked)
        # Python takes what is imported for a module, whose functions are no
        # methods: `process.send` is found sooner where it looks for one.
        self.__dict__["send"] = self.send

    def ref(self) -> None:
        """Live as long as the channel is open, listened to or not."""
        self._held = True
        self._changed()

    def unref(self) -> None:
        """End although the channel is open."""
        self._held = False
        self._changed()

    def run(self) -> None:
        """Answer messages until nobody listens any more, or the channel closes.

        A script that plain ``python`` runs calls it last; one that `fork`
        started need not. Inside a running loop it is not needed either.
        """
        while self._small.pending or self._unstarted or self._needed():
            if self._needs_asyncio():
                import asyncio

                asyncio.run(self._serve())
            else:
                self._attach(self._small)
                self._settled = True
                try:
                    self._small.run_while(self._runs_here)
                finally:
                    self._settled = False

    # Inside

    def flush_blocking(self) -> None:
        """Write what was sent, however long it takes: we are about to end."""
        if self._channel is not None:
            self._channel.flush_blocking()

    def _needed(self) -> bool:
        channel = self._channel
        if channel is None or channel.closed:
            return False
        return bool(channel.queued) or self._listens(channel)

    def _listens(self, channel: Channel) -> bool:
        if self._held is not None:
            return self._held
        return bool(
            self._listeners.get("message")
            or self._listeners.get("disconnect")
            or channel.mailbox.requests.handler
        )

    def _runs_here(self) -> bool:
        """Say whether the small loop is to turn once more; asked at each turn."""
        if self._stale:
            self._stale = False
            channel = self._channel
            self._lives_on = (
                channel is not None
                and not channel.closed
                and self._listens(channel)
                and not self._needs_asyncio()
            )
        return self._lives_on or (self._needed() and not self._needs_asyncio())

    def _needs_asyncio(self) -> bool:
        """Say whether something that is called will have to be awaited."""
        if self._unstarted:
            return True
        channel = self._channel
        handlers: list[Any] = []
        for name in self._listeners:
            handlers += self.listeners(name)
        if channel is not None:
            handlers.append(channel.mailbox.requests.handler)
        return any(map(_is_coroutine, handlers))

    async def _serve(self) -> None:
        import asyncio

        loop = asyncio.get_running_loop()
        self._attach(loop)
        self._small.hand_over(loop)
        unstarted, self._unstarted = self._unstarted, []
        for work in unstarted:
            self.start(work)
        while self._failure is None and self._needed():
            self._idle = loop.create_future()
            await self._idle
        await asyncio.sleep(0)  # for what is due, "disconnect" for one
        while self._failure is None and self._tasks:
            await asyncio.wait({*self._tasks}, return_when=asyncio.FIRST_EXCEPTION)
        self._idle = None
        if self._failure is not None:
            raise self._failure

    def _changed(self) -> None:
        self._stale = True
        if self._idle is not None and not self._idle.done():
            self._idle.set_result(None)

    def _attach(self, loop: Any) -> None:
        if loop is not self._loop and self._channel is not None:
            self._loop = loop
            self._channel.attach(loop)

    def _adopt(self) -> None:
        """Move to the asyncio loop that runs here, if one does."""
        asyncio = sys.modules.get("asyncio")
        # Public and quick; get_running_loop() would raise, the common case here.
        loop = None if asyncio is None else asyncio._get_running_loop()  # noqa: SLF001 - in asyncio.events.__all__
        if loop is not None:
            self._attach(loop)
        elif self._loop.is_closed():
            self._attach(self._small)

    def _forked(self) -> None:
        """Leave the channel to the program that was started with it."""
        if self._channel is not None:
            self._channel.forget()
            self._channel = None

    def on_request(self, handler: F) -> F:
        """See `Messaging.on_request`."""
        self._changed()
        return super().on_request(handler)

    def complain(self, error: Exception) -> None:
        """Emit *error*; a peer that breaks the protocol to nobody ends us."""
        if not self.deliver("error", error) and isinstance(error, BadFrame):
            self._failed(error, "the channel broke")

    def speaking(self) -> Channel:
        """Return the channel.

        Raises:
            ChannelClosed: This program was not started with a channel.
        """
        if self._channel is None:
            raise ChannelClosed
        self._adopt()
        return self._channel

    def _listened_to(self) -> Channel:
        if self._channel is None:
            raise ChannelClosed
        self._adopt()
        return self._channel

    def soon(self, callback: Callable[..., Any], *args: Any) -> None:
        self._adopt()
        self._loop.call_soon(callback, *args)

    def start(self, coroutine: CoroutineType[Any, Any, Any]) -> None:
        """See `Emitter.start`; on the small loop it waits for asyncio."""
        asyncio = sys.modules.get("asyncio")
        if asyncio is None or asyncio._get_running_loop() is None:  # noqa: SLF001 - as in `_adopt`
            self._unstarted.append(coroutine)
            self._changed()
        else:
            super().start(coroutine)

    def _listener_added(self, event: str) -> None:
        self._changed()
        self._adopt()
        super()._listener_added(event)

    def _listener_removed(self, event: str) -> None:  # noqa: ARG002 - of whatever
        self._changed()

    def _listener_failed(
        self, event: str, listener: Listener, error: Exception
    ) -> None:
        self._failed(error, f"a listener of {event!r} raised: {listener!r}")

    def _task_done(self, task: asyncio.Future[Any]) -> None:
        super()._task_done(task)
        if self._idle is not None and not task.cancelled() and task.exception():
            self._failure = self._failure or task.exception()
            self._changed()

    def _failed(self, error: Exception, message: str) -> None:
        """End by *error*, where the loop is ours; else tell the loop."""
        if self._idle is not None:
            self._failure = self._failure or error
            self._changed()
            return
        if self._loop is self._small:
            raise error
        self._loop.call_exception_handler({"message": message, "exception": error})


def _flush_at_exit(channel: Channel) -> None:
    """Make ``os._exit`` write first what was sent, as any other end does.

    In this thread: another would write into the midst of what this one writes.
    """
    leave, here = os._exit, get_ident()

    def _exit(status: int) -> NoReturn:
        if get_ident() == here:
            channel.flush_blocking()
        leave(status)

    os._exit = _exit


def _is_coroutine(handler: Any) -> bool:
    code = getattr(getattr(handler, "__func__", handler), "__code__", None)
    return code is not None and bool(code.co_flags & _COROUTINE)


process: Final = Process()
"""This program's own end of the channel."""
