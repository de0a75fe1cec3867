"""Values as bytes that run nothing when they are read: `dumps` and `loads`.

Layer: launch. No I/O.
"""

from __future__ import annotations

import io
import pickle
from dataclasses import is_dataclass
from pickle import dumps
from typing import Any, Final

__all__ = ["dumps", "loads"]


def loads(data: bytes) -> Any:
    """Return what *data* holds: frozen dataclasses, and containers of them.

    Raises:
        pickle.UnpicklingError: It holds something else.
        Exception: Whatever the class of a value raises.
    """
    return _Values(io.BytesIO(data)).load()


class _Values(pickle.Unpickler):
    """Reads values: frozen dataclasses, and the containers between them."""

    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name)
        if (module, name) in _CONTAINERS:
            return found
        if not isinstance(found, type) or not is_dataclass(found):
            message = f"{module}.{name} is no dataclass"
            raise pickle.UnpicklingError(message)
        if not found.__dataclass_params__.frozen:  # type: ignore[attr-defined]  # no public way to ask
            message = f"{module}.{name} is not frozen"
            raise pickle.UnpicklingError(message)
        return found


_CONTAINERS: Final = {("builtins", "frozenset")}
