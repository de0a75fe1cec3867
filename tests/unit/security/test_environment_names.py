import json
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from child_process.security.environment_names import (
    LOADS_CODE,
    MISLEADS,
    SECRET,
    SECRET_PATTERNS,
)

DATA: Any = json.loads(
    Path(__file__).parents[2].joinpath("data", "dangerous-env.json").read_text("utf-8")
)
CHECKED = {"TZ", "LANG", "LANGUAGE", "LINGUAS", "COLORTERM", "TERM", "LC_*", "PATH"}
"""They are judged by their values."""


def test_every_dangerous_name_is_listed_once() -> None:
    """What the study found is in the lists, and not in two of them."""
    loads = [name for names in LOADS_CODE.values() for name in names]
    misleads = [name for names in MISLEADS.values() for name in names]
    secrets = [*SECRET, *SECRET_PATTERNS]
    known = {one["name"] for one in DATA["variables"]}

    listed = [*loads, *misleads, *secrets]

    assert set() == known - CHECKED - set(listed)
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("effect", ["exec", "code", "lib"])
def test_what_runs_code_is_listed_as_such(effect: str) -> None:
    """A name with this effect is among those that load code."""
    loads = {name for names in LOADS_CODE.values() for name in names}
    named = {one["name"] for one in DATA["variables"] if one["effect"] == effect}

    assert set() == named - CHECKED - loads


def test_patterns_match_names_in_upper_case() -> None:
    """They are compared with the name in upper case, so they are in it too."""
    assert all(pattern == pattern.upper() for pattern in (*SECRET, *SECRET_PATTERNS))
    assert any(fnmatchcase("MY_TOKEN", pattern) for pattern in SECRET_PATTERNS)
