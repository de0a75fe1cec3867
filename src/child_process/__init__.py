"""Node's ``child_process`` for Python, on asyncio: see the README.

Layer: api. Re-exports, and nothing else: each name is loaded when it is first
used, so that a program which only blocks never imports asyncio.
"""

import sys
from typing import TYPE_CHECKING

from child_process._lazy import lazy

if not sys.platform.startswith(("linux", "darwin")):
    message = "child_process needs Linux or macOS: it starts processes as POSIX has it"
    raise ImportError(message)

if TYPE_CHECKING:
    from child_process._api.exec import exec, exec_file
    from child_process._api.explain import explain
    from child_process._api.fork import fork
    from child_process._api.run import run, run_command
    from child_process._api.spawn import spawn
    from child_process._api.sync import exec_file_sync, exec_sync, run_sync, spawn_sync
    from child_process._api.which import which
    from child_process._channel.channel import Channel
    from child_process._channel.handles import Descriptor
    from child_process._channel.requests import RemoteError
    from child_process._child.buffered import BufferedProcess
    from child_process._child.child_process import ChildProcess
    from child_process._child.duplex import Duplex
    from child_process._child.lines import Line
    from child_process._child.readable import Readable
    from child_process._child.writable import Writable
    from child_process._inside.process import process
    from child_process._launch.audited import on_audit
    from child_process._launch.policed import launching
    from child_process._values.arguments import flag, positional, raw
    from child_process._values.bubblewrap import Bubblewrap
    from child_process._values.command import Command, cmd
    from child_process._values.isolation import Isolation, Landlock
    from child_process._values.limits import Limits
    from child_process._values.pinned import pinned
    from child_process._values.quoting import quote
    from child_process._values.result import Result, SyncResult
    from child_process._values.secret import Secret, secret_file
    from child_process._values.shell_command import ShellCommand, sh
    from child_process._values.status import ExitStatus, Usage
    from child_process._values.template import template
    from child_process._values.template_error import TemplateError
    from child_process.abort import AbortController, AbortSignal
    from child_process.errors import (
        Aborted,
        CommandFailed,
        ExitStatusLost,
        IsolationUnavailable,
        KillTimeout,
        MaxBufferExceeded,
        OptionError,
        OptionRangeError,
        OptionTypeError,
        ProcessError,
        SpawnError,
        TimeoutExceeded,
        UnknownOption,
        UnknownSignal,
    )
    from child_process.events import Emitter
    from child_process.ipc.errors import (
        AlreadyDisconnected,
        BadFrame,
        ChannelClosed,
        ChannelError,
        FrameTooLarge,
        HandleNotReceived,
        InvalidHandle,
        NotSerializable,
        QueueFull,
    )
    from child_process.security.audit import AuditRecord
    from child_process.security.explanation import Explanation
    from child_process.security.policy import Policy, guarded, strict, trusted
    from child_process.security.validation import validate
    from child_process.security.verdict import Denial, PolicyDenied

__all__ = [
    "AbortController",
    "AbortSignal",
    "Aborted",
    "AlreadyDisconnected",
    "AuditRecord",
    "BadFrame",
    "Bubblewrap",
    "BufferedProcess",
    "Channel",
    "ChannelClosed",
    "ChannelError",
    "ChildProcess",
    "Command",
    "CommandFailed",
    "Denial",
    "Descriptor",
    "Duplex",
    "Emitter",
    "ExitStatus",
    "ExitStatusLost",
    "Explanation",
    "FrameTooLarge",
    "HandleNotReceived",
    "InvalidHandle",
    "Isolation",
    "IsolationUnavailable",
    "KillTimeout",
    "Landlock",
    "Limits",
    "Line",
    "MaxBufferExceeded",
    "NotSerializable",
    "OptionError",
    "OptionRangeError",
    "OptionTypeError",
    "Policy",
    "PolicyDenied",
    "ProcessError",
    "QueueFull",
    "Readable",
    "RemoteError",
    "Result",
    "Secret",
    "ShellCommand",
    "SpawnError",
    "SyncResult",
    "TemplateError",
    "TimeoutExceeded",
    "UnknownOption",
    "UnknownSignal",
    "Usage",
    "Writable",
    "cmd",
    "exec",
    "exec_file",
    "exec_file_sync",
    "exec_sync",
    "explain",
    "flag",
    "fork",
    "guarded",
    "launching",
    "on_audit",
    "pinned",
    "positional",
    "process",
    "quote",
    "raw",
    "run",
    "run_command",
    "run_sync",
    "secret_file",
    "sh",
    "spawn",
    "spawn_sync",
    "strict",
    "template",
    "trusted",
    "validate",
    "which",
]

__version__ = "0.1.0"

_HOMES = {
    "_api.exec": ("exec", "exec_file"),
    "_api.explain": ("explain",),
    "_api.fork": ("fork",),
    "_api.run": ("run", "run_command"),
    "_api.spawn": ("spawn",),
    "_api.sync": ("exec_file_sync", "exec_sync", "run_sync", "spawn_sync"),
    "_api.which": ("which",),
    "_channel.channel": ("Channel",),
    "_channel.handles": ("Descriptor",),
    "_channel.requests": ("RemoteError",),
    "_child.buffered": ("BufferedProcess",),
    "_child.child_process": ("ChildProcess",),
    "_child.duplex": ("Duplex",),
    "_child.lines": ("Line",),
    "_child.readable": ("Readable",),
    "_child.writable": ("Writable",),
    "_inside.process": ("process",),
    "_launch.policed": ("launching",),
    "_values.arguments": ("flag", "positional", "raw"),
    "_launch.audited": ("on_audit",),
    "_values.bubblewrap": ("Bubblewrap",),
    "_values.command": ("Command", "cmd"),
    "_values.isolation": ("Isolation", "Landlock"),
    "_values.quoting": ("quote",),
    "_values.pinned": ("pinned",),
    "_values.result": ("Result", "SyncResult"),
    "_values.limits": ("Limits",),
    "_values.secret": ("Secret", "secret_file"),
    "_values.shell_command": ("ShellCommand", "sh"),
    "_values.status": ("ExitStatus", "Usage"),
    "_values.template": ("template",),
    "_values.template_error": ("TemplateError",),
    "abort": ("AbortController", "AbortSignal"),
    "errors": (
        "Aborted",
        "CommandFailed",
        "ExitStatusLost",
        "IsolationUnavailable",
        "KillTimeout",
        "MaxBufferExceeded",
        "OptionError",
        "OptionRangeError",
        "OptionTypeError",
        "ProcessError",
        "SpawnError",
        "TimeoutExceeded",
        "UnknownOption",
        "UnknownSignal",
    ),
    "events": ("Emitter",),
    "ipc.errors": (
        "AlreadyDisconnected",
        "BadFrame",
        "ChannelClosed",
        "ChannelError",
        "FrameTooLarge",
        "HandleNotReceived",
        "InvalidHandle",
        "NotSerializable",
        "QueueFull",
    ),
    "security.explanation": ("Explanation",),
    "security.policy": ("Policy", "guarded", "strict", "trusted"),
    "security.audit": ("AuditRecord",),
    "security.validation": ("validate",),
    "security.verdict": ("Denial", "PolicyDenied"),
}

if not TYPE_CHECKING:  # a checker would take any name at all for one of ours
    __getattr__, __dir__ = lazy(__name__, _HOMES)
