import os

import pytest

from child_process._inside import worker
from child_process._launch.environing import (
    PARENT,
    WORKER_PATH,
    child_environ,
    inherited_environ,
    screened,
)
from child_process._values.stdio import Slot
from child_process.errors import OptionError
from tests.support.samples import options


def test_the_names_are_those_that_a_worker_knows() -> None:
    """Both ends spell the variable alike."""
    assert worker.PATH_VARIABLE.encode() == WORKER_PATH


def test_our_own_channel_reaches_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither inherited nor in a copy of our environment, at any level."""
    monkeypatch.setenv("NODE_CHANNEL_FD", "3")
    monkeypatch.setenv("NODE_CHANNEL_SERIALIZATION_MODE", "json")
    copy = dict(os.environ)

    for given in (options(), options(env=copy), options(env_policy="scrub")):
        environ = child_environ(given)

        assert b"NODE_CHANNEL_FD" not in environ
        assert b"NODE_CHANNEL_SERIALIZATION_MODE" not in environ
    other = child_environ(options(env={**copy, "NODE_CHANNEL_FD": "4"}))
    assert b"4" == other[b"NODE_CHANNEL_FD"]


@pytest.mark.parametrize("level", ["inherit", "scrub", "clean"])
def test_a_child_with_a_channel_is_told(level: str) -> None:
    """Its own channel passes at every level; and what `fork` tells a worker."""
    stdio = (*options().stdio, Slot.IPC)
    env = {**inherited_environ(), PARENT: b"python"}

    environ = child_environ(options(env=env, stdio=stdio, env_policy=level))

    assert b"3" == environ[b"NODE_CHANNEL_FD"]
    assert b"python" == environ[PARENT]


def test_what_is_refused_is_named_without_its_value() -> None:
    """All of it at once, with the reason and the remedy."""
    env = {"LD_PRELOAD": "/x.so", "A_TOKEN": "hunter2"}

    with pytest.raises(OptionError) as caught:
        child_environ(options(env=env, env_policy="scrub"))

    message = str(caught.value)
    assert "the loader" in message
    assert "allow_env=['A_TOKEN', 'LD_PRELOAD']" in message
    assert "hunter2" not in message


def test_the_user_is_the_one_that_the_child_becomes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """HOME of uid 0 for who becomes it; none where the system knows no such user."""
    monkeypatch.setenv("HOME", "/tmp/evil")

    root = screened(options(uid=0, env_policy="clean")).environ
    nobody = screened(options(uid=2**31 - 2, env_policy="clean")).environ

    assert os.path.expanduser("~root").encode() == root[b"HOME"]
    assert b"HOME" not in nobody
