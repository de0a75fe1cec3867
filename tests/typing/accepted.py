"""What type checkers must accept, and what they must make of it. Never run."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, BinaryIO, Literal, LiteralString, assert_type

from child_process import (
    AbortController,
    AuditRecord,
    Bubblewrap,
    BufferedProcess,
    ChildProcess,
    Command,
    CommandFailed,
    Denial,
    Duplex,
    ExitStatus,
    Explanation,
    Isolation,
    Landlock,
    Policy,
    PolicyDenied,
    Readable,
    Result,
    Secret,
    ShellCommand,
    SpawnError,
    SyncResult,
    Usage,
    Writable,
    cmd,
    exec,
    exec_file,
    exec_file_sync,
    exec_sync,
    explain,
    flag,
    guarded,
    launching,
    on_audit,
    pinned,
    positional,
    quote,
    raw,
    run,
    run_command,
    run_sync,
    secret_file,
    sh,
    spawn,
    spawn_sync,
    strict,
    template,
    trusted,
    validate,
    which,
)


async def a_child_is_streamed() -> None:
    child = spawn("ls", ["-la"], cwd=Path("/tmp"), env={"A": "b"}, timeout=1)
    assert_type(child, ChildProcess)
    assert_type(child.stdin, Writable | None)
    assert_type(child.stdout, Readable | None)
    assert_type(child.pid, int | None)
    assert_type(child.exit_code, int | None)
    assert_type(child.kill(), bool)
    assert_type(child.kill(signal.SIGINT), bool)
    assert_type(await child.wait(), ExitStatus)
    assert_type(await child.wait_closed(), ExitStatus)
    async with spawn("cat", stdio=["pipe", "ignore", 2]) as entered:
        assert_type(entered, ChildProcess)
    async with spawn("ls") as listed:
        async for line in listed.lines():
            assert_type(line.stream, Literal["stdout", "stderr"])
            assert_type(line.text, str)


async def arguments_have_types(path: Path, data: str) -> None:
    words = [flag("--out", path), positional(data), raw(b"-x"), "plain"]
    assert_type(await run("sort", words, policy="guarded"), Result[str])
    assert_type(run_sync("sort", words, policy=strict(["sort", path])), Result[str])
    assert_type(guarded() & trusted(), Policy)
    with launching(Policy("mine", (), guards=True)) as policy:
        assert_type(policy, Policy)
    try:
        await run("sort", words)
    except PolicyDenied as error:
        assert_type(error.denials, tuple[Denial, ...])


async def streams_are_pulled(stdin: Writable, stdout: Readable) -> None:
    assert_type(stdin.write(b"x"), bool)
    await stdin.drain()
    stdin.end("the end")
    assert_type(await stdout.read(), bytes)
    assert_type(await stdout.text(), str)
    async for line in stdout.lines():
        assert_type(line, str)


async def an_encoding_decides_about_text_or_bytes() -> None:
    child = exec("ls")
    _ = assert_type(child, BufferedProcess[str])
    assert_type(await child, Result[str])
    assert_type(await exec("ls"), Result[str])
    assert_type(await exec("ls", encoding=None), Result[bytes])
    assert_type(await exec_file("ls", ["-l"]), Result[str])
    assert_type(await run("ls"), Result[str])
    assert_type(await run("ls", encoding="latin-1", check=False), Result[str])
    assert_type(await run("ls", encoding=None), Result[bytes])
    assert_type(await run(cmd("ls", "-l")), Result[str])
    assert_type(await run_command("ls", ["-l"]), Result[str])
    assert_type((await run("ls")).stdout, str | None)
    assert_type((await run("ls")).lines(), list[str])


def the_blocking_forms_say_the_same() -> None:
    assert_type(run_sync("ls"), Result[str])
    assert_type(run_sync("ls", encoding=None), Result[bytes])
    assert_type(exec_sync("ls"), bytes | None)
    assert_type(exec_sync("ls", encoding="utf-8"), str | None)
    assert_type(exec_file_sync("ls", ["-l"]), bytes | None)
    assert_type(spawn_sync("ls"), SyncResult[bytes])
    assert_type(spawn_sync("ls", encoding="utf-8"), SyncResult[str])


async def an_encoding_may_be_known_at_run_time(encoding: str | None) -> None:
    assert_type(await run("ls", encoding=encoding), Result[str] | Result[bytes])
    assert_type(run_sync("ls", encoding=encoding), Result[str] | Result[bytes])


async def what_a_child_reads_comes_from_anywhere(
    file: BinaryIO, later: AsyncIterator[bytes], child: ChildProcess
) -> None:
    run_sync("cat", input="text")
    run_sync("cat", input=b"bytes")
    run_sync("cat", input=Path("file"))
    run_sync("cat", input=file)
    run_sync("cat", input=["a", b"b"])
    run_sync("cat", input=(str(number) for number in range(3)))
    await run("cat", input=later)
    spawn("cat", stdio=[child.stdout, "inherit", file])
    spawn("cat", stdio="ignore").on("close", print).once("exit", print).off("x", print)


async def descriptors_above_two_go_both_ways(child: ChildProcess) -> None:
    extra = child.stdio[3]
    if isinstance(extra, Duplex):
        assert_type(extra.write("x"), bool)
        assert_type(await extra.read(1), bytes)


def what_is_known_of_an_end(result: Result[str], sync: SyncResult[bytes]) -> None:
    assert_type(result.code, int | None)
    assert_type(result.signal, str | None)
    assert_type(result.output, tuple[str | None, ...])
    assert_type(result.usage, Usage | None)
    assert_type(result.json(), Any)
    assert_type(sync.stdout, bytes | None)
    assert_type(sync.error, Exception | None)
    assert_type(sync.output, tuple[bytes | None, ...] | None)


def a_command_is_a_value() -> None:
    listing = cmd("ls", Path("/tmp"), b"raw")
    assert_type(listing, Command)
    assert_type(listing.with_("-l", cwd="/"), Command)
    assert_type({listing: 1}, dict[Command, int])


async def options_are_what_the_reference_says(file: Path) -> None:
    controller = AbortController()
    await run(
        "tool",
        ["-v", file, b"raw"],
        accept={0, 1},
        check=False,
        detached=True,
        drain=None,
        input=[b"a", b"b"],
        kill_signal="SIGINT",
        max_buffer=1024,
        overflow="truncate",
        shell="/bin/bash",
        signal=controller.signal,
        teardown=[("SIGINT", 1.0), (signal.SIGTERM, 2.0)],
        tree="all",
    )


def a_callback_is_nodes(command: LiteralString) -> None:
    def done(error: Exception | None, stdout: Any, stderr: Any) -> None:
        print(error, stdout, stderr)

    children = [exec(command, done, timeout=1.0), exec_file(command, ["x"], done)]
    assert_type(children, list[BufferedProcess[str]])


def errors_hold_facts(failed: CommandFailed, unstarted: SpawnError) -> None:
    assert_type(failed.code, str)
    assert_type(failed.signal, str | None)
    assert_type(unstarted.path, str)
    assert_type(unstarted.spawnargs, tuple[str, ...])


def a_value_is_checked(value: str) -> None:
    assert_type(validate(value), str)


async def data_go_into_templates(name: str, names: list[str]) -> None:
    line = sh("cat {name} {names}", name=name, names=names)
    assert_type(line, ShellCommand)
    assert_type(line.line, str)
    assert_type(await exec(line), Result[str])
    assert_type(await exec(line, encoding=None), Result[bytes])
    assert_type(await run(line), Result[str])
    assert_type(run_sync(line, shell="/bin/bash"), Result[str])
    assert_type(exec_sync(line, encoding="utf-8"), str | None)
    assert_type(spawn_sync(line), SyncResult[bytes])
    assert_type(spawn(line), ChildProcess)
    command = template("cat {name}", name=name)
    assert_type(command, Command)
    assert_type(await run_command(command), Result[str])
    assert_type(quote(name), str)
    assert_type(quote(name, ["sh", "ssh"]), str)


async def a_child_is_confined() -> None:
    landlock = Landlock(read=["/a", Path("/b"), b"/c"], write=(), connect=[443])
    await run("ls", isolate=Isolation(landlock=landlock, seccomp=["offline", "chmod"]))
    await run("ls", isolate=Isolation(landlock={"read": ["/a"]}, namespaces=["net"]))
    spawn("ls", isolate=Isolation.readonly(["/a"]))
    run_sync("ls", isolate=Bubblewrap(write=["/a"], network=True))
    assert_type(Isolation.offline(), Isolation)


async def secrets_and_environments_are_options(name: str) -> None:
    token = Secret(name)
    assert_type(token.reveal(), str | bytes)
    await run("ls", [token, secret_file(token)], env={"A": token}, input=token)
    await run("ls", env_policy="scrub", allow_env=["A"])
    spawn("ls", env_policy="clean")
    run_sync(pinned("/bin/ls", owner=0, mode=0o755), ["-l"])
    assert_type(which("ls", env={"PATH": "/bin"}, cwd=Path("/")), str | None)
    assert_type(explain(sh("ls {name}", name=name), timeout=1.0), Explanation)
    assert_type(explain("ls").as_dict(), dict[str, Any])


def starts_are_written_down(records: list[AuditRecord]) -> None:
    remove = on_audit(records.append)
    assert_type(remove(), None)
    assert_type(records[0].pid, int | None)
