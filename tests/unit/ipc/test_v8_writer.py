"""Writing V8's format by example: the bytes that Node 20 writes."""

from __future__ import annotations

import enum
from collections import OrderedDict
from typing import Any

import pytest

from child_process.ipc import BigInt, Hole, NotSerializable, Undefined
from child_process.ipc import v8_writer as module
from child_process.ipc.v8_writer import encode


class Name(str, enum.Enum):  # noqa: UP042 - the older kind
    """Text."""

    A = "a"


@pytest.mark.parametrize(
    ("value", "payload"),
    [
        pytest.param(Undefined, "5f", id="undefined"),
        pytest.param([None, True, False], "4103305446240003", id="constants"),
        pytest.param([-65, 300], "4102498101" + "49d804" + "240002", id="ints"),
        pytest.param(2**31, "4e000000000000e041", id="beyond int32"),
        pytest.param(-(2**53) + 1, "4effffffffffff3fc3", id="safe"),
        pytest.param(2**53, "5a100000000000002000", id="beyond safe"),
        pytest.param(BigInt(0), "5a00", id="zero as bigint"),
        pytest.param(2.0, "4904", id="whole float"),
        pytest.param(-0.0, "4e0000000000000080", id="minus zero"),
        pytest.param(
            [1.5, 2], "41024e000000000000f83f4e0000000000000040240002", id="mix"
        ),
        pytest.param(
            [1.5, "a", 2], "41034e000000000000f83f2201614904240003", id="no mix"
        ),
        pytest.param(
            ["aé", "a€"], "41022202" + "61e9" + "63046100ac20240002", id="text"
        ),
        pytest.param("€", "6302ac20", id="even offset"),
        pytest.param({"€": 1}, "6f006302ac2049027b01", id="odd offset"),
        pytest.param(
            {"b": 1, "10": 2, "2": 3},
            "6f4904490649144904220162" + "49027b03",
            id="indices",
        ),
        pytest.param({}, "6f7b00", id="empty"),
        pytest.param({1: 2}, "3b490249043a02", id="dict as map"),
        pytest.param({-0.0: 1}, "3b490049023a02", id="no minus zero in a map"),
        pytest.param([1, Hole, 3], "61034900490249044906400203", id="holes"),
        pytest.param(((), []), "41024100240000" + "4100240000240002", id="tuples"),
        pytest.param("x" * 200, "22c801" + "78" * 200, id="long"),
        pytest.param({Name.A: Name.A}, "6f2201612201617b01", id="derived text"),
        pytest.param(OrderedDict(a=1), "6f22016149027b01", id="derived dict"),
    ],
)
def test_a_value_is_written(value: Any, payload: str) -> None:
    """Byte for byte."""
    assert "ff0f" + payload == encode(value).hex()


def test_the_same_object_is_written_once() -> None:
    """Cycles and sharing are references; ids count every object."""
    shared: list[Any] = []
    ring: list[Any] = [shared, (), shared, {"a": shared}]
    ring.append(ring)

    assert (
        "ff0f4105" + "4100240000" + "4100240000" + "5e01" + "6f2201615e017b01" + "5e00"
        "240005"
    ) == encode(ring).hex()


def test_a_frame_has_its_length_in_front() -> None:
    """The padding is the same: four bytes are even."""
    assert "00000007" + encode("€").hex() == encode("€", framed=True).hex() or (
        "00000006ff0f6302ac20" == encode("€", framed=True).hex()
    )


def test_names_are_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short ASCII ones, so many and no more, and no indices."""
    names: dict[str, bytes] = {}
    monkeypatch.setattr(module, "NAMES", names)
    monkeypatch.setattr(module, "NAMES_KEPT", 2)

    encode({"a": 1, "7": 2, "ü": 3, "x" * 99: 4, "b": 5, "c": 6})

    assert ["a", "b"] == list(names)


DEEP: list[Any] = []
for _ in range(100_000):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("value", "path"),
    [
        pytest.param({"a": [1, {2: 1j}]}, "message['a'][1][2]", id="map"),
        pytest.param([Hole, 1j], "message[1]", id="sparse"),
        pytest.param({"a": {"b": len}}, "message['a']['b']", id="object"),
        pytest.param(Hole, "message", id="hole"),
        pytest.param(DEEP, "message", id="deep"),
    ],
)
def test_what_does_not_travel_is_named(value: Any, path: str) -> None:
    """The error says where in the message it sits."""
    with pytest.raises(NotSerializable) as caught:
        encode(value)

    assert path == caught.value.path
