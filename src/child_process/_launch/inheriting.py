"""A policy on its way into a forked Python child: `encoded`, `adopt`, `adopted`.

Layer: launch.

It travels in a variable of the child's environment, which leaves it with the
first lines that run there. Values of the package are read back, and frozen
dataclasses of the program's own; nothing that could be called otherwise.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from child_process.errors import OptionTypeError

if TYPE_CHECKING:
    from child_process.security.policy import Policy

__all__ = ["adopt", "adopted", "encoded"]

_texts: list[str] = []
_policies: list[Policy] = []


def encoded(policy: Policy) -> str:
    """Return *policy* as the text of a variable.

    Raises:
        OptionTypeError: A rule of it is no value that can travel.
    """
    from child_process._launch import pickled  # slow to import, and rarely needed

    try:
        data = pickled.dumps(policy)
        pickled.loads(data)
    except Exception as error:  # noqa: BLE001 - whatever a rule raises
        expected = (
            "rules that are frozen dataclasses of a module: a Python child of fork() "
            f"gets the policy in force ({error})"
        )
        raise OptionTypeError("policy", policy.name, expected) from None
    return base64.b64encode(data).decode()


def adopt(text: str) -> None:
    """Put the policy *text* in force in this process, beneath all others."""
    _texts.append(text)


def adopted() -> Policy | None:
    """Return what was adopted; None if nothing was.

    Raises:
        ValueError: It cannot be read. Then nothing may be started here.
    """
    while _texts:
        from child_process._launch import pickled

        try:
            data = base64.b64decode(_texts[0], validate=True)
            _policies.append(pickled.loads(data))
        except Exception as error:
            message = f"the policy that this process inherited cannot be read: {error}"
            raise ValueError(message) from error
        del _texts[0]
    return _policies[0] if _policies else None
