"""Two sessions, joined: whatever happens in between, the promises hold."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from child_process.ipc import (
    BadFrame,
    Discard,
    Disconnected,
    Handle,
    HandleAccepted,
    InternalMessage,
    Message,
    ProtocolError,
    Sent,
    Session,
    Unsent,
)


class Pipe:
    """One direction: bytes, and descriptors where their first byte is."""

    def __init__(self) -> None:
        self.data = b""
        self.fds: list[tuple[int, tuple[int, ...]]] = []  # by offset

    def take(self, size: int) -> tuple[bytes, list[int]]:
        """As Linux does: a read ends with the write that had descriptors."""
        fds: list[int] = []
        for at, numbers in self.fds:
            if at < size:
                fds += numbers
                following = [offset for offset, _ in self.fds if offset > at]
                size = min([size, *following])
                break
        data, self.data = self.data[:size], self.data[size:]
        self.fds = [(at - size, n) for at, n in self.fds if at >= size]
        return data, fds


class End:
    """A session, and what its user saw."""

    def __init__(self, mode: Any) -> None:
        self.session = Session(mode)
        self.out = Pipe()
        self.said: list[Any] = []
        self.heard: list[Any] = []
        self.events: list[Any] = []
        self.tokens = 0

    def note(self, events: list[Any]) -> None:
        """Keep what the session says."""
        self.events += events
        self.heard += [
            (e.value, None if e.handle is None else e.handle.fds)
            for e in events
            if isinstance(e, Message)
        ]

    def write(self) -> None:
        """Move what is to be written into the pipe."""
        for write in self.session.data_to_send():
            if write.fds:
                self.out.fds.append((len(self.out.data), write.fds))
            self.out.data += write.data
            self.note(self.session.sent(len(write.data)))


class Channel(RuleBasedStateMachine):
    """Sends, reads and disconnects in any order."""

    @initialize(mode=st.sampled_from(["json", "advanced"]))
    def start(self, mode: str) -> None:
        """Join two ends."""
        self.ends = [End(mode), End(mode)]

    def pair(self, which: int) -> tuple[End, End]:
        """Return one end, and the other."""
        return self.ends[which], self.ends[1 - which]

    @rule(which=st.integers(0, 1), value=st.integers() | st.text(max_size=5))
    def send(self, which: int, value: Any) -> None:
        """Say something, if it still can be said."""
        end, _ = self.pair(which)
        if end.session.connected:
            end.tokens += 1
            end.session.send(value, token=end.tokens)
            end.said.append((value, None))

    @rule(which=st.integers(0, 1), fd=st.integers(3, 99))
    def send_handle(self, which: int, fd: int) -> None:
        """Say something with a descriptor."""
        end, _ = self.pair(which)
        if end.session.connected:
            end.tokens += 1
            end.session.send({"n": fd}, Handle("net.Socket", (fd,)), token=end.tokens)
            end.said.append(({"n": fd}, (fd,)))

    @rule(which=st.integers(0, 1), size=st.integers(1, 200))
    def move(self, which: int, size: int) -> None:
        """Let the kernel hand over *size* bytes."""
        end, other = self.pair(which)
        end.write()
        data, fds = end.out.take(size)
        if data:
            other.note(other.session.receive(data, fds))

    @rule(which=st.integers(0, 1))
    def disconnect(self, which: int) -> None:
        """End it from one side."""
        end, _ = self.pair(which)
        if end.session.connected:
            end.note(end.session.disconnect())

    @invariant()
    def nothing_is_lost_or_out_of_order(self) -> None:
        """What is heard was said, in order; nobody is at fault."""
        for which in (0, 1):
            end, other = self.pair(which) if hasattr(self, "ends") else (None, None)
            if end is None or other is None:
                return
            assert other.heard == end.said[: len(other.heard)]
            assert not any(isinstance(e, ProtocolError) for e in end.events)

    def teardown(self) -> None:
        """Let both finish: all arrives, and each token is answered once."""
        if not hasattr(self, "ends"):
            return
        for end in self.ends:
            if end.session.connected:
                end.note(end.session.disconnect())
        for _ in range(400):
            for end, other in (self.pair(0), self.pair(1)):
                end.write()
                data, fds = end.out.take(1000)
                if data:
                    other.note(other.session.receive(data, fds))
                elif end.session.closed:
                    other.note(other.session.end_of_stream())
        for end, other in (self.pair(0), self.pair(1)):
            assert end.session.closed
            # Descriptors may still come, to be closed.
            told = [e for e in end.events if not isinstance(e, Discard)]
            assert isinstance(told[-1], Disconnected)
            assert 1 == sum(isinstance(e, Disconnected) for e in end.events)
            done = [e.token for e in end.events if isinstance(e, Sent | Unsent)]
            assert list(range(1, end.tokens + 1)) == done
            assert other.heard == end.said[: len(other.heard)]


TestChannel = Channel.TestCase
TestChannel.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


@given(
    mode=st.sampled_from(["json", "advanced"]),
    chunks=st.lists(st.binary(max_size=40), max_size=6),
    fds=st.lists(st.integers(3, 9), max_size=3),
)
def test_garbage_closes_the_channel_and_no_more(
    mode: Any, chunks: list[bytes], fds: list[int]
) -> None:
    """Any bytes and descriptors: documented events, every descriptor named once."""
    session = Session(mode, max_message=64)
    events = []

    for chunk in chunks:
        events += session.receive(chunk, fds)
    events += session.end_of_stream()

    named: list[int] = []
    for event in events:
        if isinstance(event, Discard):
            named += event.fds
        if isinstance(event, Message | InternalMessage) and event.handle is not None:
            named += event.handle.fds
    assert sorted(fds * len(chunks)) == sorted(named)
    assert all(
        isinstance(e.error, BadFrame) for e in events if isinstance(e, ProtocolError)
    )
    assert isinstance(events[-1], Disconnected) or session.closed
    assert not any(isinstance(e, HandleAccepted) for e in events)
