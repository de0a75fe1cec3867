from child_process._masked import Masked
from child_process.security.policy import strict
from child_process.security.secret_words import NoSecretWords
from tests.support import samples


def test_a_secret_among_the_arguments_is_refused() -> None:
    """The objection names its place, and not its value."""
    plan = samples.plan("/bin/ls", "-l", Masked("hunter2"))

    denials = NoSecretWords()(plan)

    assert ["secret-argument"] == [denial.rule for denial in denials]
    assert "argument 2" in denials[0].message
    assert "secret_file" in denials[0].remedy
    assert "hunter2" not in repr(denials)


def test_the_path_of_a_secret_is_none() -> None:
    """What is read by a descriptor is in no argument."""
    path = Masked("/dev/fd/t", "/dev/fd/***", ["hunter2"], exposed=False)

    assert () == NoSecretWords()(samples.plan("/bin/cat", path, "x"))


def test_strict_has_the_rule() -> None:
    """An argument that everybody can read is none for a strict program."""
    assert NoSecretWords() in strict(programs=[]).rules
