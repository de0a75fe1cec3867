import math
import re
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from child_process import AbortController, ProcessError, cmd, validate
from child_process._values.channel_options import ForkOptions
from child_process._values.command import to_args
from child_process._values.options import RunOptions, SpawnOptions
from child_process._wording import MESSAGE_LIMIT
from child_process.errors import OptionError

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-1, 300)
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=8)
    | st.sampled_from(
        [
            "pipe",
            "ignore",
            "all",
            "SIGTERM",
            "utf-8",
            "\0",
            "\ud800",
            math.inf,
            10**400,
            signal.SIGKILL,
            PurePosixPath("a/b"),
            bytearray(b"pipe"),
            memoryview(b"x"),
            AbortController().signal,
            object(),
            len,
            int,
            re.compile("x"),
            1j,
        ]
    )
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=4) | st.integers(), inner, max_size=3)
        | st.lists(inner, max_size=2).map(iter)
    ),
    max_leaves=6,
)
KINDS: tuple[type[SpawnOptions], ...] = (RunOptions, ForkOptions)
each_option = pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind in KINDS for name in kind.__dataclass_fields__],
)
NAMES = sorted({*RunOptions.__dataclass_fields__, *ForkOptions.__dataclass_fields__})


def made(
    kind: type[SpawnOptions], given_: dict[str, Any]
) -> SpawnOptions | OptionError:
    """Return the instance of *kind*, or the error that there is instead."""
    try:
        return kind.of(given_)
    except OptionError as error:
        return error


@each_option
@given(value=ANYTHING)
@settings(max_examples=40)
def test_whatever_an_option_is_given(
    kind: type[SpawnOptions], name: str, value: Any
) -> None:
    """It is held, checked, or there is an `OptionError` that names it."""
    # With pipes, as the other verbs have: input= needs one.
    pipes = {"silent": True} if kind is ForkOptions else {}
    options = made(kind, {**pipes, name: value})

    assert len(str(options).encode("utf-8", "replace")) <= MESSAGE_LIMIT
    if isinstance(options, OptionError):
        assert options.option.startswith((name, f"a name in {name}"))


@given(given_=st.dictionaries(st.sampled_from([*NAMES, "x"]), SCALARS))
def test_whatever_is_given_together(given_: dict[str, Any]) -> None:
    """Every combination is a valid instance or an `OptionError`."""
    kinds: list[type[SpawnOptions]] = [SpawnOptions, *KINDS]
    for kind in kinds:
        assert isinstance(made(kind, given_), kind | OptionError)


@pytest.mark.parametrize("take", [to_args, cmd, validate])
@given(value=ANYTHING)
def test_whatever_a_command_is_made_of(
    take: Callable[[Any], object], value: Any
) -> None:
    """Arguments, programs and data that are checked raise nothing else."""
    with suppress(ProcessError):
        take(value)
