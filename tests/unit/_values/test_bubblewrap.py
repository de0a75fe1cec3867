import pickle
from pathlib import Path
from typing import Any

import pytest

from child_process._values.bubblewrap import Bubblewrap
from child_process.errors import OptionError, OptionTypeError


def test_by_default_it_sees_what_it_runs_by() -> None:
    """No file of the caller's, and no network."""
    plain = Bubblewrap()

    assert ((), ()) == (plain.read, plain.write)
    assert (False, True, None) == (plain.network, plain.runtime, plain.program)


def test_paths_become_text() -> None:
    """However they are given; and the value survives pickling."""
    made = Bubblewrap(read=[Path("/srv")], write=(b"/tmp",), program=Path("/opt/bwrap"))

    assert (("/srv",), ("/tmp",), "/opt/bwrap") == (made.read, made.write, made.program)
    assert made == pickle.loads(pickle.dumps(made))


@pytest.mark.parametrize(
    ("given", "kind", "option"),
    [
        ({"read": "/srv"}, OptionTypeError, "bubblewrap.read"),
        ({"write": ["srv"]}, OptionError, "bubblewrap.write[0]"),
        ({"network": 1}, OptionTypeError, "bubblewrap.network"),
        ({"runtime": "no"}, OptionTypeError, "bubblewrap.runtime"),
        ({"program": "bwrap"}, OptionError, "bubblewrap.program"),
        ({"program": 1}, OptionTypeError, "bubblewrap.program"),
    ],
)
def test_what_is_wrong_is_named(
    given: dict[str, Any], kind: type[OptionError], option: str
) -> None:
    """Before anything is started."""
    with pytest.raises(OptionError) as caught:
        Bubblewrap(**given)

    assert kind is type(caught.value)
    assert option == caught.value.option
