"""What both ends of a channel offer their users: `Messaging`.

Layer: channel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from child_process.events import Emitter
from child_process.ipc.errors import AlreadyDisconnected, ChannelClosed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from child_process._channel.channel import Channel

__all__ = ["F", "Messaging"]

F = TypeVar("F", bound="Callable[..., Any]")


class Messaging(Emitter):
    """An emitter with a channel to another process, or without one yet.

    Events: ``message`` (value, handle), ``disconnect``, and ``error`` (a
    `ChannelError`: what the peer did wrong, or what could not be sent).
    """

    _channel: Channel | None = None
    _settled = True
    """Whether what is sent needs no preparation: see `speaking`."""

    @property
    def connected(self) -> bool:
        """Whether messages can be sent."""
        return self._channel is not None and self._channel.connected

    @property
    def channel(self) -> Channel | None:
        """The channel; None without one, and after it was disconnected."""
        return self._channel if self.connected else None

    def send(
        self,
        message: Any,
        handle: Any = None,
        *,
        callback: Callable[[Exception | None], object] | None = None,
        keep_open: bool = False,
        buffers: Sequence[Any] = (),
    ) -> bool:
        """Send *message* to the other process.

        Args:
            message: What travels, by the channel's serialization.
            handle: A socket that goes with it, listening or connected, TCP,
                UDP or Unix; a connected one is closed here.
            callback: Called once: with None when the system has taken all of
                it, or, with a handle, the other process has; with an error
                when it will not arrive.
            keep_open: Keeps a connected socket open here as well.
            buffers: Bytes-like objects that go by shared memory, beside
                *message*, and arrive as a tuple of read-only `memoryview` in
                the handle's place. To another Python only, as any descriptor
                that is no socket.

        Returns:
            False asks to wait, for ``await channel.drain()``, and says that the
            channel is closed: then *callback*, or an ``error`` event, tells.

        Raises:
            NotSerializable: Part of it does not travel; nothing was sent.
            InvalidHandle: The handle does not; nothing was sent.
            QueueFull: The other process does not read; nothing was sent.
        """
        channel = self._channel if self._settled else self.speaking()
        if channel is not None:
            try:
                if handle is None and callback is None and not buffers:
                    return channel.post(message)
                return channel.send(
                    message,
                    handle,
                    callback=callback,
                    keep_open=keep_open,
                    buffers=buffers,
                )
            except ChannelClosed:
                pass  # it is told
        if callback is None:
            self.soon(self.complain, ChannelClosed())
        else:
            self.soon(callback, ChannelClosed())
        return False

    def disconnect(self) -> None:
        """Close the channel, once all that was sent is on its way.

        Nothing can be sent from now on. On a channel that is closed, an
        ``error`` event tells.
        """
        if self._channel is None or not self._channel.connected:
            self.soon(self.complain, AlreadyDisconnected())
        else:
            self._channel.disconnect()

    def messages(self, *, handles: bool = False) -> AsyncIterator[Any]:
        """Iterate over messages as they come, until the channel closes.

        Args:
            handles: Makes each a pair: the message, and what came with it.
        """
        return self._listened_to().mailbox.messages(handles=handles)

    async def receive(
        self,
        match: Callable[[Any], bool] | None = None,
        timeout: float | None = None,
        *,
        handles: bool = False,
    ) -> Any:
        """Return the first message that *match* is true of; others stay.

        Args:
            match: None takes any.
            timeout: Seconds to wait; None is for ever.
            handles: Makes it a pair: the message, and what came with it.

        Raises:
            TimeoutError: None came in time.
            ChannelClosed: The channel closed, and none is there.
        """
        import asyncio

        channel = self._listened_to()
        try:
            async with asyncio.timeout(timeout):
                mail = await channel.mailbox.receive(match)
        except TimeoutError:
            text = f"no such message came within {timeout:g} seconds"
            raise TimeoutError(text) from None
        return mail if handles else mail.value

    async def request(self, message: Any, timeout: float | None = None) -> Any:
        """Send *message* to the other end's `on_request`; return its answer.

        Args:
            message: What travels.
            timeout: Seconds to wait; None is for ever.

        Raises:
            TimeoutError: No answer came in time; one that comes later is lost.
            RemoteError: The other end raised.
            ChannelClosed: The channel closed first.
        """
        return await self._listened_to().mailbox.requests.ask(message, timeout)

    def on_request(self, handler: F) -> F:
        """Answer requests of the other end by ``handler(message)``; a decorator.

        What it returns, or awaits to return, is the answer; what it raises
        is raised there, as `RemoteError`.
        """
        self._listened_to().mailbox.serve(handler)
        return handler

    # What a subclass adds

    def soon(self, callback: Callable[..., Any], *args: Any) -> None:
        """Call *callback* on the loop's next turn."""
        raise NotImplementedError  # each end of a channel has a loop of its own

    def speaking(self) -> Channel | None:
        """Return the channel, which something is about to be sent through."""
        return self._channel

    def _listened_to(self) -> Channel:
        """Return the channel, which is about to be listened to."""
        if self._channel is None:
            raise ChannelClosed
        return self._channel

    def complain(self, error: Exception) -> None:
        """Emit *error*, of the channel."""
        self.deliver("error", error)

    def _listener_added(self, event: str) -> None:
        if event == "message" and self._channel is not None:
            self.soon(self._channel.mailbox.listened)
