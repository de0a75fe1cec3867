"""`uid` and `gid`: another user, and who may become one."""

import os
from collections.abc import Iterator

import pytest

from child_process import SpawnError, exec_file, spawn, spawn_sync
from tests.conformance.children import record

NOBODY = 65534

root = pytest.mark.skipif(os.getuid() != 0, reason="only root may become another user")


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Be nobody for a test, where this is root."""
    if os.getuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.node_test("uid-gid")
@pytest.mark.parametrize("option", ["uid", "gid"])
async def test_who_may_not_become_another_gets_an_error(
    option: str, unprivileged: None
) -> None:
    """EPERM: an event and not, as in Node, thrown by `spawn`."""
    options = {"uid": None, "gid": None, option: 1}
    child = spawn("/bin/true", uid=options["uid"], gid=options["gid"])
    told = record(child)

    with pytest.raises(PermissionError) as caught:
        await child.wait_closed()

    assert isinstance(caught.value, SpawnError)
    assert ("EPERM", "credentials") == (caught.value.code, caught.value.step)
    assert ["error", "close"] == [event for event, *_ in told]


@pytest.mark.node_test("uid-gid")
def test_the_sync_form_returns_the_error(unprivileged: None) -> None:
    """As it returns every error of the system."""
    result = spawn_sync("/bin/true", uid=1)

    assert isinstance(result.error, PermissionError)
    assert 0 == result.pid


@pytest.mark.node_test("uid-gid")
@root
async def test_root_makes_a_child_another_user() -> None:
    """Both numbers are the child's, and none of root's groups stays."""
    line = 'echo "$(id -u) $(id -g) $(id -G)"'

    result = await exec_file(
        "sh",
        ["-c", line],
        uid=NOBODY,
        gid=NOBODY,
        cwd="/",
        env={"PATH": "/usr/bin:/bin"},
    )

    assert f"{NOBODY} {NOBODY} {NOBODY}\n" == result.stdout
