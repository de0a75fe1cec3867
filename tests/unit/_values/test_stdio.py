import sys
from typing import Any

import pytest

from child_process._values.stdio import Slot, Stdio, to_stdio
from child_process.errors import OptionError, OptionTypeError

PIPE, IGNORE, INHERIT = Slot.PIPE, Slot.IGNORE, Slot.INHERIT


class Odd:
    """Something without a fileno() that can be called."""

    fileno = 3


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(None, (PIPE, PIPE, PIPE), id="default"),
        pytest.param("ignore", (IGNORE, IGNORE, IGNORE), id="one word for all"),
        pytest.param("overlapped", (PIPE, PIPE, PIPE), id="Windows' pipe is a pipe"),
        pytest.param([], (PIPE, PIPE, PIPE), id="empty list"),
        pytest.param(["inherit"], (INHERIT, PIPE, PIPE), id="short list is filled up"),
        pytest.param((None, "ignore", 2), (PIPE, IGNORE, 2), id="tuple with None"),
        pytest.param(
            ["pipe", "pipe", "pipe", None, "pipe"],
            (PIPE, PIPE, PIPE, IGNORE, PIPE),
            id="None above 2 is not open",
        ),
        pytest.param([IGNORE, 0, PIPE], (IGNORE, 0, PIPE), id="checked already"),
        pytest.param(
            ["pipe", sys.stdout, sys.stderr],
            (PIPE, sys.stdout, sys.stderr),
            id="files",
        ),
    ],
)
def test_each_descriptor_has_a_slot(value: Any, expected: Stdio) -> None:
    """There is a slot for each descriptor, at least three."""
    assert expected == to_stdio(value)


def test_a_default_fills_what_is_not_said() -> None:
    """A call may have another default than a pipe."""
    assert (INHERIT, INHERIT, INHERIT) == to_stdio(None, default=INHERIT)
    assert (INHERIT, PIPE, INHERIT) == to_stdio([None, "pipe"], default=INHERIT)


def test_a_channel_is_a_slot_where_there_may_be_one() -> None:
    """For `fork`, and `spawn` with ``"ipc"`` in its list."""
    stdio = to_stdio([None, None, None, "ipc"], channel=True)

    assert (PIPE, PIPE, PIPE, Slot.IPC) == stdio


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("ipc", id="channel for all"),
        pytest.param(["ipc", "ipc"], id="two channels"),
    ],
)
def test_a_child_has_one_channel(value: Any) -> None:
    """More than one is refused."""
    with pytest.raises(OptionError) as caught:
        to_stdio(value, channel=True)

    assert "stdio" == caught.value.option


def test_the_callers_list_stays_as_it_is() -> None:
    """Node pads the list that it is given; we do not."""
    given = ["pipe"]

    to_stdio(given)

    assert ["pipe"] == given


@pytest.mark.parametrize(
    ("value", "kind", "option"),
    [
        pytest.param("pip", OptionError, "stdio", id="slip of the pen"),
        pytest.param("ipc", OptionError, "stdio", id="channel for all"),
        pytest.param(b"pipe", OptionTypeError, "stdio", id="bytes"),
        pytest.param(1, OptionTypeError, "stdio", id="number"),
        pytest.param({"pipe"}, OptionTypeError, "stdio", id="set"),
        pytest.param(["pipe"] * 2000, OptionError, "stdio", id="far too many"),
        pytest.param(["x"], OptionError, "stdio[0]", id="unknown word in a list"),
        pytest.param([0, 1, 2, "ipc"], OptionError, "stdio[3]", id="channel in a list"),
        pytest.param([0, -1], OptionError, "stdio[1]", id="negative descriptor"),
        pytest.param([2**40], OptionError, "stdio[0]", id="no descriptor can be that"),
        pytest.param([True], OptionTypeError, "stdio[0]", id="bool"),
        pytest.param([1.0], OptionTypeError, "stdio[0]", id="float"),
        pytest.param([Odd()], OptionTypeError, "stdio[0]", id="without a fileno()"),
    ],
)
def test_what_is_no_stdio_is_refused(
    value: Any, kind: type[OptionError], option: str
) -> None:
    """The error names the place that is wrong."""
    with pytest.raises(OptionError) as caught:
        to_stdio(value)

    assert isinstance(caught.value, kind)
    assert option == caught.value.option
