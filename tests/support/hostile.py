"""The strings of ``tests/data/hostile-strings.json``: hostile to any quoting."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent.parent / "data" / "hostile-strings.json"


@dataclass(frozen=True, slots=True)
class Hostile:
    """One string, with its name in the file."""

    id: str
    word: str


@cache
def strings() -> tuple[Hostile, ...]:
    """Return what has to come back byte for byte."""
    return tuple(Hostile(entry["id"], _word(entry)) for entry in _data()["strings"])


@cache
def refused() -> tuple[tuple[str, object], ...]:
    """Return what no argument can be, by name: no NUL, nothing but strings."""
    found: list[tuple[str, object]] = []
    for entry in _data()["must_reject"]:
        if "json" in entry:
            found.append((entry["id"], json.loads(f'"{entry["json"]}"')))
        elif entry.get("json_type") in _VALUES:
            found.append((entry["id"], _VALUES[entry["json_type"]]))
    return tuple(found)


_VALUES: dict[str, object] = {
    "int 5": 5,
    "None": None,
    "list inside list": [["a"]],
    "bytearray": bytearray(b"a"),
}


def _word(entry: dict[str, Any]) -> str:
    if "repeat" in entry:
        unit, count = entry["repeat"]
        return str(unit) * int(count)
    return os.fsdecode(bytes.fromhex(entry["hex"]))


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(DATA.read_text("utf-8"))
    return data
