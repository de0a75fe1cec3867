import dataclasses
import pickle

from tests.support import samples


def test_the_arguments_are_those_after_the_name() -> None:
    """``argv[0]`` is what the program sees as its name, not an argument."""
    plan = samples.plan("/bin/ls", "-l", "/tmp")

    assert ("-l", "/tmp") == plan.args


def test_a_plan_pickles() -> None:
    """A plan can be sent to another process, for judging or starting it there."""
    plan = samples.plan("/bin/ls", "-l")

    assert plan == pickle.loads(pickle.dumps(plan))


def test_a_plan_is_copied_with_changes() -> None:
    """All else is the same; the plan itself stays as it was."""
    plan = samples.plan("/bin/ls", "-l")

    copy = plan.replacing(cwd="/tmp", umask=0o77)

    assert dataclasses.replace(plan, cwd="/tmp", umask=0o77) == copy
    assert plan.cwd is None
