"""The container that bubblewrap makes: the child sees what is listed, and no more."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from child_process import (
    Bubblewrap,
    CommandFailed,
    IsolationUnavailable,
    fork,
    run,
    run_sync,
    spawn,
)
from child_process._launch import proc
from tests.support import attempts, programs, waiting
from tests.support.confining import needs_bwrap, open_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    """Make a folder with one to read, one to write, and a file outside both."""
    with open_folder() as made:
        for name in ("read", "write"):
            (made / name).mkdir()
            (made / name / "file").write_text(name)
        (made / "secret").write_text("secret")
        yield made


@needs_bwrap
async def test_only_what_is_listed_is_there(folder: Path) -> None:
    """Files, processes and the network."""
    lines = {
        "read listed": f"open({str(folder / 'read/file')!r}).read()",
        "write listed": f"open({str(folder / 'write/new')!r}, 'w').write('x')",
        "fresh": "open('/tmp/new', 'w').write('x')",
        "program": "subprocess.run(['true'], check=True)",
        "write read-only": f"open({str(folder / 'read/new')!r}, 'w').write('x')",
        "read outside": f"open({str(folder / 'secret')!r}).read()",
        "users": "open('/etc/passwd').read()",
        "us": f"os.kill({os.getpid()}, 0)",
        "connect": "socket.socket().connect(('192.0.2.1', 9))",
    }
    program, *args = attempts.python(lines)
    container = Bubblewrap(read=[folder / "read"], write=[folder / "write"])

    result = await run(program, args, isolate=container)

    found = attempts.told(result.stdout)
    done = {name for name, what in found.items() if what == "done"}
    assert {"read listed", "write listed", "fresh", "program"} == done
    assert "EROFS" == found["write read-only"]
    assert ("ENOENT", "ESRCH") == (found["users"], found["us"])
    assert "x" == (folder / "write/new").read_text()


@needs_bwrap
def test_the_rest_is_as_without() -> None:
    """Arguments, exit code, streams, environment, working directory."""
    result = run_sync(
        "sh",
        ["-c", 'cat; printf "%s|%s|" "$1" "$A"; pwd; exit 3', "-", "--x y"],
        isolate=Bubblewrap(),
        input="in|",
        env={"A": "b", "PATH": "/usr/bin:/bin"},
        cwd="/usr",
        check=False,
    )

    assert "in|--x y|b|/usr\n" == result.stdout
    assert 3 == result.code


@needs_bwrap
async def test_a_stop_ends_all_of_it() -> None:
    """The container goes with the program that holds it."""
    words = ["-c", "echo ready; sleep 300 & sleep 300"]
    async with spawn("sh", words, isolate=Bubblewrap()) as child:
        pid = child.pid
        assert child.stdout is not None
        await child.stdout.read(6)
        assert pid is not None
        inside = proc.children(pid)
        await child.stop()

    assert inside
    assert [] == waiting.survivors([pid, *inside])


@needs_bwrap
async def test_a_forked_child_has_its_channel() -> None:
    """Bubblewrap hands on the descriptors that it was given."""
    script = programs.path("ipc_echo.py")
    container = Bubblewrap(read=[Path(script).parent])

    async with fork(script, isolate=container) as child:
        child.send([1, 2])
        answer = await child.receive(timeout=20)
        child.disconnect()

    assert [1, 2] == answer


def test_without_bubblewrap_nothing_starts(tmp_path: Path) -> None:
    """The error says what to install."""
    marker = tmp_path / "marker"

    with pytest.raises(IsolationUnavailable, match="install bubblewrap") as caught:
        run_sync("touch", [marker], isolate=Bubblewrap(program="/no/such/bwrap"))

    assert "bubblewrap" == caught.value.part
    assert not marker.exists()


@needs_bwrap
def test_the_loader_of_bubblewrap_is_not_for_the_child(tmp_path: Path) -> None:
    """A library that it is told to load would run outside the container."""
    environ = {"PATH": "/usr/bin:/bin", "LD_PRELOAD": "/tmp/x.so"}

    with pytest.raises(IsolationUnavailable, match="LD_PRELOAD"):
        run_sync("true", isolate=Bubblewrap(), env=environ)


@needs_bwrap
def test_a_listed_path_must_be_there() -> None:
    """Else bubblewrap ends by itself, and says which: nothing has run."""
    with pytest.raises(CommandFailed, match="/no/such"):
        run_sync("true", isolate=Bubblewrap(read=["/no/such"]))
