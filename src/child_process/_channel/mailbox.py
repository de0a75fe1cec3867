"""Where messages go that arrived: `Mailbox`.

Layer: channel.

In this order: to who waits for an answer, to who asked for one that matches, to
"message" listeners, and otherwise into a queue, from which a listener that
comes later, `receive` and `messages` take them. Nothing is thrown away, not at
the end of the channel either; a queue that nobody empties makes the other end
wait.
"""

from __future__ import annotations

from collections import deque
from types import CoroutineType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from child_process._channel.requests import KEY, Requests, is_ours
from child_process.ipc.errors import ChannelClosed

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Callable

    from child_process._channel.channel import Channel
    from child_process._channel.messaging import Messaging

    _Taker = tuple[Callable[[Any], bool] | None, asyncio.Future["Mail"]]

__all__ = ["Mail", "Mailbox"]

MOST_MESSAGES: Final = 1000
MOST_BYTES: Final = 16 * 1024 * 1024
MOST_HANDLES: Final = 64
"""What waits for somebody to take it before nothing more is read."""
WAITED_FOR: Final = 16
"""So many times more, while somebody waits for a message that may be behind it."""


class Mail(NamedTuple):
    """A message, and the handle that came with it, or None."""

    value: Any
    handle: Any


class Mailbox:
    """Messages that arrived, and who waits for which.

    Args:
        owner: Whose listeners get them.
        channel: Where they come from.
    """

    def __init__(self, owner: Messaging, channel: Channel) -> None:
        self.requests: Requests = Requests(channel, owner.start)
        self._held = 0
        self._coming = 0
        self._kept = False
        self._handles = 0
        self._owner = owner
        self._channel = channel
        self._queue: deque[Mail] = deque()
        self._takers: list[_Taker] = []
        self._over = False

    @property
    def full(self) -> bool:
        """Whether so much waits that nothing more should be read."""
        room = WAITED_FOR if self._takers or self.requests.waiting else 1
        return (
            len(self._queue) >= MOST_MESSAGES * room
            or self._held >= MOST_BYTES * room
            or self._handles >= MOST_HANDLES
        )

    # From the channel

    def put_all(self, values: list[Any]) -> None:
        """Hand on *values*, which came in a row, without handles."""
        # What `put` and `deliver` do, without a call: this is where time goes.
        owner = self._owner
        listening = owner._listeners  # noqa: SLF001 - its own base class's, see above
        for value in values:
            listeners = listening.get("message")
            if (
                not listeners
                or self._takers
                or self._queue
                or (type(value) is dict and KEY in value)
            ):
                self.put(value, None)
                continue
            for listener in listeners:
                try:
                    outcome = listener(value, None)
                    if outcome is not None and isinstance(outcome, CoroutineType):
                        owner.start(outcome)
                except Exception as error:  # noqa: BLE001 - it is reported
                    owner._listener_failed("message", listener, error)  # noqa: SLF001 - the same

    def put(self, value: Any, handle: Any) -> None:
        """Hand on *value*, which came with *handle*."""
        ours = type(value) is dict and is_ours(value)
        if ours and self.requests.heard(value, handle):
            return
        mail = Mail(value, handle)
        for index, (match, future) in enumerate(self._takers):
            if _suits(mail, match, future):
                del self._takers[index]
                future.set_result(mail)
                return
        if self._queue or not self._owner.deliver("message", value, handle):
            self._keep(mail)

    def failed(self, error: Exception) -> None:
        """Tell of what the peer did wrong; `disconnected` follows."""
        self._owner.complain(error)

    def disconnected(self) -> None:
        """Tell that nothing comes any more; what waits can still be taken."""
        self._over = True
        takers, self._takers = self._takers, []
        for _, future in takers:
            if not future.done():
                future.set_exception(ChannelClosed())
        self.requests.disconnected()
        self._owner.deliver("disconnect")

    # For those who take

    def serve(self, handler: Callable[..., Any]) -> None:
        """Answer requests by *handler*, those that wait first."""
        self.requests.handler = handler
        self._hand_out(*self._queue)

    def listened(self) -> None:
        """Hand what waits to the "message" listeners, now that there is one."""
        while self._queue and self._owner.listener_count("message"):
            mail = self._take(0)
            self._owner.deliver("message", *mail)
        self._channel.watch()

    async def receive(self, match: Callable[[Any], bool] | None = None) -> Mail:
        """Return the first message that *match* is true of, and take it out.

        Raises:
            ChannelClosed: The channel closed, and no such message waits.
        """
        for index, mail in enumerate(self._queue):
            if match is None or match(mail.value):
                self._take(index)
                self._channel.watch()
                return mail
        if self._over:
            raise ChannelClosed
        import asyncio

        future: asyncio.Future[Mail] = asyncio.get_running_loop().create_future()
        self._takers.append((match, future))
        self._channel.watch()
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and not future.exception():
                # It came in the moment of the cancellation: it is the next one's.
                self._hand_out(future.result(), *self._queue)
            raise
        finally:
            self._takers = [taker for taker in self._takers if taker[1] is not future]

    async def messages(self, *, handles: bool) -> AsyncIterator[Any]:
        """Iterate over messages, or pairs with *handles*, until it closes."""
        while True:
            try:
                mail = await self.receive()
            except ChannelClosed:
                return
            yield mail if handles else mail.value

    # What waits, in bytes, as near as can be told from outside

    def weigh(self, size: int, *, whole: bool) -> None:
        """Note that *size* bytes came, which were dealt with if *whole*."""
        self._coming += size
        if whole:
            if self._kept:
                self._held += self._coming
                self._kept = False
            self._coming = 0

    def _keep(self, mail: Mail) -> None:
        self._queue.append(mail)
        self._handles += mail.handle is not None
        self._kept = True

    def _take(self, index: int) -> Mail:
        mail = self._queue[index]
        self._held -= self._held // len(self._queue)
        del self._queue[index]
        self._handles -= mail.handle is not None
        return mail

    def _hand_out(self, *mails: Mail) -> None:
        """Deal with *mails*, which waited, once more."""
        self._queue.clear()
        self._handles = 0
        for mail in mails:
            self.put(*mail)
        if not self._queue:
            self._held = 0


def _suits(
    mail: Mail, match: Callable[[Any], bool] | None, future: asyncio.Future[Mail]
) -> bool:
    """Say whether *mail* is what *future* waits for."""
    if future.done():
        return False
    try:
        return match is None or match(mail.value)
    except Exception as error:  # noqa: BLE001 - it is raised where it was written
        future.set_exception(error)
        return False
