"""Start a program by `subprocess.Popen`: where another user or group is asked for.

Layer: launch. For what `posix_spawn` cannot do; it forks, and holds the
interpreter's lock meanwhile: 70 ms under 2 GiB of memory.
"""

from __future__ import annotations

import errno
import os
import subprocess
from typing import TYPE_CHECKING, Any

from child_process._masked import Masked, MaskedBytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from child_process._launch.wiring import Wiring
    from child_process._values.plan import LaunchPlan

__all__ = ["is_beyond", "is_needed", "start"]


def is_needed(plan: LaunchPlan) -> bool:
    """Say whether *plan* asks for what `posix_spawn` cannot do."""
    wanted = (plan.uid, plan.gid, plan.groups, plan.umask)
    return any(value is not None for value in wanted)


def is_beyond(wiring: Wiring) -> bool:
    """Say whether *wiring* has descriptors that Popen cannot put into place."""
    return len(wiring.theirs) > 3  # noqa: PLR2004 - stdin, stdout and stderr


def start(
    plan: LaunchPlan, wiring: Wiring, argv: Sequence[bytes], envp: Sequence[bytes]
) -> int:
    """Start *plan* with the descriptors of *wiring*; return the process id.

    Raises:
        OSError: With the errno of whatever failed. Nothing runs.
    """
    if is_beyond(wiring):
        text = (
            "without the compiled launcher uid=, gid=, groups= and umask= cannot be "
            "combined with descriptors above 2"
        )
        raise OSError(errno.ENOTSUP, text)
    # `subprocess` tells the interpreter's audit hooks of them: masked, as we do.
    argv = [
        MaskedBytes(encoded) if isinstance(word, Masked) else encoded
        for word, encoded in zip(plan.argv, argv, strict=True)
    ]
    environ = dict(entry.split(b"=", 1) for entry in envp)
    given = plan.environ.items()
    environ |= {name: value for name, value in given if type(value) is MaskedBytes}
    try:
        return _popen(plan, wiring, plan.program, argv, environ)
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
        script = [b"/bin/sh", os.fsencode(plan.program), *argv[1:]]
        return _popen(plan, wiring, "/bin/sh", script, environ)


def _popen(
    plan: LaunchPlan,
    wiring: Wiring,
    program: str,
    argv: Sequence[bytes],
    environ: dict[bytes, bytes],
) -> int:
    options: dict[str, Any] = {}
    if plan.group:
        options["process_group"] = 0
    if plan.umask is not None:
        options["umask"] = plan.umask
    if plan.groups is not None:
        options["extra_groups"] = plan.groups
    elif os.geteuid() == 0 and (plan.uid is not None or plan.gid is not None):
        # Root's other groups would go along otherwise. Nobody else may drop
        # any; Node as well goes on without.
        options["extra_groups"] = []
    process = subprocess.Popen(
        argv,
        executable=program,
        stdin=wiring.theirs[0],
        stdout=wiring.theirs[1],
        stderr=wiring.theirs[2],
        cwd=plan.cwd,
        env=environ,
        start_new_session=plan.session,
        user=plan.uid,
        group=plan.gid,
        **options,
    )
    # From here on the process is ours: Popen must neither wait for it nor warn.
    process.returncode = 0
    return process.pid
