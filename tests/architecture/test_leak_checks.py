"""The suite's own checks: a test that leaves something fails, and is told what."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.support.loops import Loops

ROOT = Path(__file__).parent.parent.parent

GENERATED = """
import asyncio, os, subprocess, threading
import pytest

kept = []

def test_clean():
    subprocess.run(["true"], check=True)
    os.close(os.open(os.devnull, os.O_RDONLY))
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()

async def test_clean_async():
    await asyncio.create_task(asyncio.sleep(0))

def test_child():
    kept.append(subprocess.Popen(["sleep", "30"]))

def test_after_child():
    assert kept.pop().poll() is not None

async def test_zombie():
    kept.append(subprocess.Popen(["true"]))

def test_grandchild():
    # Read to the end: the sleeper runs by then, its output closed.
    line = "setsid sh -c 'echo up; exec sleep 31 >&-' &"
    up = subprocess.run(["sh", "-c", line], stdout=subprocess.PIPE)
    assert up.stdout

def test_descriptor():
    os.open(os.devnull, os.O_RDONLY)

def test_thread():
    wait = threading.Event().wait
    threading.Thread(target=wait, args=[3], name="lost", daemon=True).start()

async def test_task():
    kept.append(asyncio.create_task(asyncio.sleep(30), name="lost"))

async def test_exception():
    asyncio.get_running_loop().call_soon(int, "x")
    await asyncio.sleep(0.01)

@pytest.mark.timeout(0.3)
async def test_hanging():
    await asyncio.Event().wait()

def test_failing():
    kept.append(subprocess.Popen(["sleep", "32"]))
    assert not kept
"""


@dataclass(frozen=True)
class Run:
    """What a pytest run under our conftest said, test by test."""

    verdicts: dict[str, list[str]]
    texts: dict[str, str]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory, loops: Loops) -> Run:
    """Run `GENERATED` once."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "test_generated.py").write_text(GENERATED)
    argv = [sys.executable, "-m", "pytest", "-c", "pyproject.toml"]
    argv += ["-p", "tests.conftest", "-p", "no:randomly", f"--loop={loops.name}"]
    argv += ["--settling=0.2", f"--junitxml={folder}/report.xml", str(folder)]
    done = subprocess.run(
        argv,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert 1 == done.returncode, done.stdout + done.stderr
    verdicts: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    for case in ET.parse(folder / "report.xml").iter("testcase"):
        name = case.get("name", "").removeprefix("test_")
        verdicts.setdefault(name, []).extend(part.tag for part in case)
        texts[name] = texts.get(name, "") + ET.tostring(case, "unicode")
    return Run(verdicts, texts)


@pytest.mark.parametrize("name", ["clean", "clean_async"])
def test_a_clean_test_passes(generated: Run, name: str) -> None:
    """What a test ended, closed and awaited is not held against it."""
    assert [] == generated.verdicts[name]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("child", ["process", "sleep 30"], id="running child"),
        pytest.param("zombie", ["zombie"], id="zombie"),
        pytest.param("grandchild", ["sleep 31"], id="grandchild given to init"),
        pytest.param("descriptor", ["descriptor", "/dev/null"], id="descriptor"),
        pytest.param("thread", ["thread 'lost'"], id="thread"),
    ],
)
def test_what_is_left_is_an_error_that_names_it(
    generated: Run, name: str, words: list[str]
) -> None:
    """A process, descriptor or thread that a test leaves fails it, by name."""
    assert ["error"] == generated.verdicts[name]
    for word in words:
        assert word in generated.texts[name]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("task", ["left tasks", "lost"], id="task"),
        pytest.param("exception", ["nobody took", "ValueError"], id="exception"),
        pytest.param("hanging", ["Timeout"], id="hanging"),
    ],
)
def test_a_loop_that_is_not_left_empty_is_a_failure(
    generated: Run, name: str, words: list[str]
) -> None:
    """A task left, an exception nobody took and a hang each fail an async test."""
    assert ["failure"] == generated.verdicts[name]
    for word in words:
        assert word in generated.texts[name]


def test_a_leak_is_ended_so_that_the_next_test_starts_clean(generated: Run) -> None:
    """One leak is one error."""
    assert [] == generated.verdicts["after_child"]


def test_a_failed_test_is_not_blamed_twice(generated: Run) -> None:
    """What a failed test leaves is ended and shown, and is no second error."""
    assert ["failure"] == [
        tag for tag in generated.verdicts["failing"] if tag in {"failure", "error"}
    ]
