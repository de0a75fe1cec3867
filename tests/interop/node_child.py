"""A real Node at the other end of a `Session`, driven by a selector."""

from __future__ import annotations

import array
import os
import selectors
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from child_process.ipc import Disconnected, Event, Message, Session
from child_process.ipc.wire import Mode

HERE = Path(__file__).parent
SECONDS = 40
DESCRIPTORS = 16


class NodeChild:
    """``node script``, forked as Node would: its channel is our *session*."""

    def __init__(self, script: str, mode: Mode) -> None:
        self.session = Session(mode)
        self.events: list[Event] = []
        self.socket, theirs = socket.socketpair()
        self.socket.settimeout(0)
        channel = {
            "NODE_CHANNEL_FD": str(theirs.fileno()),
            "NODE_CHANNEL_SERIALIZATION_MODE": mode,
        }
        with theirs:
            self.process = subprocess.Popen(
                ["node", str(HERE / script)],
                pass_fds=[theirs.fileno()],
                env=os.environ | channel,
            )
        self._unsent: list[tuple[memoryview, tuple[int, ...]]] = []

    def run_until(self, done: Callable[[], bool]) -> None:
        """Move bytes until *done*; fail if that takes too long."""
        deadline = time.monotonic() + SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(self.socket, selectors.EVENT_READ)
            while not done():
                assert time.monotonic() < deadline, self.events[-3:]
                self._write()
                interest = selectors.EVENT_READ
                if self._unsent:
                    interest |= selectors.EVENT_WRITE
                selector.modify(self.socket, interest)
                for _, ready in selector.select(1):
                    if ready & selectors.EVENT_READ:
                        self._read()
                if any(type(event) is Disconnected for event in self.events):
                    return

    def message(self, number: int) -> Message:
        """Return the event with *number*, which is a message."""
        event = self.events[number]
        assert isinstance(event, Message)
        return event

    def _write(self) -> None:
        for write in self.session.data_to_send():
            self._unsent.append((memoryview(write.data), write.fds))
        while self._unsent:
            data, fds = self._unsent[0]
            rights = array.array("i", fds).tobytes()
            extra = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)] if fds else []
            try:
                count = self.socket.sendmsg([data], extra)
            except BlockingIOError:
                return
            self.events += self.session.sent(count)
            if count == len(data):
                self._unsent.pop(0)
            else:
                self._unsent[0] = (data[count:], ())

    def _read(self) -> None:
        try:
            data, fds, _, _ = socket.recv_fds(self.socket, 65536, DESCRIPTORS)
        except ConnectionResetError:
            data, fds = b"", []
        if data:
            self.events += self.session.receive(data, fds)
        else:
            self.events += self.session.end_of_stream()


@contextmanager
def node_child(script: str, mode: Mode) -> Iterator[NodeChild]:
    """Hold a `NodeChild` for a block; it has ended afterwards."""
    child = NodeChild(script, mode)
    try:
        yield child
    finally:
        child.socket.close()
        try:
            child.process.wait(timeout=10)
        finally:
            child.process.kill()
            child.process.wait()
