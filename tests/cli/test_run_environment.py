"""What ``child-process run`` passes on of the environment."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param([], {"A_TOKEN", "FOO", "MODE"}, id="all of it"),
        pytest.param(["--env-policy", "scrub"], {"FOO", "MODE"}, id="scrubbed"),
        pytest.param(["--env-policy", "clean"], {"MODE"}, id="clean"),
        pytest.param(
            ["--env-policy", "clean", "--allow-env", "A_TOKEN"],
            {"A_TOKEN", "MODE"},
            id="clean but for one",
        ),
    ],
)
def test_a_policy_keeps_variables_back(words: list[str], expected: set[str]) -> None:
    """What is ours passes as the policy says; what is set is passed on."""
    command = [sys.executable, "-m", "child_process", "run", "--env", "MODE=x", *words]

    done = subprocess.run(
        [*command, "--", "env"],
        env={**os.environ, "A_TOKEN": "t", "FOO": "1"},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )

    names = {line.partition("=")[0] for line in done.stdout.splitlines()}
    assert expected == names & {"A_TOKEN", "FOO", "MODE"}
