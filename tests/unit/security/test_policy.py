import pickle
from dataclasses import dataclass, replace
from typing import Any

import pytest

from child_process import Denial, Policy, flag, guarded, positional, strict, trusted
from child_process._values.plan import LaunchPlan
from child_process.errors import OptionError, OptionTypeError
from child_process.security import KnownArguments
from child_process.security.policy import to_policy
from tests.support.plans import plan_of


@dataclass(frozen=True)
class NoArguments:
    """A rule of the program's own."""

    def __call__(self, plan: LaunchPlan) -> tuple[Denial, ...]:
        """Object to arguments."""
        return (Denial("mine", "arguments", "none"),) if plan.args else ()


def rules(policy: Policy, plan: LaunchPlan) -> list[str]:
    """Return the rules that object to *plan*."""
    return [denial.rule for denial in policy.judge(policy.arrange(plan))]


def test_trusted_is_what_node_does() -> None:
    """Nothing is judged and nothing changed, but the spelling of a flag."""
    plan = plan_of("tar", positional("--to-command=x"))

    assert plan.argv == trusted().arrange(plan).argv
    assert [] == rules(trusted(), plan)
    assert ("openssl", "-in", "a") == trusted().arrange(
        plan_of("openssl", flag("-in", "a"))
    ).argv


def test_a_plan_of_plain_words_is_not_looked_at() -> None:
    """Nor is a line for a shell."""
    plain = plan_of("tar", "-x")
    shell = replace(plan_of("sh", "-c", positional("-x")), shell=True)

    assert plain is guarded().arrange(plain)
    assert shell is guarded().arrange(shell)


def test_guarded_makes_data_safe_and_refuses_the_rest() -> None:
    """The final arguments are judged, whoever put them there."""
    plan = plan_of("sort", "-r", positional("-o"), positional("a"))

    arranged = guarded().arrange(plan)

    assert ("sort", "-r", "--", "-o", "a") == arranged.argv
    assert () == guarded().judge(arranged)
    assert ["data-as-option"] == [d.rule for d in guarded().judge(plan)]
    assert ["option"] == rules(guarded(), plan_of("tar", "--to-command=x"))
    assert [] == rules(guarded(), replace(plan_of("sh"), shell=True))


def test_argv0_stays_the_callers() -> None:
    """What the program sees as its own name is not its path."""
    plan = replace(plan_of("sort", positional("-o")), argv=("me", positional("-o")))

    assert ("me", "--", "-o") == guarded().arrange(plan).argv


def test_strict_reports_everything_at_once() -> None:
    """Program, shell and arguments in one answer."""
    line = replace(plan_of("sh", "-c", "x"), shell=True)

    policy = strict(programs=["git", "/usr/bin/sort"])

    assert "strict" == policy.name
    assert ["program", "shell"] == rules(policy, line)
    assert ["program", "option"] == rules(policy, plan_of("tar", "-C", "/x"))
    assert [] == rules(policy, plan_of("git", "status"))
    assert [] == rules(policy, plan_of("sort", positional("-o")))
    assert ["option"] == rules(policy, plan_of("sort", "-o", "x"))


@pytest.mark.parametrize(
    ("programs", "error"),
    [
        ("git", OptionTypeError),
        (5, OptionTypeError),
        ([5], OptionTypeError),
        ([""], OptionError),
    ],
)
def test_a_list_of_programs_is_a_list(programs: Any, error: type[OptionError]) -> None:
    """Of names that are some."""
    with pytest.raises(error) as caught:
        strict(programs=programs)

    assert "programs" == caught.value.option
    if programs in ("git", 5):
        expected = 'a list, ["git", "/usr/bin/tar"]'
        assert (programs, expected) == (caught.value.value, caught.value.expected)


def test_policies_add_up() -> None:
    """Both judge; neither takes back what the other refuses."""
    mine = Policy("mine", (NoArguments(),))

    both = mine & guarded()

    assert "mine & guarded" == both.name
    assert both.guards
    assert (NoArguments(), KnownArguments()) == both.rules
    assert ["mine", "option"] == rules(both, plan_of("tar", "--to-command=x"))
    assert (guarded() & mine).guards


def test_a_policy_that_adds_nothing_changes_nothing() -> None:
    """Blocks inside blocks do not grow the list."""
    policy = guarded()

    assert policy is policy & trusted()
    assert policy is policy & guarded()
    assert "trusted & guarded" == (trusted() & guarded()).name
    assert (Policy("a") & Policy("b", guards=True)).guards


@pytest.mark.parametrize("policy", [trusted(), guarded(), strict(programs=["git"])])
def test_a_policy_is_a_value(policy: Policy) -> None:
    """It compares, prints and travels."""
    assert policy == pickle.loads(pickle.dumps(policy))
    assert policy.name in repr(policy)


def test_a_rule_is_called() -> None:
    """What cannot be called is no rule; a list of rules is kept as a tuple."""
    assert (NoArguments(),) == Policy("x", [NoArguments()]).rules  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(OptionTypeError) as caught:
        Policy("x", (NoArguments(), "no"))  # type: ignore[arg-type]  # wrong on purpose
    error = caught.value
    expected = "a rule: something to call with a LaunchPlan"
    assert ("rules[1]", "no", expected) == (error.option, error.value, error.expected)


@pytest.mark.parametrize(
    ("value", "policy"),
    [("trusted", trusted()), ("guarded", guarded()), (guarded(), guarded())],
)
def test_a_policy_has_a_name(value: Any, policy: Policy) -> None:
    """The two that need no list can be given by it."""
    assert policy == to_policy(value)


@pytest.mark.parametrize("value", ["strict", "", None, Policy, 5])
def test_what_is_no_policy_is_refused(value: Any) -> None:
    """With the option's name."""
    with pytest.raises(OptionTypeError) as caught:
        to_policy(value)

    expected = 'a Policy, "trusted" or "guarded"; strict(programs=[…]) for a list'
    assert ("policy", value, expected) == (
        caught.value.option,
        caught.value.value,
        caught.value.expected,
    )
