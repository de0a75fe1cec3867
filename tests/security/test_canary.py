"""A secret is in no message, repr, log, audit record, event or pickle.

The child writes the secret that it was given to both of its outputs and fails, so
that it is all over the error that a careless library would make.
"""

import logging
import pickle
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from child_process import (
    AuditRecord,
    CommandFailed,
    ProcessError,
    Secret,
    cmd,
    exec_file,
    explain,
    on_audit,
    quote,
    run,
    run_sync,
    secret_file,
    sh,
    spawn,
    spawn_sync,
    strict,
)
from tests.support import hosts

CANARY: Final = "c4n4ry-in-the-mine"
TELL: Final = (
    'tee /dev/stderr < "${1:-/dev/stdin}"; echo "$X$2" | tee /dev/stderr; exit 3'
)
WORDS: Final = ["-c", TELL, "sh"]
PATH: Final = "/usr/bin:/bin"

Carrier = Callable[[Secret], tuple[list[Any], dict[str, Any]]]

CARRIERS: Final[dict[str, Carrier]] = {
    "argument": lambda secret: (["/dev/null", secret], {}),
    "part of an argument": lambda secret: (
        ["/dev/null", *("--x=" + word for word in cmd("x", secret).args)],
        {},
    ),
    "variable": lambda secret: (
        ["/dev/null"],
        {"env": {"X": secret, "PATH": PATH}},
    ),
    "input": lambda secret: ([], {"input": secret}),
    "secret file": lambda secret: ([secret_file(secret)], {}),
}
QUIET: Final = {"variable", "input", "secret file"}
"""By these it is in no command line."""

each_carrier = pytest.mark.parametrize("carrier", CARRIERS)


class Traces:
    """Everything that a program may write down about a call."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        self._logged = caplog
        self.found: list[Any] = []

    def event(self, *event: object) -> None:
        """Take an audit event of the interpreter."""
        if str(event[0]).startswith(("child_process", "subprocess", "os.")):
            self.found.append(event)

    def error(self, error: BaseException) -> None:
        """Take what can be made of *error*."""
        frames = traceback.TracebackException.from_exception(error, capture_locals=True)
        self.found += [str(error), error, error.args, vars(error), *frames.format()]
        self.found += [pickle.dumps(error), pickle.loads(pickle.dumps(error))]

    def leaks(self) -> list[str]:
        """Return what shows the canary."""
        logged = [(entry.getMessage(), vars(entry)) for entry in self._logged.records]
        shown = [repr(one) for one in (*self.found, *logged)]
        return [text for text in shown if CANARY in text]


@pytest.fixture
def traces(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Traces:
    """What is written down from now on."""
    made = Traces(caplog)
    monkeypatch.setattr(sys, "audit", made.event)
    return made


def given(carrier: str) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments and options that carry the canary."""
    args, options = CARRIERS[carrier](Secret(CANARY))
    return [*WORDS, *args], options


async def by_await(verb: Any, *args: Any, **options: Any) -> BaseException:
    """Return the error that awaiting *verb* raises."""
    with pytest.raises(ProcessError) as caught:
        await verb(*args, **options)
    return caught.value


@each_carrier
async def test_no_trace_of_a_failure_shows_it(carrier: str, traces: Traces) -> None:
    """`run`, its blocking twin, and what `child_process` has of Node."""
    args, options = given(carrier)
    records: list[AuditRecord] = []
    remove = on_audit(records.append)

    traces.error(await by_await(run, "sh", args, **options))
    traces.error(await by_await(exec_file, "sh", args, **options, timeout=30.0))
    line = f"sh -c {quote(TELL)} sh"
    traces.error(await by_await(run, line, args[len(WORDS) :], **options, shell=True))
    with pytest.raises(CommandFailed) as caught:
        run_sync("sh", args, **options)
    traces.error(caught.value)
    outcome = spawn_sync("sh", args, **options)
    traces.found += [outcome.error, explain("sh", args, **options)]
    remove()

    traces.found += [*records, *(record.as_dict() for record in records)]
    assert {"started", "ended"} == {record.happened for record in records}
    assert 8 <= len(records)
    assert [] == traces.leaks()


@each_carrier
async def test_no_trace_of_a_failed_start_shows_it(
    carrier: str, traces: Traces
) -> None:
    """No such program, no such directory, a policy that says no."""
    args, options = given(carrier)

    traces.error(await by_await(run, "nonesuch-program", args, **options))
    traces.error(await by_await(run, "sh", args, **options, cwd="/nonesuch"))
    policy = strict(programs=["git"])
    traces.error(await by_await(run, "sh", args, **options, policy=policy))
    traces.error(await by_await(run, "sh", args, **options, timeout=0.001))

    assert [] == traces.leaks()


@each_carrier
async def test_no_trace_of_a_child_shows_it(carrier: str, traces: Traces) -> None:
    """Its repr, its arguments, its events and its streams' reprs."""
    args, options = given(carrier)

    async with spawn("sh", args, **options, stdio="pipe") as child:
        for name in ("spawn", "exit", "close", "error"):
            child.on(name, lambda *facts: traces.found.append(facts))
        traces.found += [child, child.spawnargs, child.stdin, child.stdout, vars(child)]
        assert child.stdout is not None
        assert child.stderr is not None
        if child.stdin is not None and "input" not in options:
            child.stdin.end()
        said = await child.stdout.text() + await child.stderr.text()

    assert 2 == said.count(CANARY)  # the child did get it
    traces.found = [one for one in traces.found if one is not said]
    assert [] == traces.leaks()


@each_carrier
async def test_only_an_argument_is_in_a_command_line(carrier: str) -> None:
    """``/proc/PID/cmdline`` is everybody's; by any other way it is not there."""
    args, options = CARRIERS[carrier](Secret(CANARY))

    async with spawn("sh", ["-c", "echo; sleep 30", "sh", *args], **options) as child:
        assert child.stdout is not None
        await child.stdout.read(1)
        lines = [line for line in _command_lines() if "sleep 30" in line]
        await child.stop()

    assert lines
    assert (carrier not in QUIET) == any(CANARY in line for line in lines)


def _command_lines() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(
                path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            )
        except OSError:
            continue  # it has gone meanwhile
    return found


def test_values_that_hold_it_show_it_nowhere() -> None:
    """Commands, options and plans print; what cannot be masked does not pickle."""
    command = cmd("sh", Secret(CANARY), secret_file(CANARY)).with_(
        env={"X": Secret(CANARY)}, input=Secret(CANARY)
    )

    assert CANARY not in f"{command!r}{command}"
    with pytest.raises(TypeError):
        pickle.dumps(command)


def test_a_line_says_that_it_holds_one() -> None:
    """Also beside a file with the same secret in it."""
    secret = Secret(CANARY)

    both = explain(sh("cat {file}; echo {word}", file=secret_file(secret), word=secret))
    file = explain(sh("cat {file}", file=secret_file(secret)))

    assert any("argument 2 is a secret" in note for note in both.notes)
    assert not any("is a secret" in note for note in file.notes)
    assert CANARY not in f"{both}{file}"


EVENTS: Final = """
import os, sys
from child_process import Secret, run_sync

seen = []
sys.addaudithook(lambda name, args: seen.append((name, repr(args))))
secret = Secret(sys.argv[1])
options = {"env": {"X": secret, "PATH": "/bin:/usr/bin"}}
for more in ({}, {"umask": 0o22}):
    assert run_sync("echo", [secret], **options, **more).text == sys.argv[1]
starts = [args for name, args in seen if name == "subprocess.Popen"]
print(len(starts), any(sys.argv[1] in args for args in starts))
"""


@pytest.mark.parametrize("pure", ["0", "1"], ids=["native", "in plain Python"])
def test_no_event_of_the_interpreter_shows_it(
    pure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even the event that `subprocess` itself raises, where that starts it."""
    monkeypatch.setenv("CHILD_PROCESS_PURE", pure)

    count, shown = hosts.said(EVENTS, CANARY).split()

    assert 2 <= int(count)
    assert "False" == shown
