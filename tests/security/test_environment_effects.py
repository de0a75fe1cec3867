"""Under ``env_policy="scrub"`` no dangerous variable takes effect."""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from child_process import exec_file, run_sync
from tests.security import effects
from tests.security.effects import Effect, Place

DATA: Final[Any] = json.loads(
    Path(__file__).parents[1].joinpath("data", "dangerous-env.json").read_text("utf-8")
)
AT_A_TIME: Final = 6
NOBODY: Final = 65534


@contextmanager
def environment(env: dict[str, str]) -> Iterator[None]:
    """Make *env* ours: what a child inherits."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(env)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


async def takes_effect(effect: Effect, policy: Any, mark: Path) -> bool:
    """Run *effect* with its variables inherited under *policy*."""
    plain = {"PATH": effects.PATH, "HOME": "/nonexistent"}
    options: dict[str, Any] = {}
    if effect.unprivileged and os.geteuid() == 0:
        options["uid"] = NOBODY
    with environment({**plain, "MARK": str(mark), **effect.env}):
        child = exec_file(
            effect.argv[0],
            effect.argv[1:],
            env_policy=policy,
            input=effect.stdin,
            check=False,
            timeout=30.0,
            encoding="utf-8",
            detached=True,  # no terminal to ask at
            **options,
        )
    result = await child
    output = f"{result.stdout}{result.stderr}"
    return effect.word in output if effect.word else marked(mark)


def marked(mark: Path) -> bool:
    """Whether the mark was left."""
    return mark.exists()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A directory that everybody may write to, with a library."""
    path = tmp_path_factory.mktemp("effects")
    for parent in path.parents:
        if parent == Path(tempfile.gettempdir()):
            break
        parent.chmod(0o755)  # nobody passes through
    path.chmod(0o777)
    return Place(path, effects.compiled(path))


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")
async def test_no_variable_takes_effect_under_scrub(place: Place) -> None:
    """All that the study saw take effect do so when inherited, and not scrubbed."""
    found = [effect for kind in effects.KINDS for effect in kind(place)]
    here = [effect for effect in found if effects.installed(effect)]
    turn = asyncio.Semaphore(AT_A_TIME)

    async def seen(number: int, effect: Effect, policy: str) -> bool:
        async with turn:
            return await takes_effect(effect, policy, place.path / f"{policy}{number}")

    async def all_of(policy: str) -> list[bool]:
        return await asyncio.gather(
            *(seen(number, effect, policy) for number, effect in enumerate(here))
        )

    # In this order: some leave files of their own behind.
    scrubbed, inherited = await all_of("scrub"), await all_of("inherit")

    studied = {one["name"] for one in DATA["variables"] if one["verified_here"]}
    assert set() == studied - {name for effect in found for name in effect.shown}
    pairs = list(zip(here, inherited, scrubbed, strict=True))
    assert [] == [effect.env for effect, _, scrub in pairs if scrub]
    # The test is worth something only where the effect can be had at all.
    assert [] == [effect.env for effect, inherit, _ in pairs if not inherit]


@pytest.mark.parametrize("policy", ["scrub", "clean"])
def test_no_secret_gets_through(policy: Any) -> None:
    """No name of the study's patterns is in the child's environment."""
    patterns = [one["name"] for one in DATA["variables"] if one["cls"] == "secret"]
    names = [pattern.replace("*", "MINE") for pattern in patterns]
    names += [name.lower() for name in names]

    with environment({"PATH": "/usr/bin:/bin", **dict.fromkeys(names, "canary")}):
        result = run_sync("env", env_policy=policy)

    assert "PATH=/usr/bin:/bin" in result.lines()
    assert "canary" not in result.text
