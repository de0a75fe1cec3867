"""Both framers: whatever comes, in whatever pieces, the same frames."""

from __future__ import annotations

from child_process.ipc import FrameTooLarge, LengthFramer, LineFramer
from fuzz.driver import main

LIMIT = 1000


def frames(framer: LengthFramer | LineFramer, pieces: list[bytes]) -> list[bytes | str]:
    """Return what *framer* makes of *pieces*, and how it ends."""
    found: list[bytes | str] = []
    try:
        for piece in pieces:
            framer.feed(piece)
            found += iter(framer.next_frame, None)
    except FrameTooLarge:
        found.append("too large")
    return found


def target(data: bytes) -> None:
    """Cut *data* by its first byte, and compare with the whole."""
    step, data = (data[0] + 1, data[1:]) if data else (1, b"")
    pieces = [data[at : at + step] for at in range(0, len(data), step)]
    for framing in (LengthFramer, LineFramer):
        whole = frames(framing(LIMIT), [data])
        cut = frames(framing(LIMIT), pieces)
        assert whole == cut
        assert all(len(frame) <= LIMIT for frame in whole)


if __name__ == "__main__":
    main("framing", target)
