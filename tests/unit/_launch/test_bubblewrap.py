from pathlib import Path
from typing import Any

import pytest

from child_process._launch.bubblewrap import enclosed
from child_process._values.bubblewrap import Bubblewrap
from child_process._values.pinned import Pin
from child_process._values.plan import LaunchPlan
from child_process.errors import IsolationUnavailable
from tests.support import samples

BWRAP = "/bin/true"
"""Any program that is there: none is started here."""
PLAN = samples.plan("/bin/cat", "-n", "--", "-x")


def argv(plan: LaunchPlan = PLAN, **options: Any) -> tuple[str, ...]:
    """Return the arguments of *plan* in a container."""
    return enclosed(plan, Bubblewrap(program=BWRAP, **options)).argv


def after(option: str, words: tuple[str, ...]) -> list[str]:
    """Return the word after each *option* of *words*."""
    return [words[at + 1] for at, word in enumerate(words) if word == option]


def test_the_program_comes_last() -> None:
    """After "--", so that none of its arguments is bubblewrap's."""
    words = argv()

    assert ("--", "/bin/cat", "-n", "--", "-x") == words[-5:]
    assert "--unshare-all" in words
    assert "--die-with-parent" in words


def test_bubblewrap_takes_the_programs_place() -> None:
    """Everything else of the plan, and its name in messages, stays."""
    plan = enclosed(PLAN, Bubblewrap(program=BWRAP))

    assert BWRAP == plan.program
    assert (PLAN.file, PLAN.stdio, PLAN.environ) == (
        plan.file,
        plan.stdio,
        plan.environ,
    )


def test_paths_are_mounted_as_they_were_listed() -> None:
    """Those to read read-only; a path that is missing is an error there."""
    words = argv(read=["/srv"], write=["/data"], runtime=False)

    assert ["/srv"] == after("--ro-bind", words)
    assert ["/data"] == after("--bind", words)
    assert [] == after("--ro-bind-try", words)


def test_the_runtime_is_mounted_read_only() -> None:
    """With the program itself; what is not on this system is left out."""
    words = argv()

    assert {"/usr", "/lib64", "/bin/cat"} <= {*after("--ro-bind-try", words)}


@pytest.mark.parametrize("network", [True, False])
def test_the_network_is_shared_where_asked(network: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Not by default."""
    assert network is ("--share-net" in argv(network=network))


def test_the_working_directory_is_entered_inside() -> None:
    """Where it is seen; outside it would be another one."""
    assert ["/srv"] == after("--chdir", argv(samples.plan("/bin/cat", cwd="/srv")))
    assert [] == after("--chdir", argv())


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        pytest.param(
            samples.plan("/bin/cat", argv=("other",)), "argv0=", id="another name"
        ),
        pytest.param(samples.plan("/bin/cat", pin=Pin()), "pinned", id="pinned"),
        pytest.param(
            samples.plan("/bin/cat", environ={b"LD_AUDIT": b"x"}),
            "LD_AUDIT",
            id="loader",
        ),
    ],
)
def test_what_it_cannot_do_is_refused(plan: LaunchPlan, words: str) -> None:
    """Rather than done in another way."""
    with pytest.raises(IsolationUnavailable, match=words):
        argv(plan)


def test_it_is_looked_up_along_our_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not along the child's; and relative parts are passed over."""
    monkeypatch.chdir(tmp_path)
    for folder in ("relative", "absolute"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "bwrap").touch(0o755)
    monkeypatch.setenv("PATH", f"relative:{tmp_path}/absolute")

    assert f"{tmp_path}/absolute/bwrap" == enclosed(PLAN, Bubblewrap()).program


def test_without_it_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing was started."""
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(IsolationUnavailable, match="install bubblewrap"):
        enclosed(PLAN, Bubblewrap())
