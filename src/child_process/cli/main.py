"""The parser, the dispatch, the exit status: `main`.

Layer: cli.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Final, NoReturn

from child_process import __version__
from child_process.cli.arguments import (
    codes,
    limit_of_bytes,
    seconds,
    seconds_or_none,
    tree,
    variable,
)
from child_process.cli.statuses import OUR_TROUBLE, SIGNALLED

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

SIGPIPE: Final = 13

STATUSES: Final = """\
exit status:
  that of PROGRAM, unless
  124  it ran for longer than --timeout
  125  child-process itself failed: a wrong option, no such directory,
       or PROGRAM wrote more than --max-buffer
  126  PROGRAM was found but cannot be executed
  127  PROGRAM was not found
  128 + n  signal n ended PROGRAM
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Do what *argv*, by default that of this program, says; return the status.

    Ended by a signal itself, it stops what it started and dies by that signal.
    """
    words = [*(sys.argv[1:] if argv is None else argv)]
    try:
        asked = _parsed(words)
    except SystemExit as end:  # argparse's way to say that all is said
        return int(end.code or 0)
    try:
        return _done(asked)
    except BrokenPipeError:
        # Who read our output has left. Python would complain at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return SIGNALLED + SIGPIPE


def _done(asked: argparse.Namespace) -> int:
    # What is not asked for is not imported: `run` starts at once.
    if asked.task == "demo":
        from child_process.cli.demo import demo

        return demo()
    if asked.task == "doctor":
        from child_process.cli.doctor import doctor

        return doctor(asked)
    if asked.task == "explain":
        from child_process.cli.explain import explain

        return explain(asked)
    from child_process.cli.run import run

    return run(asked)


def _parsed(words: list[str]) -> argparse.Namespace:
    """Return what *words* ask for; what follows the first ``--`` is a command's.

    By hand: versions of argparse differ in which ``--`` they take away.
    """
    cut = words.index("--") if "--" in words else len(words)
    parser = _parser()
    asked, unknown = parser.parse_known_args(words[:cut])
    if unknown:
        asked.parser.error(f"there is no option {unknown[0]}")
    if asked.task in {"run", "explain"}:
        if asked.program is not None:
            asked.words = [asked.program, *asked.words, *words[cut:]]
        else:
            asked.words = words[cut + 1 :]
        if not asked.words:
            asked.parser.error(
                f"which program? child-process {asked.task} [options] -- PROGRAM"
            )
    elif words[cut + 1 :]:
        asked.parser.error("no arguments are taken")
    return asked


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        message = message.removeprefix("argument ")
        self.exit(OUR_TROUBLE, f"{self.prog}: {message} (see {self.prog} --help)\n")


def _parser() -> _Parser:
    parser = _Parser(
        prog="child-process",
        description="Start, stream, limit and end processes.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action="version", version=f"child-process {__version__}"
    )
    tasks = parser.add_subparsers(dest="task", metavar="TASK", required=True)
    demo = tasks.add_parser(
        "demo",
        help="show the main job on real input, in half a minute",
        description="Show the main job on real input, in half a minute.",
        allow_abbrev=False,
    )
    demo.set_defaults(parser=demo)
    _add_doctor(
        tasks.add_parser(
            "doctor",
            help="show what this system offers, and what is done without",
            description="Show what this system offers to the library. The status is "
            "0 when a program can be started.",
            allow_abbrev=False,
        )
    )
    _add_explain(tasks)
    _add_run(
        tasks.add_parser(
            "run",
            help="run one program under limits",
            usage="child-process run [options] -- PROGRAM [ARG ...]",
            description="Run PROGRAM under limits; what it reads and writes is ours.",
            epilog=STATUSES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
    )
    return parser


def _add_doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    parser.set_defaults(parser=parser)


def _add_explain(tasks: argparse._SubParsersAction[_Parser]) -> None:
    parser = tasks.add_parser(
        "explain",
        help="show what would run, and what objects to it; start nothing",
        usage="child-process explain [options] -- PROGRAM [ARG ...]",
        description="Show what PROGRAM would be started as: looked up, with its "
        "environment, and each rule's verdict. Nothing is started. The status is "
        "0, or 125, 126 or 127 as it would be for `run`.",
        allow_abbrev=False,
    )
    parser.set_defaults(parser=parser)
    add = parser.add_argument
    add("program", nargs="?", metavar="PROGRAM", help="its name in PATH, or its path")
    add("words", nargs=argparse.REMAINDER, metavar="ARG", help="passed on as it is")
    add("--json", action="store_true", help="as one JSON object")
    add("--shell", action="store_true", help="PROGRAM is a line for /bin/sh")
    _add_judges(parser.add_argument_group("what judges it"))
    _add_setting(parser.add_argument_group("where it would run"))


def _add_judges(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add(
        "--policy",
        choices=("trusted", "guarded"),
        default="trusted",
        help="the policy that judges (trusted)",
    )
    add(
        "--only",
        action="append",
        default=[],
        metavar="PROGRAM",
        help="judge by the policy strict, with this program; can be repeated",
    )


def _add_run(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("program", nargs="?", metavar="PROGRAM", help="its name in PATH, or its path")
    add("words", nargs=argparse.REMAINDER, metavar="ARG", help="passed on as it is")
    _add_limits(parser.add_argument_group("limits"))
    _add_setting(parser.add_argument_group("where it runs"))
    _add_output(parser.add_argument_group("its output"))
    parser.set_defaults(parser=parser)


def _add_limits(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--timeout", type=seconds, metavar="SECONDS", help="stop it after so long")
    add(
        "--kill-signal",
        default="SIGTERM",
        metavar="SIGNAL",
        help="what a stop sends first (SIGTERM)",
    )
    add(
        "--grace",
        type=seconds,
        default=5.0,
        metavar="SECONDS",
        help="from the first signal to SIGKILL (5)",
    )
    add(
        "--tree",
        type=tree,
        default=True,
        metavar="yes|no|all",
        help="whether a stop ends all that PROGRAM started (yes); all: also what "
        "it left behind after ending by itself",
    )


def _add_setting(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--cwd", metavar="DIR", help="its working directory")
    add(
        "--env",
        action="append",
        type=variable,
        default=[],
        metavar="NAME=VALUE",
        help="set a variable; can be repeated",
    )
    add(
        "--env-policy",
        choices=("inherit", "scrub", "clean"),
        default="inherit",
        help="what becomes of the environment (inherit)",
    )
    add(
        "--allow-env",
        action="append",
        default=[],
        metavar="NAME",
        help="let a variable through all the same; can be repeated",
    )


def _add_output(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--json", action="store_true", help="collect it; print the result as JSON")
    add(
        "--max-buffer",
        type=limit_of_bytes,
        metavar="BYTES",
        help="collect it, print it at the end; stop PROGRAM when stdout or stderr "
        "is longer (64K, 1M, ... can be written)",
    )
    add(
        "--drain",
        type=seconds_or_none,
        default=0.25,
        metavar="SECONDS|none",
        help="when it is collected: how long to wait, after PROGRAM's end, for "
        "more from what it left behind (0.25); none: to the end of file",
    )
    add("--check", action="store_true", help="say on stderr how it failed, if it did")
    add(
        "--accept",
        type=codes,
        default=frozenset({0}),
        metavar="CODES",
        help="exit codes that are no failure, such as 0,1; status 0 for them (0)",
    )
