"""Which words of a shell command may come from data: `objection`.

Layer: values. No I/O.

Quotes keep a word whole; they do not make it harmless to a command that reads
its arguments as code. ``eval``, ``trap``, arithmetic in ``[`` and ``let``, names
in ``read``, ``declare`` and ``printf -v`` run what is in them, through
``a[$(command)]`` for one, and the next shell behind ``sh -c`` or ``ssh`` reads
its words anew. So these are refused, whichever shell it will be.

Checked with real shells in ``tests/security/test_shell_templates.py``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from child_process._values.shell_syntax import word_set

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "EXPANDED",
    "HOLE",
    "assigned_name",
    "is_special",
    "late_objection",
    "objection",
]

HOLE: Final = "\0"
"""Stands for data in a word; literal text cannot hold it."""
EXPANDED: Final = "\1"
"""Stands for what only the shell will know: ``$x``, ``$(…)``."""

_NAME: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\+?=")

_CODE: Final = word_set(
    # These read their arguments as code, as names, or as arithmetic, in one
    # shell or another.
    "eval . source trap alias let unset read mapfile readarray getopts integer float "
    "bind complete compgen enable vared zmodload autoload functions zle sched exit "
    "return break continue shift fc ulimit print nameref zparseopts zformat"
)
_DECLARING: Final = word_set("export readonly declare typeset local")
_PREFIXES: Final = word_set("exec command builtin")
_RUNNERS: Final = word_set(
    "env nice nohup sudo doas xargs setsid noglob nocorrect - stdbuf ionice"
)
_REMOTE: Final = word_set("ssh slogin rsh su runuser")
_SHELLS: Final = word_set(
    "sh ash bash busybox csh dash fish ksh mksh rbash tcsh yash zsh"
)
_INTERPRETERS: Final = re.compile(r"(python|perl|ruby|node|php|lua)[0-9.]*\Z")
_CODE_OPTIONS: Final = re.compile(r"(-[A-Za-z]*[ceErp]|--eval|--print|--execute)\Z")

_ARITHMETIC: Final = word_set("-eq -ne -lt -le -gt -ge")
_EVALUATED: Final = _ARITHMETIC | {"-v", "-R", "-t"}
_FORMAT: Final = re.compile(r"([^%\1]|%%|%-?[0-9]*(\.[0-9]+)?[sbqc])*\Z", re.DOTALL)

_SPECIAL: Final = word_set(
    # What the shell runs, expands or looks programs up by …
    "PATH path IFS ENV BASH_ENV PS1 PS2 PS3 PS4 PROMPT PROMPT_COMMAND SHELLOPTS "
    "BASHOPTS CDPATH FPATH ZDOTDIR NULLCMD READNULLCMD "
    # … and what zsh or ksh take for a number, and so for arithmetic.
    "SECONDS RANDOM SRANDOM LINENO OPTIND HISTCMD HISTSIZE SAVEHIST COLUMNS LINES "
    "UID EUID GID EGID PPID TMOUT FUNCNEST KEYTIMEOUT MAILCHECK DIRSTACKSIZE "
    "LISTMAX LOGCHECK BAUD ERRNO TTYIDLE SHLVL"
)


def assigned_name(word: str) -> str | None:
    """Return the NAME of a *word* that begins with ``NAME=``, else None."""
    match = _NAME.match(word)
    return match[1] if match else None


def is_special(name: str) -> bool:
    """Say whether a shell obeys the variable *name*: PATH, or LD_PRELOAD."""
    return name in _SPECIAL or name.startswith(("LD_", "DYLD_"))


def objection(words: Sequence[str], word: str, *, many: bool) -> str | None:
    """Return why data may not follow in a command, or None.

    Args:
        words: The command's words so far, `HOLE` for what is data in them.
        word: What stands before the data in its own word.
        many: Whether it is a list.
    """
    # Which word a program starts, an option's argument may hide: all that may be
    # it are judged. Each once, for a program that starts others may stand there.
    programs, plain = [0], None
    for at in programs:
        name, args = words[at].rpartition("/")[2], words[at + 1 :]
        if name in _PREFIXES:
            # exec -a NAME program: an option may have an argument of its own.
            if not args or args[0].startswith("-"):
                return f"data would choose what {name} runs"
            if at + 1 not in programs:
                programs.append(at + 1)
        elif name in _RUNNERS:
            if plain is None:  # else all that may be behind this one are known
                plain = [i for i in range(at + 1, len(words)) if _is_plain(words[i])]
                programs += plain
            if not plain or plain[-1] <= at:
                return f"data would choose what {name} runs"
        elif problem := _objection(name, args, word, many=many):
            return problem
    return None


def _objection(name: str, args: Sequence[str], word: str, *, many: bool) -> str | None:
    """Return why data may not follow *args* of the program *name*, or None."""
    if HOLE in name:
        return "data would choose the program"
    if name in _CODE:
        return f"{name} reads its arguments as code, quoted or not"
    if name in _REMOTE:
        return f"{name} hands its arguments to another shell, which reads them anew"
    if name in _SHELLS:
        return _to_shell(name, args)
    judge = _JUDGES.get(name)
    if judge is not None:
        return judge(args, word, many)
    interprets = _INTERPRETERS.match(name) or EXPANDED in name
    if interprets and args and _CODE_OPTIONS.match(args[-1]):
        name = name.replace(EXPANDED, "…")
        return f"{name} {args[-1]} reads its argument as code"
    return None


def _is_plain(word: str) -> bool:
    """Say whether *word* may be a program: no data, option or assignment."""
    return (
        HOLE not in word and not word.startswith(("-", "+")) and not _NAME.match(word)
    )


def late_objection(words: Sequence[str]) -> str | None:
    """Return why data that stood before the last of *words* may not, or None."""
    if words[0] in {"[", "test"} and words[-1] in _ARITHMETIC and HOLE in words[-2]:
        return f"{words[0]} … {words[-1]} reads a number as arithmetic in some shells"
    return None


def _to_shell(name: str, args: Sequence[str]) -> str | None:
    plain = (one for one in args if not one.startswith(("-", "+")))
    if name == "busybox":
        next(plain, None)
    script = next(plain, None)
    if script is None or HOLE in script:
        return f"{name} would read it as code, or as an option"
    return None


def _declared(_args: Sequence[str], word: str, many: bool) -> str | None:  # noqa: FBT001 - the signature of a rule
    name = assigned_name(word)
    if many or name is None or any(one.startswith(("-", "+")) for one in _args):
        return "it would name a variable, or be read as arithmetic"
    return f"the shell itself obeys {name}" if is_special(name) else None


def _looped(args: Sequence[str], _word: str, _many: bool) -> str | None:  # noqa: FBT001 - the signature of a rule
    if args[1:2] == ["in"]:
        return None
    return "it would name a variable"


def _printed(args: Sequence[str], _word: str, _many: bool) -> str | None:  # noqa: FBT001 - the signature of a rule
    rest = args[1:] if args[:1] == ["--"] else args
    if not rest or rest[0].startswith("-"):
        return "printf would read it as an option or a format"
    if not _FORMAT.match(rest[0]):
        return "this format makes printf read its arguments as arithmetic"
    return None


def _set(args: Sequence[str], _word: str, _many: bool) -> str | None:  # noqa: FBT001 - the signature of a rule
    return None if args[:1] == ["--"] else "set would read it as an option"


def _tested(args: Sequence[str], _word: str, many: bool) -> str | None:  # noqa: FBT001 - the signature of a rule
    if many or (args and HOLE in args[-1]):
        return "data beside data could be an operator"
    if args and args[-1] in _EVALUATED:
        return f"{args[-1]} reads its argument as a name or as arithmetic"
    return None


_JUDGES: Final = {
    **dict.fromkeys(_DECLARING, _declared),
    **dict.fromkeys(("for", "select"), _looped),
    **dict.fromkeys(("[", "test"), _tested),
    "printf": _printed,
    "set": _set,
}
