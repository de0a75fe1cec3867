"""Values that neither format knows, one step nearer to those that both do."""

from __future__ import annotations

import enum
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any, ClassVar

import pytest

from child_process.ipc.js_values import Boxed, JSError, Undefined
from child_process.ipc.python_values import (
    Unwritable,
    error_facts,
    milliseconds,
    plainer,
)


class Color(enum.Enum):
    """A number."""

    RED = 3


@dataclass
class Point:
    """Fields, and what is none."""

    unit: ClassVar[str] = "mm"
    x: int = 1
    y: list[int] = field(default_factory=list)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(Color.RED, 3, id="enum"),
        pytest.param(Point(), {"x": 1, "y": []}, id="dataclass, without ClassVar"),
        pytest.param(MappingProxyType({"a": 1}), {"a": 1}, id="mapping"),
        pytest.param(
            uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001", id="uuid"
        ),
        pytest.param(Boxed(1), 1, id="box"),
    ],
)
def test_a_value_becomes_plainer(value: Any, expected: Any) -> None:
    """Each kind has one plainer form."""
    assert expected == plainer(value)


def test_numpy_scalars_are_numbers() -> None:
    """A NumPy scalar is what it counts."""
    numpy = pytest.importorskip("numpy")

    assert [3, True, 0.5] == [
        plainer(x)
        for x in (numpy.int64(3), numpy.bool_(True), numpy.float32(0.5))  # noqa: FBT003 - numpy's own
    ]
    with pytest.raises(Unwritable):
        plainer(numpy.longdouble(1))


@pytest.mark.parametrize(("value", "words"), [(len, "functions"), (1j, "no form")])
def test_other_values_are_refused_with_advice(value: Any, words: str) -> None:
    """The reason says what to do."""
    with pytest.raises(Unwritable) as caught:
        plainer(value)

    assert words in caught.value.reason


def test_milliseconds_are_whole_and_rounded_down() -> None:
    """As JavaScript's dates, before 1970 too, wherever the clock hangs."""
    zone = timezone(timedelta(hours=2))

    assert 999 == milliseconds(datetime(1970, 1, 1, 2, 0, 0, 999_999, tzinfo=zone))
    assert -1 == milliseconds(datetime(1969, 12, 31, 23, 59, 59, 999_500, tzinfo=UTC))
    naive = datetime(2020, 5, 5, 12)  # noqa: DTZ001 - local, on purpose
    assert naive.timestamp() * 1000 == milliseconds(naive)


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (TypeError(), "TypeError"),
        (SyntaxError(), "SyntaxError"),
        (UnboundLocalError(), "ReferenceError"),
        (IndexError(), "RangeError"),
        (ValueError(), "Error"),
    ],
)
def test_an_error_gets_the_nearest_name(error: Exception, name: str) -> None:
    """JavaScript has seven; what is none of them is an Error."""
    assert name == error_facts(error)[0]


def test_an_error_takes_its_traceback_along() -> None:
    """Its own name and text come first, as in JavaScript's stacks."""
    try:
        raise ValueError("bad") from KeyError("k")  # noqa: TRY301 - to have a trace
    except ValueError as error:
        name, message, stack, cause = error_facts(error)

    assert ("Error", "bad") == (name, message)
    assert (stack or "").startswith("ValueError: bad\nTraceback")
    assert isinstance(cause, KeyError)
    assert Undefined is error_facts(ValueError())[3]
    assert ("Error", None, None, Undefined) == error_facts(JSError())
