"""Plans that nothing starts, for rules to judge."""

from __future__ import annotations

from child_process._values.plan import LaunchPlan

__all__ = ["plan_of"]


def plan_of(program: str, *args: str) -> LaunchPlan:
    """Return the plan of *program*, from ``/usr/bin``, with *args*."""
    return LaunchPlan(
        file=program,
        program=f"/usr/bin/{program}",
        argv=(program, *args),
        environ={b"PATH": b"/usr/bin"},
        cwd=None,
        stdio=(),
        session=False,
        group=True,
        uid=None,
        gid=None,
        shell=False,
    )
