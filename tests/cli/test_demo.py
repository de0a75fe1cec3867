"""`child-process demo` shows the main job, in bounded time, and leaves nothing."""

import re
import signal
import subprocess
import sys
import time

import pytest

BOUND = 30.0

PROMISED = [
    pytest.param(r"\d+\.\d+ s +\d+ chunks .* \d+ names", id="find, counted"),
    pytest.param(r">>> result = await exec\(\"ls -la /\"\)", id="ls by exec"),
    pytest.param(r"^   \[; rm -rf ~\]$", id="a literal argument"),
    pytest.param(r"^   \[--eval=1 \+ 1\]$", id="no option of ours"),
    pytest.param(r"OptionError: value = '; rm -rf ~': expected", id="the white list"),
    pytest.param(r"2\.00 GB in .* a second", id="throughput"),
    pytest.param(r"peak memory .* before .*, after .*, more: ", id="peak memory"),
    pytest.param(r"CommandFailed: Command failed, exit code", id="a failure"),
    pytest.param(r"SpawnError: spawn no-such-program ENOENT", id="no program"),
    pytest.param(r"there is no directory /no/such/place", id="no directory"),
    pytest.param(r"MaxBufferExceeded: stdout went over", id="an output limit"),
    pytest.param(r"TimeoutExceeded: Command timed out after 0\.5", id="a time limit"),
    pytest.param(r"grandchild \d+: gone", id="a stubborn grandchild"),
    pytest.param(r"median \d+\.\d ms, longest \d+\.\d ms", id="the heartbeat"),
    pytest.param(r"children left: (0|not known here)$", id="nothing left"),
]


@pytest.fixture(scope="module")
def shown() -> str:
    """What the demo prints into a pipe, within its bound and without a complaint."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "child_process", "demo"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=55,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr)
    assert time.monotonic() - began < BOUND
    return done.stdout


@pytest.mark.parametrize("pattern", PROMISED)
def test_the_demo_shows_what_it_promises(shown: str, pattern: str) -> None:
    """Each part of the main job is on the page."""
    assert re.search(pattern, shown, re.MULTILINE)


def test_the_demo_fits_a_plain_terminal(shown: str) -> None:
    """No line is over 80 columns, and no escape sequence is in a pipe."""
    assert [] == [line for line in shown.splitlines() if len(line) > 80]
    assert "\033" not in shown


def test_the_memory_does_not_grow(shown: str) -> None:
    """2 GB through a pipe cost less than 16 MB."""
    grown = re.search(r"more: ([\d.]+) (bytes|kB|MB|GB)", shown)

    assert grown is not None
    unit = {"bytes": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}[grown[2]]
    assert float(grown[1]) * unit < 16e6


def test_ctrl_c_ends_the_demo() -> None:
    """SIGINT in the middle ends it by that signal, with nothing left behind."""
    with subprocess.Popen(
        [sys.executable, "-m", "child_process", "demo"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            if line.startswith("1."):
                break

        process.send_signal(signal.SIGINT)
        complaint = process.stderr.read()

    assert (-signal.SIGINT, "") == (process.returncode, complaint)
