"""What type checkers must object to. Never run.

Each line is excused, for mypy and, where mypy's excuse does not do, for pyright;
an excuse that is not needed is an error to both. What is struck through, pyright
alone sees: mypy takes every text for a literal.
"""

import child_process
from child_process import (
    BufferedProcess,
    ChildProcess,
    Emitter,
    Secret,
    cmd,
    exec,
    exec_file,
    exec_sync,
    run,
    run_command,
    run_sync,
    sh,
    spawn,
    spawn_sync,
    validate,
)


def names_are_those_of_the_reference() -> None:
    _ = child_process.execa  # type: ignore[attr-defined]
    _ = child_process.execFile  # type: ignore[attr-defined]


async def options_have_names() -> None:
    spawn("ls", max_buffer=1)  # type: ignore[call-arg]  # not of a stream
    spawn("ls", maxBuffer=1)  # type: ignore[call-arg]  # Python's case
    spawn("ls", encoding="utf-8")  # type: ignore[call-arg]  # set_encoding()
    await run("ls", timout=1)  # type: ignore[call-overload]  # a slip
    await run_command("ls", check=True, chek=True)  # type: ignore[call-overload]
    run_sync("ls", callback=print)  # type: ignore[call-overload]  # nothing to wait for
    exec_sync("ls", {"cwd": "/"})  # type: ignore[call-overload]  # Node's object


async def options_have_types() -> None:
    spawn("ls", cwd=1)  # type: ignore[arg-type]
    spawn("ls", tree="some")  # type: ignore[arg-type]
    spawn("ls", env=["A=b"])  # type: ignore[arg-type]
    spawn("ls", env={"A": 1})  # type: ignore[dict-item]
    spawn("ls", timeout="1s")  # type: ignore[arg-type]
    spawn("ls", signal="SIGTERM")  # type: ignore[arg-type]  # kill_signal
    spawn("ls", stdio=1.5)  # type: ignore[arg-type]
    spawn("ls", teardown=["SIGTERM"])  # type: ignore[list-item]
    spawn("ls", input=1)  # type: ignore[arg-type]
    spawn("ls", uid="root")  # type: ignore[arg-type]
    run_sync("ls", overflow="grow")  # type: ignore[call-overload]
    run_sync("ls", accept=0)  # type: ignore[call-overload]
    spawn_sync("ls", encoding=1)  # type: ignore[call-overload]


async def words_are_strings() -> None:
    spawn(["ls", "-l"])  # type: ignore[arg-type]  # the program, then its arguments
    spawn("ls", ["-l", 1])  # type: ignore[list-item]
    spawn("ls", {"cwd": "/"})  # type: ignore[arg-type]  # Node's object
    cmd("sleep", 1)  # type: ignore[arg-type]
    validate(1)  # type: ignore[arg-type]


async def callbacks_take_three() -> None:
    _ = exec_file("ls", [], print)
    _ = exec("ls", input)  # type: ignore[arg-type]


async def a_stream_is_not_awaited(child: ChildProcess) -> None:
    await spawn("ls")  # type: ignore[misc]
    child.kill(1.5)  # type: ignore[arg-type]
    child.stdout.read()  # type: ignore[union-attr]  # may be None
    await child.lines()  # type: ignore[misc]  # `async for`


async def text_is_not_bytes(text: BufferedProcess[str]) -> None:
    (await text).text.decode()  # type: ignore[attr-defined]
    failed: bytes = (await run("ls")).stdout  # type: ignore[assignment]
    other: str = (await run("ls", encoding=None)).stdout  # type: ignore[assignment]
    print(failed, other)


async def results_are_frozen() -> None:
    result = await run("ls")
    result.code = 1  # type: ignore[misc]
    cmd("ls").program = "cat"  # type: ignore[misc]


def listeners_can_be_called(emitter: Emitter) -> None:
    emitter.on("close", "print")  # type: ignore[arg-type]
    emitter.on(print)  # type: ignore[call-arg, arg-type]


async def a_line_is_a_literal(name: str) -> None:
    _ = exec("cat " + name)  # pyright: ignore[reportDeprecated]  # sh()
    _ = exec(f"cat {name}", encoding=None)  # pyright: ignore[reportDeprecated]
    exec_sync(name)  # pyright: ignore[reportDeprecated]
    sh(name.encode())  # type: ignore[arg-type]
    exec_file(sh("ls"))  # type: ignore[call-overload]  # it has no shell
    await run_command(sh("ls"))  # type: ignore[call-overload]


async def a_level_is_one_of_three(token: Secret) -> None:
    await run("ls", env_policy="strict")  # type: ignore[call-overload]
    token.value  # type: ignore[attr-defined]  # noqa: B018 - never run
