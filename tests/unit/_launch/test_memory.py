import builtins
import sys
from typing import Any, NoReturn

import pytest

from child_process._launch import memory as module
from child_process._launch.memory import MARGIN, own_peak
from tests.support import hosts

MIB = 1024
"""In KiB, as the system counts."""

linux = pytest.mark.skipif(sys.platform != "linux", reason="counts as Linux does")


@linux
@pytest.mark.parametrize(
    ("ours", "charged", "told"),
    [
        pytest.param(64 << 20, 1 * MIB, None, id="far below ours"),
        pytest.param(64 << 20, 64 * MIB, None, id="as much as ours"),
        pytest.param(64 << 20, 65 * MIB, None, id="above, by what counts are late"),
        pytest.param(64 << 20, 66 * MIB, 66 << 20, id="its own"),
        pytest.param(0, 999 * MIB, None, id="ours is not known"),
    ],
)
def test_memory_is_told_where_it_cannot_be_ours(
    monkeypatch: pytest.MonkeyPatch, ours: int, charged: int, told: int | None
) -> None:
    """What is above our own peak is the child's, for certain."""
    monkeypatch.setattr(module, "_ours", 0)
    monkeypatch.setattr(module, "_read_peak", lambda: ours)

    assert told == own_peak(charged)
    assert 1 << 20 == MARGIN


@linux
def test_our_peak_is_read_once_for_many_small_children(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It only grows: what is below an old one is below the new one."""
    read: list[int] = []

    def peak() -> int:
        read.append(1)
        return 64 << 20

    monkeypatch.setattr(module, "_ours", 0)
    monkeypatch.setattr(module, "_read_peak", peak)

    for _ in range(9):
        own_peak(8 * MIB)

    assert [1] == read


def test_it_is_the_childs_where_it_borrows_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """MacOS, which counts bytes."""
    monkeypatch.setattr(sys, "platform", "darwin")

    assert 12345 == own_peak(12345)


def test_without_proc_it_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody says what we have, so that nobody can tell."""

    def refuse(*args: Any) -> NoReturn:
        raise FileNotFoundError

    monkeypatch.setattr(builtins, "open", refuse)

    assert 0 == module._read_peak()


UNDER_A_GIB = """
    import mmap
    from child_process import run_sync

    held = mmap.mmap(-1, 1 << 30)
    held.madvise(mmap.MADV_HUGEPAGE)  # quicker
    for at in range(0, 1 << 30, 4096):
        held[at] = 1
    print(run_sync("true").usage.max_rss)
    held.close()
"""
ABOVE_OURS = """
    import sys
    from child_process import run_sync

    code = "b = bytearray(100 << 20); b[::4096] = b'x' * len(b[::4096])"
    print(run_sync(sys.executable, ["-S", "-c", code]).usage.max_rss >= 100 << 20)
"""


@linux
@pytest.mark.parametrize(
    ("host", "told"),
    [
        pytest.param(UNDER_A_GIB, "None", id="true, under 1 GiB of ours"),
        pytest.param(ABOVE_OURS, "True", id="100 MiB, above what we have"),
    ],
)
def test_our_memory_is_not_the_childs(host: str, told: str) -> None:
    """Under 1 GiB `true` tells nothing; what needs more than we do is told."""
    assert told == hosts.said(host).strip()
