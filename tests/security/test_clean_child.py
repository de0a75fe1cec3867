"""S6: a child has what was declared for it, and no more.

Whatever the program that starts it has open, blocked or ignored.
"""

import json
import os
from typing import Any, Final

import pytest

from tests.support import hosts

HOST: Final = """
import asyncio, json, os, signal, sys
from child_process import run_sync, secret_file, spawn

# What a careless program, or a C library in it, may have done.
for _ in range(50):
    os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
every = signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD}
for number in every:
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, every)
os.umask(0o077)

def status(**options):
    text = run_sync("cat", ["/proc/self/status"], **options).text
    return dict(line.split(":\\t", 1) for line in text.splitlines() if ":\\t" in line)

async def descriptors(*args, **options):
    child = spawn("sh", ["-c", "echo; sleep 30; :", "sh", *args], **options)
    async with child:
        await child.stdout.read(1)  # its libraries are loaded, and closed again
        found = sorted(map(int, os.listdir(f"/proc/{child.pid}/fd")))
        await child.stop()
    return found

async def main():
    null = os.open(os.devnull, os.O_RDONLY)
    stdio = ["ignore", "pipe", "pipe", null, "ignore", null]
    return [
        await descriptors(),
        await descriptors(stdio=stdio),
        await descriptors(secret_file("text")),
    ]

plain = status()
facts = {
    "descriptors": asyncio.run(main()),
    "blocked": plain["SigBlk"],
    "ignored": plain["SigIgn"],
    "umask": plain["Umask"],
}
if "umask" in sys.argv:
    facts["umask asked for"] = status(umask=0o027)["Umask"]
    child = status(uid=65534, gid=65533, groups=[65532])
    facts["user"] = [child[name].split() for name in ("Uid", "Gid", "Groups")]
print(json.dumps(facts))
"""


@pytest.mark.parametrize("pure", ["0", "1"], ids=["native", "in plain Python"])
def test_a_child_has_what_was_declared(
    pure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Descriptors, signals, umask, user and groups, beside 50 inheritable files."""
    monkeypatch.setenv("CHILD_PROCESS_PURE", pure)
    powerful = os.geteuid() == 0 and pure == "0"

    ended = hosts.run(HOST, *(["umask"] if powerful else []))

    assert (0, "") == (ended.code, ended.err)
    facts: Any = json.loads(ended.out)
    assert [[0, 1, 2], [0, 1, 2, 3, 5], [0, 1, 2, 3]] == facts["descriptors"]
    assert 0 == int(facts["blocked"], 16)
    assert 0 == int(facts["ignored"], 16)
    assert "0077" == facts["umask"]
    if powerful:
        assert "0027" == facts["umask asked for"]
        assert [["65534"] * 4, ["65533"] * 4, ["65532"]] == facts["user"]
