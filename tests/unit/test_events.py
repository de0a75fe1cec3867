import asyncio
from typing import Any

import pytest

from child_process import Emitter


class Counting(Emitter):
    """An emitter that notes when listeners come and go."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[str] = []

    def _listener_added(self, event: str) -> None:
        self.changes.append(f"+{event}")

    def _listener_removed(self, event: str) -> None:
        self.changes.append(f"-{event}")


def nobody(*args: Any) -> None:
    """Take what comes, and do nothing."""


def test_listeners_are_called_in_order_with_the_arguments() -> None:
    """Those that were put first come first."""
    emitter = Emitter()
    calls: list[tuple[Any, ...]] = []
    emitter.on("x", lambda *args: calls.append(("second", *args)))
    emitter.add_listener("x", lambda *args: calls.append(("third", *args)))
    emitter.prepend_listener("x", lambda *args: calls.append(("first", *args)))

    heard = emitter.emit("x", 1, "b")

    assert heard is True
    assert [("first", 1, "b"), ("second", 1, "b"), ("third", 1, "b")] == calls


@pytest.mark.parametrize("way", ["emit", "deliver"])
def test_an_event_without_listeners_is_told_to_nobody(way: str) -> None:
    """False says that nobody heard."""
    assert getattr(Emitter(), way)("x") is False


def test_a_listener_added_twice_is_called_twice() -> None:
    """As in Node; `off` takes one away."""
    emitter = Emitter()
    calls: list[int] = []
    emitter.on("x", calls.append).on("x", calls.append)

    emitter.emit("x", 1)
    emitter.off("x", calls.append)
    emitter.emit("x", 2)

    assert [1, 1, 2] == calls


def test_off_takes_the_copy_that_was_added_last() -> None:
    """As in Node, the order of the others stays."""
    emitter = Emitter()
    emitter.on("x", nobody).on("x", print).on("x", nobody)

    emitter.remove_listener("x", nobody)

    assert [nobody, print] == emitter.listeners("x")


def test_an_unknown_listener_is_no_error() -> None:
    """Removing what is not there does nothing."""
    emitter = Emitter().on("x", nobody)

    emitter.off("x", print).off("y", nobody)

    assert 1 == emitter.listener_count("x")
    assert 0 == emitter.listener_count("y")


def test_once_is_once() -> None:
    """The listener is taken out before it is called."""
    emitter = Emitter()
    calls: list[int] = []

    def listener(number: int) -> None:
        calls.append(emitter.listener_count("x"))

    emitter.once("x", listener)
    heard = [emitter.emit("x", 1), emitter.emit("x", 2)]

    assert [0] == calls
    assert [True, False] == heard


def test_once_is_once_within_an_emit_of_the_same_event() -> None:
    """A listener that emits the event again does not call it twice."""
    emitter = Emitter()
    calls: list[str] = []

    def again(word: str) -> None:
        if word == "outer":
            emitter.emit("x", "inner")

    emitter.on("x", again).once("x", calls.append)
    emitter.emit("x", "outer")

    assert ["inner"] == calls


def test_a_once_listener_is_known_by_its_own_name() -> None:
    """It is listed and removed as it was given."""
    emitter = Emitter().once("x", nobody)

    listed = emitter.listeners("x")
    emitter.off("x", nobody)

    assert [nobody] == listed
    assert 0 == emitter.listener_count("x")


def test_changes_during_an_event_count_from_the_next_one() -> None:
    """Listeners that are added or removed meanwhile do not change this round."""
    emitter = Emitter()
    calls: list[str] = []

    def last() -> None:
        calls.append("last")

    def first() -> None:
        calls.append("first")
        emitter.off("x", last)
        emitter.on("x", lambda: calls.append("new"))

    emitter.once("x", first).on("x", last)
    emitter.emit("x")
    emitter.emit("x")

    assert ["first", "last", "new"] == calls


def test_all_listeners_are_removed() -> None:
    """Of one event, or of all."""
    emitter = Emitter().on("x", nobody).on("y", nobody).on("z", nobody)

    emitter.remove_all_listeners("x")
    left = [emitter.listener_count(event) for event in "xyz"]
    emitter.remove_all_listeners().remove_all_listeners("x")

    assert [0, 1, 1] == left
    assert [0, 0, 0] == [emitter.listener_count(event) for event in "xyz"]


@pytest.mark.parametrize("way", ["on", "once", "prepend_listener"])
def test_a_listener_can_be_called(way: str) -> None:
    """What cannot be called is refused where it is added."""
    with pytest.raises(TypeError, match="'x' must be callable"):
        getattr(Emitter(), way)("x", "no function")


def test_the_hooks_see_every_change() -> None:
    """Streams begin to flow when somebody listens: they are told."""
    emitter = Counting()

    emitter.on("x", nobody).once("y", nobody)
    emitter.emit("y")
    emitter.off("x", nobody).off("x", nobody)
    emitter.on("z", nobody).remove_all_listeners()

    assert ["+x", "+y", "-y", "-x", "+z", "-z"] == emitter.changes


def test_a_listeners_exception_flies_to_who_emits() -> None:
    """As in Node, the listeners after it are not called."""
    emitter = Emitter()
    calls: list[str] = []
    emitter.on("x", lambda: 1 / 0).on("x", lambda: calls.append("after"))

    with pytest.raises(ZeroDivisionError):
        emitter.emit("x")

    assert [] == calls


@pytest.mark.parametrize("way", ["emit", "deliver"])
async def test_an_async_listener_is_a_task_that_is_held(way: str) -> None:
    """A coroutine function as a listener is started, and forgotten at its end."""
    emitter = Emitter()
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def listener(number: int) -> None:
        begun.set()
        await may_end.wait()

    emitter.on("x", listener)
    getattr(emitter, way)("x", 1)
    await begun.wait()
    held = len(emitter._tasks)
    may_end.set()
    await asyncio.gather(*emitter._tasks)
    await asyncio.sleep(0)

    assert 1 == held
    assert not emitter._tasks


def test_what_is_delivered_reaches_everybody(loops: Any) -> None:
    """One listener's exception goes to the loop's handler; the others are called."""
    loop: asyncio.AbstractEventLoop = loops.new()
    contexts: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: contexts.append(context))
    emitter = Emitter()
    calls: list[str] = []
    emitter.on("x", lambda: 1 / 0).on("x", lambda: calls.append("after"))

    async def main() -> bool:
        return emitter.deliver("x")

    heard = loop.run_until_complete(main())
    loop.close()

    assert heard is True
    assert ["after"] == calls
    (context,) = contexts
    assert isinstance(context["exception"], ZeroDivisionError)
    assert "a listener of 'x' raised" in context["message"]
