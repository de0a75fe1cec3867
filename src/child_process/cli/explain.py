"""What a command would start, and what objects to it: `explain`.

Layer: cli.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from child_process._api.explain import explain as explained
from child_process.cli.output import complain
from child_process.cli.statuses import OUR_TROUBLE, status_of_error
from child_process.errors import ProcessError
from child_process.security.policy import strict

if TYPE_CHECKING:
    import argparse

    from child_process.security.explanation import Explanation

__all__ = ["explain"]

DENIED = 126
NOT_FOUND = 127


def explain(asked: argparse.Namespace) -> int:
    """Print what *asked* would start; return the status that it would lead to."""
    try:
        explanation = _explained(asked)
    except ProcessError as error:
        complain(error)
        return status_of_error(error)
    if asked.json:
        sys.stdout.write(json.dumps(explanation.as_dict(), indent=2) + "\n")
    else:
        sys.stdout.write(f"{explanation}\n")
    return _status(explanation)


def _explained(asked: argparse.Namespace) -> Explanation:
    program, *args = asked.words
    options: dict[str, Any] = {
        "cwd": asked.cwd,
        "env_policy": asked.env_policy,
        "allow_env": asked.allow_env,
        "policy": strict(asked.only) if asked.only else asked.policy,
        "shell": asked.shell,
    }
    if asked.env:
        options["env"] = {**os.environ, **dict(asked.env)}
    return explained(program, args, **options)


def _status(explanation: Explanation) -> int:
    if not explanation.allowed:
        return DENIED
    if explanation.program is None:
        return NOT_FOUND
    return 0 if explanation.error is None else OUR_TROUBLE
