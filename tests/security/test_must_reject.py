"""S2: what must be rejected is, with a typed error, before any fork.

Seen from outside, by strace: no system call of the whole program makes a process.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.hosts import SOURCES

DATA: Final[Any] = json.loads(
    Path(__file__)
    .parents[1]
    .joinpath("data", "hostile-strings.json")
    .read_text("utf-8")
)
HOST: Final = """
import asyncio, json, sys
import child_process as cp

cases = json.load(sys.stdin)
wrong = [
    ("true", [json.loads(f'"{text}"')], {}) for text in cases["strings"]
] + [
    ("true", ["a" * 131072], {}),
    ("true", [5], {}),
    ("true", [None], {}),
    ("true", [["a"]], {}),
    ("true", [bytearray(b"a")], {}),
    ("ls", "-l /tmp", {}),
    ("", [], {}),
    ("true\\0", [], {}),
    ("nonesuch-program", [], {}),
    ("true", [], {"env": {"": "x"}}),
    ("true", [], {"env": {"A=B": "x"}}),
    ("true", [], {"env": {"A\\0": "x"}}),
    ("true", [], {"env": {"A": "x\\0"}}),
    ("true", [], {"env": {"A": 1}}),
    ("true", [], {"env": {"A": True}}),
    ("true", [], {"env": {"A": "x" * 131072}}),
    ("true", [], {"env": {"LD_PRELOAD": "x"}, "env_policy": "scrub"}),
    ("true", [], {"cwd": "a\\0b"}),
    ("true", [], {"argv0": "a\\0b"}),
]
typed = 0

async def main():
    global typed
    for program, args, options in wrong:
        for verb in (cp.run, cp.run_sync, cp.spawn_sync, cp.exec_file, cp.spawn):
            try:
                outcome = verb(program, args, **options)
                if verb is cp.spawn:
                    async with outcome:
                        pass
                elif verb is cp.spawn_sync:
                    if outcome.error is not None:
                        raise outcome.error
                elif verb is not cp.run_sync:
                    await outcome
            except (cp.OptionError, cp.SpawnError):
                typed += 1
            else:
                print("accepted", verb.__name__, program, str(args)[:40], options)

asyncio.run(main())
print(typed, len(wrong) * 5)
"""
MAKES_A_PROCESS: Final = re.compile(
    r"^.*\b(v?fork|clone3?)\((?!.*CLONE_THREAD).*$", re.MULTILINE
)


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
@pytest.mark.parametrize("pure", ["0", "1"], ids=["native", "in plain Python"])
def test_what_must_be_rejected_forks_nothing(tmp_path: Path, pure: str) -> None:
    """Each case is an error of ours in each verb, and no process is made."""
    strings = [one["json"] for one in DATA["must_reject"] if "json" in one]
    trace = tmp_path / "trace"
    words = ["strace", "-f", "-e", "trace=clone,clone3,fork,vfork", "-o", str(trace)]

    done = subprocess.run(
        [*words, sys.executable, "-c", HOST],
        input=json.dumps({"strings": strings}),
        env={
            "PYTHONPATH": str(SOURCES),
            "PATH": "/usr/bin:/bin",
            "CHILD_PROCESS_PURE": pure,
        },
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )

    assert "" == done.stderr
    typed, of_all = done.stdout.split()
    assert of_all == typed
    assert [] == [match[0] for match in MAKES_A_PROCESS.finditer(trace.read_text())]
