"""The stand-ins: one of a kind, equal by contents, picklable."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from child_process.ipc import (
    BigInt,
    Boxed,
    Hole,
    JSArray,
    JSArrayBuffer,
    JSDate,
    JSError,
    JSMap,
    JSRegExp,
    JSSet,
    JSView,
    SparseArray,
    Undefined,
)

EACH = [
    BigInt(5),
    Boxed("a"),
    JSArray([1], {"a": 2}),
    JSArrayBuffer(bytearray(b"x"), 4),
    JSDate(1.0),
    JSError("m", name="TypeError", stack="s", cause=[1]),
    JSMap([([1], 2), ("a", JSMap())]),
    JSRegExp("a", "gi"),
    JSSet([[1], 1, True]),
    JSView("DataView", b"x"),
    SparseArray(9, {1: 2}, {"a": 3}),
]


@pytest.mark.parametrize("value", EACH, ids=lambda value: type(value).__name__)
def test_a_stand_in_pickles_and_has_a_repr(value: Any) -> None:
    """A pickled copy is equal, prints alike, and differs from another value."""
    again = pickle.loads(pickle.dumps(value))

    assert value == again
    assert repr(value) == repr(again)
    assert value != object()


@pytest.mark.parametrize("value", [Undefined, Hole])
def test_there_is_one_of_each(value: Any) -> None:
    """However it is copied, it is the same; it is falsy and says its name."""
    assert value is pickle.loads(pickle.dumps(value))
    assert value is copy.deepcopy(value)
    assert not value
    assert repr(value) in {"Undefined", "Hole"}


def test_a_map_tells_keys_apart_as_javascript_does() -> None:
    """1, true and 1n are three keys; 1 and 1.0 are one, and so is NaN."""
    key: list[int] = []
    nan = float("nan")
    pairs = [(1, "a"), (True, "b"), (BigInt(1), "c"), (1.0, "d"), (nan, 1), (nan, 2)]
    found = JSMap([*pairs, (key, "list"), (None, 0), (Undefined, 9), ("1", "text")])

    assert [1, True, 1] == [*found][:3]
    assert ["d", "b", "c", 2] == [found[k] for k in (1, True, BigInt(1), nan)]
    assert ("list", 0, 9, "text") == (
        found[key],
        found[None],
        found[Undefined],
        found["1"],
    )
    assert 8 == len(found)
    with pytest.raises(KeyError):
        found[[]]
    del found[key]
    with pytest.raises(KeyError):
        del found[key]


def test_a_map_equals_a_dict_with_the_same_items() -> None:
    """Where a dict can hold them."""
    assert JSMap({1: 2, "a": 3}) == {"a": 3, 1: 2}
    assert JSMap([([], 1)]) != {"a": 1}
    assert JSMap([(1, 2), (True, 2)]) != {1: 2}
    assert JSMap() != []


def test_a_set_holds_what_no_set_can() -> None:
    """Lists by identity, 1 beside True."""
    member: list[int] = []
    found = JSSet([member, [], 1, True, 1.0])
    found.discard(1)
    found.discard("never there")

    assert [[], [], True] == [*found]
    assert (True, False) == (member in found, [] in found)
    assert JSSet(["a"]) == {"a"}


def test_an_array_with_properties_is_no_plain_list() -> None:
    """Equality looks at both; without properties it is the list."""
    assert JSArray([1], {"a": 2}) != [1]
    assert JSArray([1]) == [1]


@pytest.mark.parametrize(
    "make",
    [
        lambda: JSRegExp("a", "ig"),
        lambda: JSRegExp("a", "gg"),
        lambda: JSRegExp("a", "x"),
        lambda: JSView("Int8Array", b""),
        lambda: JSView("Float16Array", b"x"),
    ],
)
def test_what_cannot_be_is_refused(make: Any) -> None:
    """A value that JavaScript cannot have is not made."""
    with pytest.raises(ValueError):
        make()


def test_an_error_chains_to_a_cause_that_is_one() -> None:
    """A traceback shows where it came from; equal facts are equal errors."""
    cause = JSError("why")

    error = JSError("what", cause=cause)

    assert cause is error.__cause__
    assert ("Error: what", "Error") == (str(error), str(JSError()))
    assert {error} == {JSError("what", cause=JSError("why"))}


def test_what_holds_itself_prints() -> None:
    """A repr ends, cycle or not."""
    found, many, ring = JSMap(), JSSet(), JSArray()
    found["me"] = found
    many.add(many)
    ring.append(ring)

    assert "..." in repr(found) + repr(many)
    assert "..." in repr(ring)
