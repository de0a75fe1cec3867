"""A guard that objects to everyday work is switched off: it does not."""

from collections import Counter

from child_process import guarded
from child_process.security.catalogue import known
from tests.support.command_lines import lines_of
from tests.support.plans import plan_of

LINES = lines_of("ordinary-commands.json")


def test_ordinary_lines_pass() -> None:
    """Every line of the file, of every program with a table."""
    policy = guarded()

    objections = {
        line: [str(each) for each in policy.judge(policy.arrange(plan_of(*line)))]
        for line in LINES
    }

    assert len(LINES) >= 250
    assert {} == {line: found for line, found in objections.items() if found}


def test_plain_lines_are_not_changed() -> None:
    """Only data gets `--` or `./`, and only where it needs one."""
    policy = guarded()
    plain = [line for line in LINES if all(type(word) is str for word in line)]

    assert plain == [policy.arrange(plan_of(*line)).argv for line in plain]


def test_most_programs_have_ordinary_lines() -> None:
    """A table that is never used as it should be may refuse everything."""
    used = Counter(line[0] for line in LINES)

    without = [name for name, names in known().items() if not used[names[0]]]

    assert sorted(without) == ["chroot", "socat", "unshare"]
