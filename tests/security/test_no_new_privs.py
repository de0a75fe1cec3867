"""A setuid program gains nothing."""

import os
import shutil
import subprocess

import pytest

from child_process import Isolation, run_sync
from tests.support.confining import NOBODY, native, open_folder, root

pytestmark = native


@root
def test_a_setuid_copy_gains_nothing() -> None:
    """Without the isolation it runs as its owner, with it as who started it."""
    with open_folder() as folder:
        program = folder / "whoami"
        shutil.copy(shutil.which("id") or "/usr/bin/id", program)
        os.chown(program, 0, 0)
        program.chmod(0o4755)
        free = run_sync(str(program), ["-u"], uid=NOBODY, gid=NOBODY)
        if free.text != "0":
            pytest.skip("setuid programs gain nothing in this folder anyway")

        held = run_sync(
            str(program),
            ["-u"],
            uid=NOBODY,
            gid=NOBODY,
            isolate=Isolation(seccomp=None),
        )

    assert str(NOBODY) == held.text


def test_the_kernel_says_so() -> None:
    """In the child, not in the parent; and only where it was asked for."""
    words = ["NoNewPrivs", "/proc/self/status"]
    asked = run_sync("grep", words, isolate=Isolation(seccomp=None))
    not_asked = run_sync(
        "grep", words, isolate=Isolation(no_new_privs=False, seccomp=None)
    )
    ours = subprocess.run(["grep", *words], capture_output=True, text=True, check=True)

    assert "1" == asked.text.split()[1]
    assert ours.stdout == not_asked.stdout
