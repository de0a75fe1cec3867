"""`spawn`: start a program, hand back a child.

Layer: api.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Unpack

from child_process._api.launchers import launch
from child_process._api.lines import in_shell
from child_process._child.child_process import ChildProcess
from child_process._values.channel_options import ChannelOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from child_process._api.keywords import ChannelKeywords
    from child_process._values.command import Argument
    from child_process._values.shell_command import ShellCommand

__all__ = ["running_loop", "spawn"]


def spawn(
    file: Argument | ShellCommand,
    args: Sequence[Argument] | None = (),
    **options: Unpack[ChannelKeywords],
) -> ChildProcess:
    """Start *file* with *args*, and return a child at once.

    The child's output is streamed: nothing is read before somebody wants it,
    and a slow reader makes the child wait.

    Args:
        file: A program's name, looked up in the child's PATH, or its path; or
            the line of `sh`, for a shell.
        args: Its arguments; each arrives as it is, whatever it holds.
        **options:
            cwd: Working directory of the child; None is ours.
            env: Its whole environment; None is ours. Entries that are None
                are left out.
            env_policy: "inherit" passes it on as it is; "scrub" keeps from the
                child what loads code, misleads programs or is a secret;
                "clean" passes on PATH, HOME, USER, the locale and the like,
                and what *env* adds.
            allow_env: Names that "scrub" and "clean" let through all the same.
            argv0: What the program sees as its own name.
            stdio: ``"pipe"``, ``"ignore"`` or ``"inherit"`` for all three, or a
                list with a place for each descriptor: one of these words, a
                descriptor, something with a ``fileno()``, a stream of another
                child, or None for the default.
            detached: Whether it leads a session of its own, and lives on when
                this program ends.
            die_with_parent: False lets it live on when this program ends,
                although it leads no session of its own. True ends it then, with
                all that descends from it, however this program ends.
            uid, gid: User and group to become, as numbers.
            groups: Its other groups, as numbers; None are ours, and none where
                root becomes somebody else.
            umask: What its new files must not permit, 0o077 for one.
            limits: What it may use at most, as `Limits`; set before its
                program runs, by the native launcher only.
            shell: True for ``/bin/sh``, or the path of a shell: *file* is then
                a line in its language, and *args* are quoted for it.
            signal: ``AbortController().signal``; aborted, it stops the child.
            timeout: Seconds until the child is stopped; None or 0 is never.
            kill_signal: What a stop sends first; "SIGTERM" by default.
            input: What it reads on stdin: text, bytes, a `pathlib.Path`, a
                file, an iterable or an async iterable of text or bytes.
            tree: True stops the child with all that descends from it, False
                the one process, as Node does; "all" also ends what a child
                that ended by itself left behind.
            teardown: The signals of a stop with the seconds that each may
                take, ``[("SIGINT", 2.0), ("SIGTERM", 5.0)]`` for one; SIGKILL
                follows. None is *kill_signal* and 5 seconds.
            policy: A `Policy`, "trusted" or "guarded", which judges this call
                beside what `launching` has put in force.
            serialization: How messages travel over a channel, which an "ipc"
                in *stdio* asks for: "json" or "advanced".
            max_message, max_queue: Bytes of one message, and of those that
                wait to be sent; 256 MiB by default.
            isolate: What it may do at all, held by the kernel: an `Isolation`,
                such as ``Isolation.readonly(["/srv"])``, or a `Bubblewrap`.
                What is not to be had here is `IsolationUnavailable`, and
                nothing is started.
            drain: Has a meaning for `exec` and its kin only.
            windows_hide, windows_verbatim_arguments: Accepted for programs
                that were written for Node on Windows; they do nothing.

    Raises:
        OptionError: An argument or an option is wrong. Nothing was started.
        PolicyDenied: A rule objects. Nothing was started.
        RuntimeError: No event loop runs here.
    """
    loop = running_loop("spawn", "spawn_sync")
    checked = ChannelOptions.of(in_shell(file, dict(options)))
    launched = launch(file, args, checked)
    call = launched.call
    return ChildProcess(loop, launched.handle, call.argv, call.file, launched.options)


def running_loop(verb: str, sync: str) -> asyncio.AbstractEventLoop:
    """Return the running loop, or raise with advice for *verb*."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        message = (
            f"{verb}() needs a running event loop: call it in a coroutine that "
            f"asyncio.run() runs, or use {sync}()"
        )
        raise RuntimeError(message) from None
