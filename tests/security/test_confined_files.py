"""Landlock: files and ports outside the list do not exist for the child."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from child_process import (
    Isolation,
    Landlock,
    SpawnError,
    pinned,
    run,
    run_sync,
    secret_file,
    spawn,
)
from tests.support import attempts
from tests.support.confining import NOBODY, native, open_folder, root

pytestmark = native

ANY_PORT = {"connect": "any", "bind": "any"}


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Listen at a port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@pytest.fixture
def folder() -> Iterator[Path]:
    """Make a folder with one to read, one to write, and a file outside both."""
    with open_folder() as made:
        for name in ("read", "write"):
            (made / name).mkdir()
            (made / name).chmod(0o777)
            (made / name / "file").write_text(name)
        (made / "secret").write_text("secret")
        yield made


def everything(folder: Path, port: int) -> dict[str, str]:
    """Return what a child without confinement can all do, line by line."""
    link = str(folder / "write/link")
    return {
        "read listed": f"open({str(folder / 'read/file')!r}).read()",
        "write listed": f"open({str(folder / 'write/new')!r}, 'w').write('x')",
        "remove listed": f"os.unlink({str(folder / 'write/new')!r})",
        "null": "open('/dev/null', 'w').write('x')",
        "random": "open('/dev/urandom', 'rb').read(1)",
        "program": "subprocess.run(['true'], check=True)",
        "write read-only": f"open({str(folder / 'read/new')!r}, 'w').write('x')",
        "read outside": f"open({str(folder / 'secret')!r}).read()",
        "write outside": f"open({str(folder / 'new')!r}, 'w').write('x')",
        "empty outside": f"os.truncate({str(folder / 'secret')!r}, 6)",
        "link outside": f"os.link({str(folder / 'secret')!r}, {link!r}); os.unlink({link!r})",
        "list outside": f"os.listdir({str(folder)!r})",
        "users": "open('/etc/passwd').read()",
        "our environment": f"open('/proc/{os.getpid()}/environ').read()",
        "connect": f"socket.socket().connect(('127.0.0.1', {port}))",
        "listen": "socket.socket().bind(('127.0.0.1', 0))",
    }


LISTED = {
    *("read listed", "write listed", "remove listed", "null", "random", "program"),
}


def confined(folder: Path, **options: object) -> Isolation:
    """Return an isolation with the two listed folders of *folder*."""
    read, write = [folder / "read"], [folder / "write"]
    return Isolation(landlock={"read": read, "write": write, **options})


async def test_only_what_is_listed_is_there(
    folder: Path, listener: socket.socket
) -> None:
    """Denied in the child: reading, writing and connecting outside the list."""
    port = listener.getsockname()[1]
    program, *args = attempts.python(everything(folder, port))

    free = attempts.told((await run(program, args)).text)
    held = await run(program, args, isolate=confined(folder))

    denied = {name for name, what in attempts.told(held.text).items() if what != "done"}
    assert {"done"} == {*free.values()}
    assert free.keys() - LISTED == denied
    assert {"EACCES", "EXDEV", "EPERM", "done"} >= {*attempts.told(held.text).values()}


async def test_the_parent_stays_free(folder: Path, listener: socket.socket) -> None:
    """What the child gives up, we still have: while it runs, and after."""
    async with spawn("cat", isolate=Isolation(landlock=Landlock())) as child:
        await child.stdout.read(0) if child.stdout else None
        assert "secret" == (folder / "secret").read_text()
        (folder / "new").write_text("x")
        with socket.create_connection(listener.getsockname()):
            pass
        assert (
            "read\n"
            == (await run("sh", ["-c", f"cat {folder}/read/file; echo"])).stdout
        )
        assert child.stdin is not None
        child.stdin.end()

    assert "x" == (folder / "new").read_text()


def test_a_listed_port_can_be_reached(folder: Path, listener: socket.socket) -> None:
    """That one, and no other."""
    port = listener.getsockname()[1]
    lines = {
        "listed": f"socket.socket().connect(('127.0.0.1', {port}))",
        "other": f"socket.socket().connect(('127.0.0.1', {port - 1}))",
    }
    program, *args = attempts.python(lines)

    result = run_sync(program, args, isolate=confined(folder, connect=[port]))

    assert {"listed": "done", "other": "EACCES"} == attempts.told(result.stdout)


def test_grandchildren_are_held_too(folder: Path) -> None:
    """What a child starts can do no more than the child."""
    line = f"(setsid sh -c 'cat {folder}/secret' ; cat {folder}/read/file)"

    result = run_sync("sh", ["-c", line], isolate=confined(folder))

    assert "read" == result.stdout
    assert "Permission denied" in (result.stderr or "")


def test_what_is_written_cannot_be_executed(folder: Path) -> None:
    """Unless the folder is listed for reading as well."""
    script = folder / "write/script"
    script.write_text("#!/bin/sh\necho ran\n")
    script.chmod(0o755)
    words = ["-c", f"{script}"]

    held = run_sync("sh", words, isolate=confined(folder), check=False)
    both = Landlock(read=[folder], write=[folder / "write"])
    free = run_sync("sh", words, isolate=Isolation(landlock=both))

    assert 126 == held.code
    assert "ran\n" == free.stdout


def test_a_script_runs_with_its_interpreter(folder: Path) -> None:
    """The program and the interpreter of its first line need no listing."""
    script = folder / "script"
    script.write_text(f"#!{sys.executable} -S\nprint('ran')\n")
    script.chmod(0o755)

    result = run_sync(str(script), isolate=Isolation(landlock=Landlock()))

    assert "ran\n" == result.stdout


def test_without_the_runtime_nothing_runs(folder: Path) -> None:
    """Then even the program must be listed: the start itself is denied."""
    with pytest.raises(SpawnError) as caught:
        run_sync("true", isolate=Isolation(landlock=Landlock(runtime=False)))

    assert "EACCES" == caught.value.code
    assert "exec" == caught.value.step


def test_a_path_that_is_not_there_starts_nothing(folder: Path) -> None:
    """A list with a mistake in it is not put in force in part."""
    descriptors = os.listdir("/proc/self/fd")
    isolate = Isolation(landlock=Landlock(read=[folder / "nosuch"]))

    with pytest.raises(SpawnError, match="nosuch") as caught:
        run_sync("touch", [str(folder / "write/ran")], isolate=isolate)

    assert ("ENOENT", "landlock") == (caught.value.code, caught.value.step)
    assert not (folder / "write/ran").exists()
    assert descriptors == os.listdir("/proc/self/fd")


def test_readonly_reads_and_nothing_else(folder: Path, listener: socket.socket) -> None:
    """The preset: files to read, none to write, no socket."""
    port = listener.getsockname()[1]
    program, *args = attempts.python(everything(folder, port))
    isolate = Isolation.readonly([folder / "read"])

    result = run_sync(program, args, isolate=isolate)

    done = {
        name for name, what in attempts.told(result.stdout).items() if what == "done"
    }
    assert {"read listed", "null", "random", "program"} == done


@root
def test_it_holds_with_another_user_and_directory(folder: Path) -> None:
    """Isolation with cwd=, uid= and gid= is all of them at once."""
    result = run_sync(
        "sh",
        ["-c", "id -u; cat file; cat ../secret; echo x > new; cat new"],
        isolate=confined(folder),
        cwd=str(folder / "write"),
        uid=NOBODY,
        gid=NOBODY,
    )

    assert [str(NOBODY), "writex"] == result.text.split()
    assert "../secret: Permission denied" in (result.stderr or "")
    assert NOBODY == (folder / "write/new").stat().st_uid


def test_a_pinned_program_runs_confined(folder: Path) -> None:
    """It is executed by its descriptor, of a file that need not be listed."""
    script = folder / "script"
    script.write_text("#!/bin/sh\necho ran; cat ${0%/*}/secret\n")
    script.chmod(0o755)
    program = pinned(str(script), owner=os.getuid())

    result = run_sync(program, isolate=confined(folder), check=False)

    assert "ran" == result.text
    assert "secret" not in (result.stdout or "")


def test_a_secret_file_can_be_read(folder: Path) -> None:
    """It was open before the child confined itself, and is nobody else's."""
    secret = secret_file("s3cret")

    result = run_sync("cat", [secret], isolate=Isolation.readonly([]))

    assert "s3cret" == result.text
