import errno
import os

import pytest

from child_process._launch import secret_files
from child_process._launch.secret_files import open_secret_files
from child_process._masked import concat
from child_process._values.secret import secret_file, word
from child_process.errors import SpawnError
from tests.support import samples

CANARY = "hunter2-canary"


def test_a_plan_without_secret_files_stays_as_it_is() -> None:
    """Nothing is opened."""
    plan = samples.plan("/bin/cat", "x")

    assert (plan, []) == open_secret_files(plan)


def test_a_secret_file_is_a_descriptor_behind_the_others() -> None:
    """The argument names it by its number in the child; it can be read, not written."""
    path = word("args[0]", secret_file(CANARY))
    plan = samples.plan("/bin/cat", concat("--a=", path), word("x", secret_file(b"2")))

    ready, opened = open_secret_files(plan)

    try:
        assert ("--a=/dev/fd/3", "/dev/fd/4") == ready.args
        assert (*plan.stdio, *opened) == ready.stdio
        assert CANARY.encode() == os.read(opened[0], 100)
        assert frozenset() == ready.secret_words
        assert CANARY not in repr(ready)
    finally:
        for fd in opened:
            os.close(fd)


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="needs memfd_create")
def test_the_memory_of_a_secret_is_sealed() -> None:
    """Whoever gets the descriptor cannot change what others read."""
    fd = secret_files._in_memory(CANARY.encode())

    try:
        with pytest.raises(PermissionError):
            os.write(fd, b"x")
    finally:
        os.close(fd)


def test_without_memory_files_a_pipe_holds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """On systems that have none; what does not fit is refused, and closed."""
    monkeypatch.delattr(os, "memfd_create", raising=False)
    fd = secret_files._in_memory(CANARY.encode())
    assert CANARY.encode() == os.read(fd, 100)
    os.close(fd)

    large = samples.plan("/bin/cat", word("x", secret_file(b"x" * 2**22)))
    with pytest.raises(SpawnError) as caught:
        open_secret_files(large)

    assert errno.EFBIG == caught.value.errno
    assert "stdio" == caught.value.step
