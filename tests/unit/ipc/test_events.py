"""A session's events are values."""

from __future__ import annotations

import pickle
from typing import Any, get_args

import pytest

from child_process.ipc import events
from child_process.ipc.errors import BadFrame


@pytest.mark.parametrize("kind", get_args(events.Event))
def test_an_event_is_a_frozen_value(kind: Any) -> None:
    """It cannot be changed, it compares by its facts, and it pickles."""
    facts: list[Any] = [7] * len(kind.__match_args__)
    event = kind(*facts)

    assert event == pickle.loads(pickle.dumps(kind(*facts)))
    with pytest.raises(AttributeError):
        setattr(event, kind.__match_args__[0], 1)


def test_a_message_comes_without_a_handle_mostly() -> None:
    """So that it need not be said."""
    assert events.Message(1, None) == events.Message(1)
    assert BadFrame is type(events.ProtocolError(BadFrame("x")).error)
