"""Frozen values without `dataclasses`."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from typing import Any

import pytest

from child_process.ipc.frozen import Frozen, Record


class Point(Frozen):
    """Two fields, one with a default."""

    x: int
    y: Any = 0


class Box(Record):
    """One that may change."""

    inside: Any = None


def test_fields_come_by_position_by_name_or_by_default() -> None:
    """As a dataclass's do."""
    points = [Point(1), Point(1, 0), Point(1, y=0), Point(x=1), Point(y=0, x=1)]

    assert [Point(1, 0)] * 5 == points
    assert "Point(x=1, y=0)" == repr(points[0])
    assert points[0] not in (Point(2), (1, 0), Box(1))


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), ((1, 2, 3), {}), ((1,), {"x": 2}), ((1,), {"z": 2})],
    ids=["missing", "too many", "twice", "unknown"],
)
def test_wrong_fields_are_a_type_error(
    values: tuple[int, ...], named: dict[str, int]
) -> None:
    """As a function's arguments are."""
    with pytest.raises(TypeError):
        Point(*values, **named)


def test_a_frozen_value_cannot_change() -> None:
    """Nor lose a field; a record can."""
    point: Any = Point(1)
    box = Box()
    box.inside = point

    with pytest.raises(AttributeError):
        point.x = 2
    with pytest.raises(AttributeError):
        del point.x
    assert Box(Point(1)) == box


def test_a_value_is_a_key_pickles_copies_and_matches() -> None:
    """Whatever one does with values."""
    point = Point(1, 2)

    assert {point: 1} == {Point(1, 2): 1}
    assert [point] * 2 == [pickle.loads(pickle.dumps(point)), copy.deepcopy(point)]
    match point:
        case Point(x, y):
            assert (1, 2) == (x, y)
    with pytest.raises(TypeError):
        hash(Box())
    with pytest.raises(TypeError):
        hash(Point(1, []))


def test_what_holds_itself_prints() -> None:
    """A repr ends, cycle or not."""
    box = Box()
    box.inside = box

    assert "Box(inside=...)" == repr(box)


def test_a_session_starts_without_dataclasses() -> None:
    """Nor anything else that a forked child waits for in vain."""
    code = (
        "import sys; old = set(sys.modules)\n"
        "import child_process.ipc.session as s; s.Session('json')\n"
        "print(*sorted({'dataclasses', 'inspect', 'asyncio', 'orjson', 'msgspec',"
        " 'numpy', 'uuid', 'traceback', 'child_process.ipc.v8_reader'}"
        " & (set(sys.modules) - old)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert "" == done.stdout.strip()
