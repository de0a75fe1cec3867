"""What `fork` runs: a path, a module, a function, a Node script."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from child_process import OptionError, OptionTypeError, fork, process
from tests.channel.children import Script, closed, finished, forked, written
from tests.support import hosts, programs

HERE = Path(__file__).parent


def tell(*args: str) -> None:
    """Send what it was called with; called in a child."""
    process.send({"args": args, "pid": os.getpid()})


async def tell_later(*args: str) -> None:
    """Do the same, as a coroutine function."""
    process.send({"args": args, "pid": os.getpid()})


class Home:
    """A function can be at home in a class."""

    @staticmethod
    def tell(*args: str) -> None:
        """Send what it was called with."""
        process.send({"args": args})

    def method(self) -> None:
        """Need an object, which does not travel."""


@pytest.mark.parametrize("kind", [str, Path, os.fsencode], ids=["str", "path", "bytes"])
async def test_a_path_of_a_python_file(kind: type) -> None:
    """It runs as `__main__`, with its arguments in `sys.argv`."""
    path = programs.path("ipc_facts.py")

    messages, status = await finished(forked(kind(path), ["one", "two words"]))

    assert 0 == status
    [facts] = messages
    assert [path, "one", "two words"] == facts["argv"]
    assert "__main__" == facts["name"]
    assert os.path.dirname(path) == facts["path"][0]


async def test_a_compiled_file(tmp_path: Path) -> None:
    """A ``.pyc`` runs like its source."""
    import py_compile

    compiled = str(tmp_path / "facts.pyc")
    py_compile.compile(programs.path("ipc_facts.py"), cfile=compiled)

    messages, status = await finished(forked(compiled, ["x"]))

    assert (0, [compiled, "x"]) == (status, messages[0]["argv"])


async def test_a_dotted_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is imported from where we import, relative imports and all."""
    written(tmp_path, "pack/__init__.py", "")
    written(tmp_path, "pack/word.py", "WORD = 'hello'")
    main = "from child_process import process\nfrom .word import WORD\n"
    written(
        tmp_path,
        "pack/main.py",
        main + "import sys\nprocess.send([WORD, *sys.argv[1:]])",
    )
    monkeypatch.syspath_prepend(tmp_path)

    messages, status = await finished(forked("pack.main", ["a"]))

    assert ([["hello", "a"]], 0) == (messages, status)


@pytest.mark.parametrize("function", [tell, tell_later, Home.tell])
async def test_an_importable_function(
    function: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is called in the child, a coroutine function in a loop of its own."""
    # Under pytest this module is in no folder that is imported from.
    monkeypatch.syspath_prepend(HERE)
    monkeypatch.setitem(sys.modules, "test_fork_targets", sys.modules[__name__])
    monkeypatch.setattr(function, "__module__", "test_fork_targets")

    child = fork(function, ["1", "2"])
    messages, status = await finished(child)

    assert (0, ["1", "2"]) == (status, messages[0]["args"])


@pytest.mark.node
async def test_a_node_script() -> None:
    """What ends in .js is run by node, whose `process` has the channel."""
    path = programs.path("ipc_facts.js")

    messages, status = await finished(fork(path, ["a", "b c"]))

    assert 0 == status
    assert [path, "a", "b c"] == messages[0]["argv"][1:]
    assert messages[0]["connected"]


@pytest.mark.node
@pytest.mark.parametrize(
    ("name", "source"),
    [
        pytest.param(
            "child.mjs",
            "import p from 'node:process'; p.send(1); p.disconnect()",
            id="module",
        ),
        pytest.param("child.cjs", "process.send(1); process.disconnect()", id="common"),
    ],
)
async def test_a_node_module(script: Script, name: str, source: str) -> None:
    """So are modules of either kind."""
    child = fork(script(source, name))

    assert ([1], 0) == await finished(child)


async def test_a_file_of_any_suffix_with_exec_path(script: Script) -> None:
    """`exec_path` names what runs it; the channel is where Node's would be."""
    path = script('printf \'"%s"\\n\' "$1" >&"$NODE_CHANNEL_FD"', "child.sh")

    child = fork(path, ["hi"], exec_path="/bin/sh")

    assert (["hi"], 0) == await finished(child)


async def test_a_missing_file_is_the_childs_failure(script: Script) -> None:
    """As in Node: the interpreter starts, finds nothing, and says so."""
    child = forked("no/such/file.py", stdio=["ignore", "ignore", "pipe", "ipc"])
    assert child.stderr is not None

    words = await child.stderr.text()

    assert 1 == await closed(child)
    assert "No such file or directory: 'no/such/file.py'" in words


async def _nested() -> Callable[[], None]:
    def inside() -> None: ...

    return inside


@pytest.mark.parametrize(
    "module",
    [
        pytest.param(lambda: None, id="lambda"),
        pytest.param(Home().method, id="method"),
        pytest.param(Home(), id="object"),
        pytest.param(5, id="number"),
        pytest.param(None, id="none"),
    ],
)
async def test_what_cannot_be_imported_is_refused(module: Any) -> None:
    """The child would not find it: said before anything starts."""
    with pytest.raises(OptionTypeError):
        fork(module)


async def test_a_function_inside_another_is_refused() -> None:
    """Its name leads nowhere."""
    with pytest.raises(OptionTypeError, match="none inside another"):
        fork(await _nested())


async def test_a_function_under_anothers_name_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The child would call the other one."""

    def impostor() -> None: ...

    monkeypatch.setattr(impostor, "__qualname__", "tell")

    with pytest.raises(OptionTypeError):
        fork(impostor)


@pytest.mark.parametrize("module", ["", "./child.txt", "a/b", "a b", "3x"])
async def test_what_is_no_module_is_refused(module: str) -> None:
    """A path that nothing says how to run, and a name that is none."""
    with pytest.raises(OptionError):
        fork(module)


FUNCTION_OF_MAIN = """
import asyncio, sys
from child_process import fork, process

def work(word):
    process.send([word, __name__])

async def work_later(word):
    await asyncio.sleep(0)
    process.send([word, __name__])

async def main():
    for function in work, work_later:
        child = fork(function, ["hi"])
        print(await child.receive(), (await child.wait_closed()).code)

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.mark.parametrize("name", ["parent.py", "parent"])
def test_a_function_of_the_parents_script(script: Script, name: str) -> None:
    """The child imports the script under another name, whatever its suffix."""
    ended = subprocess.run(
        [sys.executable, script(FUNCTION_OF_MAIN, name)],
        capture_output=True,
        text=True,
        check=False,
    )

    expected = "['hi', '__parent_main__'] 0\n"
    assert (2 * expected, "", 0) == (ended.stdout, ended.stderr, ended.returncode)


def test_a_function_of_a_module_run_by_name(tmp_path: Path) -> None:
    """With ``python -m``, the child imports it from its package."""
    written(tmp_path, "pack/__init__.py", "")
    written(tmp_path, "pack/word.py", "WORD = 'hi'")
    source = FUNCTION_OF_MAIN.replace('"hi"', "WORD")
    written(tmp_path, "pack/main.py", "from .word import WORD\n" + source)

    ended = subprocess.run(
        [sys.executable, "-m", "pack.main"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(hosts.SOURCES)},
    )

    expected = "['hi', 'pack.main'] 0\n"
    assert (2 * expected, "", 0) == (ended.stdout, ended.stderr, ended.returncode)


def test_a_function_of_no_file_is_refused() -> None:
    """What was typed in, or given by -c, is nowhere to be imported from."""
    said = hosts.said(
        """
        import asyncio
        from child_process import OptionTypeError, fork

        def work(): ...

        async def main():
            try:
                fork(work)
            except OptionTypeError as error:
                print(error)

        asyncio.run(main())
        """
    )

    assert "a function of a file" in said
