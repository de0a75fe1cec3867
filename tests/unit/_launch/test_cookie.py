import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from child_process._launch import cookie, proc
from tests.support import samples, slow_exec, waiting

TRUE = samples.plan("/bin/true")


def test_every_child_gets_a_word_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the plan, which is otherwise as it was; it goes into the environment."""
    monkeypatch.setattr(cookie, "_given", None)

    one, other = cookie.marked(TRUE), cookie.marked(TRUE)

    assert one.cookie != other.cookie
    assert b"CHILD_PROCESS_COOKIE=%s" % (one.cookie or b"") == cookie.entry(one)
    assert TRUE == replace(one, cookie=None)


@pytest.mark.parametrize("whose", ["ours", "the plan's"])
def test_a_word_that_we_were_given_stays(
    monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    """Who started this program still finds what it starts."""
    plan = TRUE
    if whose == "ours":
        monkeypatch.setattr(cookie, "_given", b"outer-1")
    else:
        plan = replace(TRUE, environ={cookie.VARIABLE: b"outer-1"})

    marked = cookie.marked(plan)

    assert marked.cookie is not None
    entry = b"CHILD_PROCESS_COOKIE=outer-1:" + marked.cookie
    assert entry == cookie.entry(marked)


def test_a_detached_child_gets_no_word() -> None:
    """Nobody is to find it."""
    plan = replace(TRUE, session=True)

    assert plan is cookie.marked(plan)
    assert None is cookie.entry(plan)


@pytest.mark.skipif(sys.platform != "linux", reason="bearers are found in /proc")
def test_a_census_knows_who_bears_which_word() -> None:
    """Each of several words; a word within another one, or elsewhere, is none."""
    environs = [
        {"CHILD_PROCESS_COOKIE": "a-1"},
        {"CHILD_PROCESS_COOKIE": "a-1:a-11"},
        {"X": "CHILD_PROCESS_COOKIE=a-1", "XCHILD_PROCESS_COOKIE": "a-1"},
    ]
    some = [subprocess.Popen(["sleep", "60"], env=environ) for environ in environs]
    pids = [one.pid for one in some]
    assert waiting.becomes_true(lambda: all(map(proc.environ, pids)))

    began = time.monotonic()
    census = cookie.Census()
    found = [{*census.of(word)} for word in (b"a-1", b"a-11", b"a-111", b"")]
    for one in some:
        one.kill()
        one.wait()

    assert [{*pids[:2]}, {pids[1]}, set(), set()] == found
    assert census.begun >= began


@slow_exec.needs_it
def test_a_census_waits_for_who_is_in_the_middle_of_an_exec(tmp_path: Path) -> None:
    """It has no environment at that moment: it bears a word all the same."""
    environ = {"CHILD_PROCESS_COOKIE": "a-1"}
    with slow_exec.process(tmp_path / "slow", environ) as pid:
        census = cookie.Census()
        settled = census.settle()
        at_once = {*census.of(b"a-1")}
        late = waiting.becomes_true(census.settle) and {*census.of(b"a-1")}

    assert at_once == ({pid} if settled else set())
    assert {pid} == late


def test_a_fork_of_this_program_has_words_of_its_own() -> None:
    """Two programs never look for the same word."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(write, cookie.marked(TRUE).cookie or b"")
        os._exit(0)
    os.waitpid(pid, 0)
    theirs = os.read(read, 99)
    os.close(read)
    os.close(write)

    ours = cookie.marked(TRUE).cookie or b""

    assert theirs.partition(b"-")[0] != ours.partition(b"-")[0]
