import re
from pathlib import Path

import pytest

from child_process._values.system_calls import MACHINES, NAMES, numbers

HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}


@pytest.mark.parametrize(
    ("machine", "name", "expected"),
    [
        ("x86_64", "read", 0),
        ("x86_64", "execve", 59),
        ("x86_64", "rseq", 334),
        ("aarch64", "openat", 56),
        ("aarch64", "open_by_handle_at", 265),
        ("aarch64", "rseq", 293),
        ("x86_64", "clone3", 435),
        ("aarch64", "landlock_create_ruleset", 444),
        ("aarch64", "mseal", 462),
    ],
)
def test_a_call_has_the_kernels_number(machine: str, name: str, expected: int) -> None:
    """The first and the last of each list: nothing between them was left out."""
    assert expected == numbers(machine)[name]


@pytest.mark.parametrize("machine", MACHINES)
def test_the_numbers_are_those_of_the_systems_headers(machine: str) -> None:
    """Name by name, as far as the headers that are here know."""
    header = Path(HEADERS[machine])
    if not header.exists():
        pytest.skip(f"{header} is not installed")
    pattern = r"^#define __NR(?:3264)?_(\w+)\s+(\d+)\s*$"
    found = re.findall(pattern, header.read_text(), re.MULTILINE)
    theirs = {name: int(number) for name, number in found}
    ours = numbers(machine)

    wrong = {
        name: theirs[name]
        for name in ours.keys() & theirs
        if ours[name] != theirs[name]
    }
    same = ours.keys() & theirs

    assert {} == wrong
    assert len(same) > 290


def test_a_name_of_either_machine_is_known() -> None:
    """ARM has no open(): to name it is no mistake all the same."""
    assert "open" in NAMES
    assert "open" not in numbers("aarch64")
    assert "-" not in NAMES
