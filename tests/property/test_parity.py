from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from child_process import CommandFailed, Result, run, run_sync

SIZES = st.sampled_from([0, 1, 100, 4096, 65_536, 70_000, 300_000])


@dataclass(frozen=True)
class Plan:
    """What a command does, and under which limits."""

    stdin: int
    stdout: int
    stderr: int
    ending: str
    options: tuple[tuple[str, Any], ...]
    reads: bool = True

    def line(self) -> str:
        """Return it as a line for a shell, which does the writing itself."""
        count = "wc -c; " if self.reads else ""
        return (
            f"{count}printf %{self.stderr}s >&2; printf %{self.stdout}s; {self.ending}"
        )

    def given(self) -> dict[str, Any]:
        """Return it as options."""
        return {"input": bytes(self.stdin), **dict(self.options)}


ENDS_BY_ITSELF = st.sampled_from(
    ["exit 0", "exit 3", "exit 255", "kill -TERM $$", "kill -KILL $$", "kill -USR1 $$"]
)
FORMS = {
    "encoding": st.sampled_from(["utf-8", "latin-1", None]),
    "check": st.booleans(),
    "accept": st.sampled_from([{0}, {0, 3}, {255}]),
    "tree": st.sampled_from([True, False, "all"]),
}
# Well apart from what the command takes, so that both worlds see the same.
NO_LIMIT_IS_PASSED = st.fixed_dictionaries(
    FORMS, optional={"timeout": st.just(50.0), "overflow": st.just("truncate")}
)
TIMEOUT = st.fixed_dictionaries({**FORMS, "timeout": st.just(0.3)})
OVERFLOW = st.fixed_dictionaries(
    {**FORMS, "max_buffer": st.integers(0, 9), "overflow": st.just("kill")}
)


def plans(ending: st.SearchStrategy[str], options: Any, **sizes: Any) -> Any:
    """Return the plans that end like *ending* under *options*."""
    sizes = {"stdin": SIZES, "stdout": SIZES, "stderr": SIZES, **sizes}
    frozen = options.map(lambda given: tuple(given.items()))
    return st.builds(Plan, ending=ending, options=frozen, **sizes)


BY_ITSELF = plans(ENDS_BY_ITSELF, NO_LIMIT_IS_PASSED)
# Written long before the limit, without starting anything.
SMALL = st.sampled_from([0, 1, 4096])
TOO_LONG = plans(
    st.just("exec sleep 60"),
    TIMEOUT,
    stdout=SMALL,
    stderr=SMALL,
    reads=st.just(value=False),
)
# stderr is empty, so that it cannot pass the limit first.
TOO_MUCH = plans(
    st.just("exec sleep 60"), OVERFLOW, stdout=st.just(300_000), stderr=st.just(0)
)


def facts(outcome: Result[Any] | CommandFailed) -> tuple[Any, ...]:
    """Return what must be the same in both worlds."""
    result = outcome if isinstance(outcome, Result) else outcome.result
    same = replace(result, pid=None, duration=0.0, usage=None)
    return type(outcome), str(outcome) if result is not outcome else "", same


async def compare(plan: Plan) -> None:
    """Run *plan* on the loop and blocking, and compare what comes of it."""
    outcomes: list[Result[Any] | CommandFailed] = []

    try:
        outcomes.append(await run("sh", ["-c", plan.line()], **plan.given()))
    except CommandFailed as error:
        outcomes.append(error)
    try:
        outcomes.append(run_sync("sh", ["-c", plan.line()], **plan.given()))
    except CommandFailed as error:
        outcomes.append(error)

    assert facts(outcomes[0]) == facts(outcomes[1])


@given(plan=BY_ITSELF)
@settings(max_examples=30)
async def test_a_command_that_ends_by_itself(plan: Plan) -> None:
    """`run` and `run_sync` give the same result, or raise the same error."""
    await compare(plan)


@given(plan=TOO_LONG)
@settings(max_examples=5)
async def test_a_command_that_takes_too_long(plan: Plan) -> None:
    """Both stop it, keep what it wrote and name the time limit."""
    await compare(plan)


@given(plan=TOO_MUCH)
@settings(max_examples=10)
async def test_a_command_that_writes_too_much(plan: Plan) -> None:
    """Both stop it, keep what fits and name the stream."""
    await compare(plan)
