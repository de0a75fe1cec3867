"""What waits to be written, in order, and what waits for an answer.

Layer: protocol. No socket, no clock, no event loop; imports `envelope`,
`errors` and `events` only.

Frames become `Write`s, as many to one as can be. One with descriptors is a
`Write` of its own; everything after it waits until the peer answers, but what
`answer` takes does not.
"""

from __future__ import annotations

import sys
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from child_process.ipc.errors import BadFrame, QueueFull
from child_process.ipc.events import (
    Event,
    HandleAccepted,
    HandleLost,
    Sent,
    Unsent,
)
from child_process.ipc.frozen import Frozen

if TYPE_CHECKING:
    from child_process.ipc.envelope import Handle

__all__ = ["HELD", "Outbox", "Write"]

RESENDS: Final = 3  # as Node
ANSWERS_QUEUED: Final = 1024 * 1024  # bytes of answers that may wait
HELD: Final = sys.maxsize
"""Instead of `Outbox.queued`: it waits for the answer to a handle before it."""


class Write(Frozen):
    """Bytes for the socket, and the descriptors that go with the first of them.

    The descriptors' owner keeps them open until `HandleAccepted` or
    `HandleLost`: the message may have to go again.
    """

    data: bytes | bytearray
    fds: tuple[int, ...] = ()

    def __init__(self, data: bytes | bytearray, fds: tuple[int, ...] = ()) -> None:
        facts = self.__dict__  # by itself, since there are many
        facts["data"] = data
        facts["fds"] = fds


class _Entry(Frozen):
    """A message in its frame, on the way out."""

    frame: bytes | bytearray
    handle: Handle | None
    token: Any


class Outbox:
    """The outgoing half of a channel.

    Args:
        limit: Bytes that may wait. A frame that finds none waiting always goes.

    Attributes:
        queued: Bytes of frames that `sent` has not yet reported gone.
    """

    def __init__(self, limit: int) -> None:
        self.queued: int = 0
        self._limit = limit
        self._frames: list[bytes | bytearray] = []  # for one Write
        self._writes: list[Write] = []  # before them
        self._waiting: deque[_Entry] = deque()  # behind an unanswered handle
        self._unanswered: _Entry | None = None
        self._resends = 0
        self._held = 0  # bytes in it
        self._gone = 0  # bytes sent, ever
        self._tokens: deque[tuple[int, Any]] = deque()  # by the last byte's number
        self._answers: deque[tuple[int, int]] = deque()  # so too, with their sizes
        self._owed = 0  # bytes in them

    @property
    def waiting(self) -> int:
        """How many frames wait for the answer to a handle before them."""
        return len(self._waiting)

    @property
    def done(self) -> bool:
        """Whether everything is gone, and answered."""
        return not self.queued and self._unanswered is None

    def put(
        self, frame: bytes | bytearray, handle: Handle | None, token: Any = None
    ) -> int:
        """Take *frame* in its turn; return `queued`, or `HELD`.

        Raises:
            QueueFull: It does not fit; nothing was taken.
        """
        size = len(frame)
        queued = self.queued + size
        if queued > self._limit and self.queued:
            raise QueueFull(size, self.queued, self._limit)
        self.queued = queued
        if handle is not None or self._unanswered is not None:
            self._waiting.append(_Entry(frame, handle, token))
            self._held += size
            self._flush()
            return HELD if self._waiting else queued
        self._frames.append(frame)
        if token is not None:
            self._tokens.append((self._gone + queued, token))
        return queued

    def answer(self, frame: bytes | bytearray) -> None:
        """Take *frame* past what waits.

        Raises:
            BadFrame: The peer asks and asks, and reads none of the answers.
        """
        while self._answers and self._answers[0][0] <= self._gone:
            self._owed -= self._answers.popleft()[1]
        size = len(frame)
        if self._owed + size > ANSWERS_QUEUED:
            raise BadFrame("questions without end, whose answers it does not read")
        self._owed += size
        self.queued += size
        self._frames.append(frame)
        self._answers.append((self._gone + self.queued - self._held, size))

    def take(self) -> list[Write]:
        """Take out what is to be written, in order."""
        if self._frames:
            self._seal()
        writes, self._writes = self._writes, []
        return writes

    def sent(self, size: int) -> list[Event]:
        """Note that *size* bytes more are in the kernel's hands."""
        self.queued -= size
        self._gone += size
        events: list[Event] = []
        while self._tokens and self._tokens[0][0] <= self._gone:
            events.append(Sent(self._tokens.popleft()[1]))
        return events

    def answered(self, *, accepted: bool) -> list[Event] | None:
        """Note the peer's answer to a handle; None says that none was due."""
        entry = self._unanswered
        if entry is None or entry.handle is None:
            return None
        if not accepted and self._resends < RESENDS:
            self._resends += 1
            self.queued += len(entry.frame)
            self._send_handle(entry, entry.handle)
            return []
        self._unanswered = None
        self._flush()
        return _outcome(entry, entry.handle, accepted=accepted)

    def drop(self) -> list[Event]:
        """Let go of everything; return what becomes of whom."""
        events: list[Event] = [Unsent(token) for _, token in self._tokens]
        unanswered = () if self._unanswered is None else (self._unanswered,)
        for entry in (*unanswered, *self._waiting):
            events += _outcome(entry, entry.handle, accepted=False)
        self.queued, self._held, self._unanswered = 0, 0, None
        self._frames.clear()
        self._writes.clear()
        self._waiting.clear()
        self._tokens.clear()
        self._answers.clear()
        self._owed = 0
        return events

    def _seal(self, fds: tuple[int, ...] = ()) -> None:
        """Make the frames so far one write."""
        frames, self._frames = self._frames, []
        if frames:
            data = frames[0] if len(frames) == 1 else b"".join(frames)
            self._writes.append(Write(data, fds))

    def _flush(self) -> None:
        """Let go what waits, up to and with the next handle."""
        while self._waiting and self._unanswered is None:
            entry = self._waiting.popleft()
            self._held -= len(entry.frame)
            if entry.handle is not None:
                self._resends = 0
                self._send_handle(entry, entry.handle)
                continue
            self._frames.append(entry.frame)
            if entry.token is not None:
                last = self._gone + self.queued - self._held
                self._tokens.append((last, entry.token))

    def _send_handle(self, entry: _Entry, handle: Handle) -> None:
        self._seal()
        self._frames.append(entry.frame)  # its token is told of with the answer
        self._seal(handle.fds)
        self._unanswered = entry


def _outcome(entry: _Entry, handle: Handle | None, *, accepted: bool) -> list[Event]:
    """Return what to say of *entry*, now that it is decided."""
    events: list[Event] = []
    if handle is not None:
        events.append(HandleAccepted(handle) if accepted else HandleLost(handle))
    if entry.token is not None:
        events.append(Sent(entry.token) if accepted else Unsent(entry.token))
    return events
