"""A session in mode json: documented events only, each descriptor owned once."""

from __future__ import annotations

from child_process.ipc import (
    Discard,
    Disconnected,
    Handle,
    InternalMessage,
    Message,
    Session,
)
from fuzz.driver import main

PIECE = 64


def target(data: bytes) -> None:
    """Feed *data* in pieces, the first with descriptors; count those."""
    session = Session("json", max_message=4096, max_queue=4096)
    session.send("waiting", Handle("net.Socket", (1,)), token=1)
    events = session.receive(data[:PIECE], [7, 8] if data[:1] == b"{" else ())
    given = 2 if data[:1] == b"{" else 0
    for at in range(PIECE, len(data), PIECE):
        events += session.receive(data[at : at + PIECE])
        for write in session.data_to_send():
            events += session.sent(len(write.data))
    events += session.end_of_stream()
    assert session.closed
    assert sum(isinstance(event, Disconnected) for event in events) == 1
    owned = 0
    for event in events:
        if isinstance(event, Discard):
            owned += len(event.fds)
        elif isinstance(event, Message | InternalMessage) and event.handle is not None:
            owned += len(event.handle.fds)
    assert given == owned


if __name__ == "__main__":
    main("session", target)
