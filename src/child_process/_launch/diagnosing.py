"""Why a start failed, in words: program, working directory or interpreter.

Layer: launch. The kernel answers ENOENT for each of the three; Node blames the
program for all of them, its most reported message. So look, after the fact.
"""

from __future__ import annotations

import errno
import os
import resource
import sys
from typing import TYPE_CHECKING, Final

from child_process._launch.unavailable import is_unavailable, unavailable
from child_process._values.stdio import Slot
from child_process.errors import SpawnError

if TYPE_CHECKING:
    from child_process._values.plan import LaunchPlan
    from child_process.errors import ProcessError

__all__ = [
    "LONGEST_ARGUMENT",
    "beyond_the_twin",
    "diagnose",
    "diagnose_step",
    "interpreter_of",
    "oversized",
    "too_long",
]

LONGEST_ARGUMENT: Final = 128 * 1024
"""Bytes of one argument or one variable, its NUL included: Linux' 32 pages."""

_RETRY: Final = "end some processes, or start fewer at a time"


def diagnose(number: int, plan: LaunchPlan, step: str = "exec") -> SpawnError:
    """Return the error for *number*, an errno of starting *plan*, with its cause."""
    if step == "stdio" or number in {errno.EMFILE, errno.ENFILE}:
        return _error(number, plan, "stdio", _descriptor_trouble(number))
    if number == errno.E2BIG:
        return _error(number, plan, "exec", _largest(plan))
    if number in {errno.EAGAIN, errno.ENOMEM}:
        return _error(number, plan, "fork", _crowded(number))
    if plan.cwd is not None and (trouble := _cwd_trouble(plan.cwd)):
        return _error(trouble[0], plan, "cwd", trouble[1])
    if (plan.uid is not None or plan.gid is not None) and number == errno.EPERM:
        return _error(number, plan, "credentials", _who(number, plan))
    return _error(number, plan, "exec", _program_trouble(number, _named(plan)))


def diagnose_step(number: int, plan: LaunchPlan, step: str) -> ProcessError:
    """Return the error for *number* of *step*, where it is known which one failed."""
    if step == "fork" and number in {errno.EAGAIN, errno.ENOMEM}:
        return _error(number, plan, step, _crowded(number))
    if step == "stdio" or number in {errno.EMFILE, errno.ENFILE}:
        return _error(number, plan, "stdio", _descriptor_trouble(number))
    if is_unavailable(number, step):
        return unavailable(number, plan, step)
    if step == "cwd" and plan.cwd is not None:
        found = _cwd_trouble(plan.cwd)
        text = f"the working directory {plan.cwd}: {os.strerror(number)}"
        return _error(number, plan, step, found[1] if found else text)
    if step == "exec" and number == errno.E2BIG:
        return _error(number, plan, step, _largest(plan))
    if step == "exec" and number == errno.EAGAIN:
        return _error(number, plan, step, _crowded(number))
    if step == "exec":
        return _error(number, plan, step, _program_trouble(number, _named(plan)))
    words = _who(number, plan) if step == "credentials" else _refused(number, step)
    return _error(number, plan, step, words)


def beyond_the_twin(plan: LaunchPlan) -> SpawnError | None:
    """Return the error for what *plan* asks that takes the native launcher."""
    wanted = [
        f"{name}="
        for name, value in (("limits", plan.limits), ("isolate", plan.confinement))
        if value is not None
    ]
    if any(slot is not Slot.IGNORE for slot in plan.stdio[3:]):
        wanted += [
            f"{name}= with descriptors above 2"
            for name in ("uid", "gid", "groups", "umask")
            if getattr(plan, name) is not None
        ]
    if not wanted:
        return None
    text = (
        f"{wanted[0]} takes the compiled launcher, and this is its twin in plain "
        "Python: install a wheel for this platform, or from source with a C compiler, "
        "and do not set CHILD_PROCESS_PURE"
    )
    return _error(errno.ENOTSUP, plan, wanted[0].partition("=")[0], text)


def oversized(plan: LaunchPlan) -> SpawnError | None:
    """Return the error for a word of *plan* that no program can be given.

    A launcher says the same of a start: this is for who wants to know without.
    """
    if sys.platform != "linux":
        return None
    words = [os.fsencode(word) for word in plan.argv]
    words += [b"%s=%s" % entry for entry in plan.environ.items()]
    return too_long(plan, words)


def too_long(plan: LaunchPlan, words: list[bytes]) -> SpawnError | None:
    """Return the error for a word of *words* that no program can be given."""
    if sys.platform != "linux" or all(len(word) < LONGEST_ARGUMENT for word in words):
        return None  # elsewhere only all of them together have a limit
    return _error(errno.E2BIG, plan, "exec", _largest(plan))


def _named(plan: LaunchPlan) -> str:
    """Return the program's path; that of a pinned one is its name, not /proc's."""
    return plan.program if plan.pin is None else plan.file


def _error(number: int, plan: LaunchPlan, step: str, detail: str) -> SpawnError:
    return SpawnError(number, plan.file, plan.args, step, detail)


def _crowded(number: int) -> str:
    most = resource.getrlimit(resource.RLIMIT_NPROC)[0]
    limit = f" (RLIMIT_NPROC is {most})" if number == errno.EAGAIN else ""
    return f"the system has no room for another process{limit}: {_RETRY}"


def _who(number: int, plan: LaunchPlan) -> str:
    groups = "" if plan.groups is None else f", groups {list(plan.groups)}"
    who = f"uid {plan.uid}, gid {plan.gid}{groups}"
    if number == errno.EPERM:
        return f"not permitted to become {who}"
    return f"cannot become {who}: {os.strerror(number)}"


_REFUSED: Final = {
    "limits": "the limits cannot be set; one above ours takes rights",
    "namespaces": "it cannot have namespaces of its own",
    "no_new_privs": "it cannot give up gaining rights",
    "landlock": "the Landlock ruleset cannot be put in force",
    "seccomp": "the filter of system calls cannot be put in force",
    "session": "it cannot lead a session or a group of its own",
    "die_with_parent": "it cannot be told to end with this program",
}


def _refused(number: int, step: str) -> str:
    words = _REFUSED.get(step, "the system cannot make a process")
    return f"{words}: {os.strerror(number)}"


def _descriptor_trouble(number: int) -> str:
    if number == errno.EMFILE:
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return (
            f"this program has no descriptor left (RLIMIT_NOFILE is {most}): close "
            "some, start fewer at a time, or raise the limit with ulimit -n"
        )
    return f"a descriptor for its stdio cannot be had: {os.strerror(number)}"


def _cwd_trouble(cwd: str) -> tuple[int, str] | None:
    try:
        if not os.path.isdir(cwd):
            os.stat(cwd)
            return errno.ENOTDIR, f"the working directory {cwd} is not a directory"
    except FileNotFoundError:
        return errno.ENOENT, f"there is no directory {cwd} (the working directory)"
    except OSError as error:
        text = f"the working directory {cwd}: {error.strerror}"
        return error.errno or errno.EACCES, text
    if not os.access(cwd, os.X_OK):
        return errno.EACCES, f"the working directory {cwd} may not be entered"
    return None


def _program_trouble(number: int, program: str) -> str:
    if os.path.isdir(program):
        return f"{program} is a directory, not a program"
    if number == errno.ENOENT:
        if not os.path.lexists(program):
            return f"there is no {program}"
        interpreter = interpreter_of(program)
        if interpreter:
            return f"{program} is there; its interpreter (#!{interpreter}) is not"
        return f"{program} is there; its loader, or what it links to, is not"
    if number == errno.EACCES and os.path.lexists(program):
        if _is_on_noexec(program):
            return f"{program} is on a file system that is mounted noexec"
        if not os.access(program, os.X_OK):
            return f"{program} is not executable: chmod +x would help"
        interpreter = interpreter_of(program)
        if interpreter:
            return f"{program} may be executed; its interpreter #!{interpreter} not"
    if number == errno.ETXTBSY:
        return f"{program} is open for writing"
    return f"{program}: {os.strerror(number)}"


def _is_on_noexec(program: str) -> bool:
    try:
        return bool(os.statvfs(program).f_flag & getattr(os, "ST_NOEXEC", 0))
    except OSError:
        return False


def interpreter_of(program: str) -> str | None:
    """Return the program of the ``#!`` line of *program*, if it has one."""
    try:
        with open(program, "rb") as file:
            first = file.readline(256)
    except OSError:
        return None
    words = first.removeprefix(b"#!").split() if first.startswith(b"#!") else []
    return os.fsdecode(words[0]) if words else None


def _largest(plan: LaunchPlan) -> str:
    arguments = [
        (len(os.fsencode(word)), f"argument {index}")
        for index, word in enumerate(plan.argv)
    ]
    variables = [
        (len(name) + 1 + len(value), f"variable {os.fsdecode(name)}")
        for name, value in plan.environ.items()
    ]
    size, name = max(arguments + variables)
    total = sum(size + 1 for size, _ in arguments + variables)
    return (
        f"arguments and environment are too long: {total} bytes in all, the longest "
        f"is {name} with {size}; one may have {LONGEST_ARGUMENT - 1}, all together "
        "about 2 MB: pass data by input= or a file"
    )
