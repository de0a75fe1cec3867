"""What holds for every test.

Each has a deadline (pytest-timeout), may be an ``async def``, and must leave no
process, descriptor, thread or task. ``--loop`` names the event loop.
"""

from __future__ import annotations

import functools
import inspect
import os
import shutil
import signal
import sys
import uuid
from collections.abc import Callable, Coroutine, Generator, Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

import hypothesis
import pytest

from tests.support import leaks, programs
from tests.support.loops import NAMES, Loops

Outcomes: TypeAlias = dict[str, pytest.TestReport]

OUTCOMES: Final = pytest.StashKey[Outcomes]()

# A slow moment of the machine is not a fault of the property.
hypothesis.settings.register_profile("default", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, print_blob=True)


# ----------------------------------------------------------------- options


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--loop``, ``--eager`` and ``--settling``."""
    group = parser.getgroup("child-process")
    group.addoption(
        "--loop", choices=NAMES, default="asyncio", help="event loop of async tests"
    )
    group.addoption(
        "--eager", action="store_true", help="start tasks eagerly (Python >= 3.12)"
    )
    group.addoption(
        "--settling",
        type=float,
        default=1.0,
        help="seconds in which what a test ended may still be on its way out",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what cannot be had, and pick the profile of property tests."""
    if config.getoption("loop") == "uvloop":
        try:
            import uvloop  # noqa: F401 - whether it can be
        except ImportError:
            message = "--loop=uvloop: uvloop is not installed"
            raise pytest.UsageError(message) from None
    if config.getoption("eager") and sys.version_info < (3, 12):
        message = "--eager needs Python 3.12 or newer"
        raise pytest.UsageError(message)
    hypothesis.settings.load_profile("ci" if in_ci() else "default")
    _heed_signals()


def _heed_signals() -> None:
    """Ignore no signal that ends programs: what a test starts would as well.

    A shell starts what it puts into the background with SIGINT ignored, nohup
    with SIGHUP ignored.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


def pytest_report_header(config: pytest.Config) -> str:
    """Say which loop this run is about."""
    eager = ", eager tasks" if config.getoption("eager") else ""
    return f"event loop: {config.getoption('loop')}{eager}"


def in_ci() -> bool:
    """Whether this run decides about a change, so that nothing may be missing."""
    return os.environ.get("CI") == "true"


# ------------------------------------------------------------- async tests


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run an ``async def`` test; with Hypothesis' `given`, each example."""
    function = pyfuncitem.obj
    loops = loops_of(pyfuncitem.config)
    if inspect.iscoroutinefunction(function):
        names = pyfuncitem._fixtureinfo.argnames
        arguments = {name: pyfuncitem.funcargs[name] for name in names}
        loops.run(lambda: function(**arguments))
        return True
    handle = getattr(function, "hypothesis", None)
    if handle is not None and inspect.iscoroutinefunction(handle.inner_test):
        handle.inner_test = _blocking(handle.inner_test, loops)
    return None


def _blocking(
    function: Callable[..., Coroutine[Any, Any, Any]], loops: Loops
) -> Callable[..., Any]:
    @functools.wraps(function)
    def blocking(*args: Any, **kwargs: Any) -> Any:
        return loops.run(lambda: function(*args, **kwargs))

    # `wraps` leads inspect back to the async function.
    del blocking.__wrapped__
    return blocking


def loops_of(config: pytest.Config) -> Loops:
    """Return the loops that the command line asked for."""
    return Loops(
        config.getoption("loop"),
        eager=config.getoption("eager"),
        settling=config.getoption("settling"),
    )


@pytest.fixture(scope="session")
def loops(pytestconfig: pytest.Config) -> Loops:
    """The event loops of this run, for a test that makes its own."""
    return loops_of(pytestconfig)


# -------------------------------------------------------------- left behind


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep each phase's report, for `nothing_left_behind`."""
    report = yield
    item.stash.setdefault(OUTCOMES, {})[report.when] = report
    return report


@pytest.fixture(scope="session", autouse=True)
def warmed_up(pytestconfig: pytest.Config) -> None:
    """Let everything that lasts come to be before the first test is watched.

    The library's launcher thread and its descriptors, and the signal pipe that
    libuv makes once a process.
    """

    async def nothing() -> None: ...

    loops_of(pytestconfig).run(nothing)
    try:
        from child_process import run_sync
    except ImportError:  # its own tests say so better
        return
    run_sync("true")


@pytest.fixture(autouse=True)
def nothing_left_behind(
    request: pytest.FixtureRequest, warmed_up: None
) -> Iterator[None]:
    """Fail a test that leaves a process, a descriptor or a thread.

    A test that failed already is not blamed twice: what it left is shown.
    """
    token = uuid.uuid4().hex
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(leaks.VARIABLE, token)
        watch = leaks.Watch(token)
        yield
        left = watch.settled(request.config.getoption("settling"))
    if not left:
        return
    words = str(left)
    leaks.end(left.processes)
    called = request.node.stash.get(OUTCOMES, {}).get("call")
    if called is not None and called.failed:
        request.node.add_report_section("teardown", "left behind", words)
        return
    pytest.fail(f"the test left behind:\n{words}", pytrace=False)


# --------------------------------------------------------- what tests ask for


@pytest.fixture(scope="session")
def program_dir() -> Path:
    """Where the programs are that tests start."""
    return programs.PROGRAMS


@pytest.fixture(scope="session")
def node() -> str:
    """The path of a real Node.js."""
    return require_node()


def require_node() -> str:
    """Return where Node.js is, or skip; in CI a missing one is an error."""
    found = shutil.which("node")
    if found is None and in_ci():
        pytest.fail("CI=true, but there is no node in PATH", pytrace=False)
    if found is None:
        pytest.skip("needs node")
    return found


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Heed the markers ``node`` and ``stress``."""
    if item.get_closest_marker("node"):
        require_node()
    stressed = os.environ.get("CHILD_PROCESS_STRESS_SECONDS")
    if item.get_closest_marker("stress") and not stressed:
        pytest.skip("stress tests are off: set CHILD_PROCESS_STRESS_SECONDS")
