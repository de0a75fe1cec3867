"""What Node does and should not, by number; ``node_bug`` marks our test of each."""

from __future__ import annotations

from typing import Final

BUGS: Final = {
    1: "`kill()` on a failed start signals the caller's own process group (v20)",
    2: 'no "close" after the parent called `disconnect()`',
    3: "`disconnect()` while part of a message has come hangs for ever",
    4: "`disconnect()` in a handler of a message that had waited crashes",
    5: "a file or a terminal sent as a handle aborts the receiver",
    6: "an acknowledgement too many is an assertion; a repeated handle is wrapped twice",
    7: "callbacks of messages that wait are never called when the peer dies",
    8: "a bad message is an uncaught exception, and takes the rest of the chunk along",
    9: "a value that is `undefined` in JSON crashes the peer",
    10: "death by a real-time signal is told as exit (0, null)",
    11: "`spawnSync` drops wrong slots of `stdio` in silence; `'overlapped'`, or a "
    "socket, aborts the whole process",
    12: "the caller's `stdio` list is padded in place",
    13: "`'inherit'` at 3 and above does not do what is documented",
    14: "messages that nobody listened to are dropped when the channel closes",
    15: "`shell: ''` means no shell, even to `exec`",
    16: "`maxBuffer: 0` is no limit in the sync forms",
    17: "a failed start leaves its listener on the abort signal",
    18: "an already aborted signal starts the process, and then kills it",
    19: "`exec` and `execFile` ignore `stdio`, `argv0` and `detached` in silence",
    20: "pipes are sockets: a child cannot open `/dev/stdout`",
    21: "a stream that was paused flows again once the process has ended",
    22: "an abort calls back while the process still runs",
}
