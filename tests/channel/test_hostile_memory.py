"""A peer that breaks the protocol costs little memory and no time.

The nine hostile streams, each against a parent of its own whose peak is read:
it grows by no more than twice ``max_message``, and the parent goes on.
"""

import pytest

from tests.support import hosts

MIB = 1024 * 1024
LIMIT = 8 * MIB

HOST = """
    import asyncio, sys
    from child_process import fork, spawn

    LIMIT = int(sys.argv[1])
    MODE, STREAM, ECHO = sys.argv[2:5]
    RAW = '''
    import array, os, socket
    wire = socket.socket(fileno=3)
    def flood(piece):
        try:
            while True:
                wire.sendall(piece)
        except OSError:
            pass
    def pass_fds(data, count):
        null = os.open("/dev/null", os.O_RDWR)
        rights = array.array("i", [null] * count)
        wire.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
    '''

    def peak():
        with open("/proc/self/status") as file:
            return next(int(l.split()[1]) for l in file if l.startswith("VmHWM"))

    async def talks(number):
        child = fork(ECHO, exec_argv=["-S"])
        child.send("x" * 10_000)
        assert len(await child.receive()) == 10_000
        child.disconnect()
        await child.wait_closed()

    async def suffers(stream, told):
        stdio = ["ignore", "inherit", "inherit", "ipc"]
        child = spawn(
            sys.executable, ["-S", "-c", RAW + stream],
            stdio=stdio, serialization=MODE, max_message=LIMIT, max_queue=LIMIT,
        )
        child.on("error", lambda error: told.append(type(error).__name__))
        child.on("disconnect", lambda: told.append("disconnect"))
        child.on("message", lambda message, handle: None)
        await child.wait_closed()

    async def main():
        await talks(0)
        await suffers("wire.sendall(b'!')", [])  # so that all is imported
        before, told = peak(), []
        await asyncio.gather(suffers(STREAM, told), talks(1))
        print(*told, (peak() - before) * 1024)

    asyncio.run(main())
"""

STREAMS = [
    pytest.param(
        "json", "flood(b'x' * 65536)", "FrameTooLarge", id="a line without end"
    ),
    pytest.param(
        "json",
        "wire.sendall(b'[' * 100_000 + b']' * 100_000 + b'\\n')",
        "BadFrame",
        id="nesting",
    ),
    pytest.param(
        "json",
        "wire.sendall(b'not JSON\\n'); flood(b'x' * 65536)",
        "BadFrame",
        id="not JSON",
    ),
    pytest.param(
        "advanced",
        "wire.sendall(b'\\xff' * 4); flood(b'x' * 65536)",
        "FrameTooLarge",
        id="length 0xFFFFFFFF",
    ),
    pytest.param(
        "advanced",
        "wire.sendall(b'\\0' * 4); flood(b'x' * 65536)",
        "BadFrame",
        id="length 0",
    ),
    pytest.param(
        "advanced",
        "wire.sendall(b'\\0\\0\\0\\x08\\xff\\x0fA\\xff\\xff\\xff\\xff\\x0f'); flood(b'x')",
        "BadFrame",
        id="an array of 4 G",
    ),
    pytest.param(
        "json",
        'flood(b\'{"cmd":"NODE_HANDLE_ACK"}\\n\' * 1000)',
        None,
        id="answers to nothing",
    ),
    pytest.param(
        "json",
        'flood(b\'{"cmd":"NODE_SOCKET_GET_COUNT","key":"k"}\\n\' * 1000)',
        "BadFrame",
        id="questions",
    ),
    pytest.param(
        "json",
        "pass_fds(b'1\\n', 253); flood(b'1\\n' * 1000)",
        "BadFrame",
        id="descriptors",
    ),
]
ENDLESS = "import signal; signal.setitimer(signal.ITIMER_REAL, 0.5, 0)\n"
"""The flood that is no fault has to be ended by something."""


@pytest.mark.parametrize(("mode", "stream", "error"), STREAMS)
def test_a_hostile_stream_costs_little(
    mode: str, stream: str, error: str | None, program_dir: object
) -> None:
    """A typed error, a closed channel, and at most twice the limit."""
    if error is None:
        stream = ENDLESS + stream
    echo = f"{program_dir}/ipc_echo.py"

    *told, growth = hosts.said(HOST, LIMIT, mode, stream, echo).split()

    assert [*([error] if error else []), "disconnect"] == told
    assert int(growth) <= 2 * LIMIT


@pytest.mark.parametrize("size", [LIMIT - 100])
@pytest.mark.parametrize("mode", ["json", "advanced"])
def test_a_message_just_within_the_limit_costs_what_it_is(
    mode: str, size: int, program_dir: object
) -> None:
    """It is here once as bytes, once as a value, and not more often."""
    head = {"json": "b'\"'", "advanced": None}[mode]
    if head is None:
        length = b'\xff\x0f"' + bytes(
            [
                size & 127 | 128,
                size >> 7 & 127 | 128,
                size >> 14 & 127 | 128,
                size >> 21,
            ]
        )
        head = repr((size + len(length)).to_bytes(4, "big") + length)
    tail = "b'\"\\n'" if mode == "json" else "b''"
    stream = f"wire.sendall({head} + b'x' * {size} + {tail})"

    *told, growth = hosts.said(
        HOST, LIMIT, mode, stream, f"{program_dir}/ipc_echo.py"
    ).split()

    assert ["disconnect"] == told
    assert int(growth) <= 4 * LIMIT
