import json
from dataclasses import replace

from child_process._masked import Masked, MaskedBytes
from child_process._values.status import ExitStatus
from child_process.security.audit import AuditRecord, Host, record
from tests.support import samples

CANARY = "hunter2-canary"
HOST = Host(1.5, 1000, 42)


def test_a_record_has_the_facts() -> None:
    """Who, what, what was decided and what came of it."""
    plan = replace(
        samples.plan("/bin/ls", "-l"), cwd="/tmp", uid=7, environ={b"A": b"value"}
    )

    made = record("ended", plan, HOST, pid=99, status=ExitStatus(code=3))

    assert (1.5, 1000, 42) == (made.time, made.uid, made.host)
    assert ("allowed", "ended", 99, 3) == (
        made.decided,
        made.happened,
        made.pid,
        made.code,
    )
    assert ("/bin/ls", "/tmp", 7, None) == (
        made.program,
        made.cwd,
        made.as_uid,
        made.as_gid,
    )
    assert "ended: /bin/ls -l (/bin/ls) by uid 1000 in pid 42 pid=99 code=3" == str(
        made
    )


def test_a_record_has_names_but_no_values_of_variables() -> None:
    """A value may be anything; it stays out of the log."""
    made = record("started", samples.plan("/bin/ls"), HOST, pid=1)
    full = record(
        "started", replace(samples.plan("/bin/ls"), environ={b"A": b"v1v2"}), HOST
    )

    assert isinstance(made, AuditRecord)
    assert ("A",) == full.variables
    assert "v1v2" not in repr(full)


def test_a_record_shows_no_secret() -> None:
    """Neither in the command nor in the error, whatever that quotes."""
    plan = replace(
        samples.plan("/bin/sh", "-c", "x", Masked(CANARY)),
        environ={b"A": MaskedBytes(b"another-canary")},
    )
    error = PermissionError(f"no {CANARY} or another-canary\x1b[2J here")

    made = record("denied", plan, HOST, error=error)

    assert "denied" == made.decided
    assert "canary" not in f"{made!r}{made}{json.dumps(made.as_dict())}"
    assert "no *** or ***\\x1b[2J here" == made.error


def test_the_line_of_a_shell_is_the_command() -> None:
    """As in a `Result`, with control characters escaped."""
    plan = replace(samples.plan("/bin/sh", "-c", "ls\x1b[2J | wc"), shell=True)

    assert "ls\\x1b[2J | wc" == record("started", plan, HOST, pid=1).command
