import pickle
from typing import Any

import pytest

from child_process import cmd, pinned
from child_process._values.pinned import Pin, Pinned
from child_process.errors import OptionError

DIGEST = "0a" * 32


def test_a_pinned_program_is_a_path() -> None:
    """It goes wherever a program goes, with its condition."""
    program = pinned(b"/bin/ls", sha256=DIGEST.upper(), owner=0, mode=0o755)

    assert program == "/bin/ls"
    assert Pin(DIGEST, 0, 0o755) == program.pin
    assert Pin() == pinned("/bin/ls").pin


def test_it_prints_and_pickles_with_its_condition() -> None:
    """Also inside of a command."""
    command = cmd(pinned("/bin/ls", sha256=DIGEST, owner=0, mode=0o755), "-l")

    copy = pickle.loads(pickle.dumps(command))

    text = f"cmd(pinned('/bin/ls', sha256='{DIGEST}', owner=0, mode=0o755), '-l')"
    assert text == repr(command) == repr(copy)
    assert isinstance(copy.program, Pinned)
    assert Pin(DIGEST, 0, 0o755) == copy.program.pin


@pytest.mark.parametrize(
    ("path", "conditions", "option"),
    [
        pytest.param("ls", {}, "path", id="a name"),
        pytest.param("./ls", {}, "path", id="relative"),
        pytest.param("", {}, "path", id="empty"),
        pytest.param("/bin/ls", {"sha256": "12"}, "sha256", id="short digest"),
        pytest.param("/bin/ls", {"sha256": 1}, "sha256", id="number as a digest"),
        pytest.param("/bin/ls", {"owner": "root"}, "owner", id="name of a user"),
        pytest.param("/bin/ls", {"mode": 0o10000}, "mode", id="more than a mode"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(
    path: str, conditions: dict[str, Any], option: str
) -> None:
    """Before anything is opened."""
    with pytest.raises(OptionError) as caught:
        pinned(path, **conditions)

    assert option == caught.value.option
