"""Questions and answers over a channel: `Requests`.

Layer: channel.

On the wire they are messages like any other, so that a Node process without
this library can take part. Each is an object with a key of ours::

    {"child_process": "request", "id": 7, "body": …}
    {"child_process": "reply",   "id": 7, "body": …}
    {"child_process": "error",   "id": 7, "type": …, "message": …, "traceback": …}
"""

from __future__ import annotations

from types import CoroutineType
from typing import TYPE_CHECKING, Any, ClassVar, Final

from child_process.ipc.errors import ChannelClosed, ChannelError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from child_process._channel.channel import Channel

__all__ = ["KEY", "RemoteError", "Requests", "is_ours"]

KEY: Final = "child_process"
_KINDS: Final = frozenset(("request", "reply", "error"))


class RemoteError(ChannelError):
    """The handler at the other end raised; what it raised, in words.

    The traceback of the other process is a note of this error.

    Attributes:
        type: The name of the exception's type there.
        message: Its text.
        traceback: Where it was raised there; may be empty.
    """

    code: ClassVar[str] = "ERR_IPC_REMOTE"

    def __init__(self, type: str, message: str, traceback: str = "") -> None:
        super().__init__(type, message, traceback)
        self.type = type
        self.message = message
        self.traceback = traceback
        if traceback:
            self.add_note(f"In the other process:\n{traceback}")

    def __str__(self) -> str:
        return f"{self.type}: {self.message}"


def is_ours(value: dict[Any, Any]) -> bool:
    """Say whether *value* is a question or an answer."""
    kind = value.get(KEY)
    return type(kind) is str and kind in _KINDS and type(value.get("id")) is int


class Requests:
    """The questions that were asked and not answered, and who answers ours.

    Args:
        channel: Where they go.
        start: Runs a coroutine, an async handler's.
    """

    def __init__(self, channel: Channel, start: Callable[..., None]) -> None:
        self.handler: Callable[..., Any] | None = None
        self._start = start
        self._channel = channel
        self._last = 0
        self._asked: dict[int, asyncio.Future[Any]] = {}

    @property
    def waiting(self) -> bool:
        """Whether somebody waits for an answer."""
        return bool(self._asked)

    async def ask(self, body: Any, timeout: float | None = None) -> Any:
        """Send *body* and return the answer to it.

        Raises:
            TimeoutError: None came for *timeout* seconds.
            RemoteError: The other end's handler raised.
            ChannelClosed: The channel closed first.
        """
        import asyncio

        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._last += 1
        number = self._last
        self._asked[number] = future
        self._channel.watch()
        try:
            self._channel.send({KEY: "request", "id": number, "body": body})
            if timeout is None:
                return await future
            async with asyncio.timeout(timeout):
                return await future
        except TimeoutError:
            message = f"no answer within {timeout:g} seconds"
            raise TimeoutError(message) from None
        finally:
            del self._asked[number]

    def heard(self, value: dict[str, Any], handle: Any) -> bool:
        """Deal with *value*, one that `is_ours`; False says it is no business here."""
        kind, number = value[KEY], value["id"]
        if kind == "request":
            if self.handler is None:
                return False
            self._answer(self.handler, number, value.get("body"), handle)
            return True
        future = self._asked.get(number)
        if future is None:
            return True  # too late, or never asked for
        if future.done():
            return True
        if kind == "reply":
            future.set_result(value.get("body"))
        else:
            facts = (value.get(name) for name in _FACTS)
            words = [fact if isinstance(fact, str) else "" for fact in facts]
            future.set_exception(RemoteError(*words))
        return True

    def disconnected(self) -> None:
        """Note that no answer comes any more."""
        for future in self._asked.values():
            if not future.done():
                future.set_exception(ChannelClosed())

    def _answer(
        self, handler: Callable[..., Any], number: int, body: Any, handle: Any
    ) -> None:
        try:
            outcome = handler(body) if handle is None else handler(body, handle)
        except Exception as error:  # noqa: BLE001 - it goes to who asked
            self._reply_error(number, error)
            return
        if isinstance(outcome, CoroutineType):
            self._start(self._answer_later(number, outcome))
        else:
            self._reply(number, outcome)

    async def _answer_later(self, number: int, outcome: Any) -> None:
        try:
            body = await outcome
        except Exception as error:  # noqa: BLE001 - it goes to who asked
            self._reply_error(number, error)
        else:
            self._reply(number, body)

    def _reply(self, number: int, body: Any) -> None:
        try:
            self._channel.send({KEY: "reply", "id": number, "body": body})
        except ChannelClosed:
            return  # who asked is gone
        except ChannelError as error:
            self._reply_error(number, error)

    def _reply_error(self, number: int, error: Exception) -> None:
        import traceback

        lines = traceback.format_exception(error)
        facts = (type(error).__qualname__, str(error), "".join(lines))
        reply = {KEY: "error", "id": number, **dict(zip(_FACTS, facts, strict=True))}
        try:
            self._channel.send(reply)
        except ChannelError:
            return  # who asked is gone


_FACTS: Final = ("type", "message", "traceback")
