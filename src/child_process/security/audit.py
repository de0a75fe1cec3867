"""What is written down about a start: `AuditRecord`.

Layer: security. No I/O: the facts are handed in.

Redacted when it is made: secrets are masked in the command and in the error, and
of the environment it has the names only. So it may go into any log.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from child_process._masked import hidden_in, redact, shown
from child_process._wording import bounded, display, printable

if TYPE_CHECKING:
    from child_process._values.plan import LaunchPlan
    from child_process._values.status import ExitStatus

__all__ = ["AuditRecord", "Happening", "Host", "record"]

Happening = Literal["denied", "failed", "started", "ended"]


class Host(NamedTuple):
    """Who starts something, and when.

    Attributes:
        time: Seconds since 1970.
        uid: The user whose program asks.
        pid: The program's process.
    """

    time: float
    uid: int
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One thing that happened to one start.

    Attributes:
        happened: "denied" by a policy, or "failed" by the system: nothing
            runs; "started", and later "ended".
        time: Seconds since 1970.
        uid: The user whose program asked for it.
        host: The process id of that program.
        command: The command as one would type it, secrets masked.
        program: The file that is executed, or would be.
        cwd: The child's directory; None is that of the program that asked.
        variables: The names in its environment.
        shell: Whether a shell reads the command.
        as_uid: The user that the child becomes; None is the same.
        as_gid: The group; None is the same.
        pid: The child's process id; None when nothing runs.
        code: Its exit code, when it ended by itself.
        signal: The signal that ended it.
        error: Why nothing runs, or why it is not known how it ended.
    """

    happened: Happening
    time: float
    uid: int
    host: int
    command: str
    program: str
    cwd: str | None
    variables: tuple[str, ...]
    shell: bool
    as_uid: int | None
    as_gid: int | None
    pid: int | None = None
    code: int | None = None
    signal: str | None = None
    error: str | None = None

    @property
    def decided(self) -> Literal["allowed", "denied"]:
        """What policies said."""
        return "denied" if self.happened == "denied" else "allowed"

    def as_dict(self) -> dict[str, Any]:
        """Return the record for JSON."""
        return {"decided": self.decided, **asdict(self)}

    def __str__(self) -> str:
        words = [f"{self.happened}: {self.command}", f"({self.program})"]
        words.append(f"by uid {self.uid} in pid {self.host}")
        facts = {"pid": self.pid, "code": self.code, "signal": self.signal}
        words += [f"{name}={fact}" for name, fact in facts.items() if fact is not None]
        if self.error is not None:
            words.append(f"error={self.error!r}")
        return bounded(" ".join(words))


def record(
    happened: Happening,
    plan: LaunchPlan,
    host: Host,
    *,
    pid: int | None = None,
    status: ExitStatus | None = None,
    error: BaseException | None = None,
) -> AuditRecord:
    """Return what is written down when *happened* befalls *plan*."""
    trouble = None
    if error is not None:
        hidden = hidden_in([*plan.argv, *plan.environ.values()])
        trouble = redact(printable(str(error)), hidden)
    line = shown(plan.argv[-1]) if plan.shell else display((plan.file, *plan.args))
    return AuditRecord(
        happened=happened,
        time=host.time,
        uid=host.uid,
        host=host.pid,
        command=bounded(printable(line)),
        program=plan.program,
        cwd=plan.cwd,
        variables=tuple(
            printable(name.decode("utf-8", "surrogateescape")) for name in plan.environ
        ),
        shell=plan.shell,
        as_uid=plan.uid,
        as_gid=plan.gid,
        pid=pid,
        code=None if status is None else status.code,
        signal=None if status is None else status.signal,
        error=trouble,
    )
