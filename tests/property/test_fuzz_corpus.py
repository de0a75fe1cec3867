"""The fuzz targets run, and their corpus passes."""

from __future__ import annotations

import random
from types import ModuleType

import pytest

from fuzz import (
    driver,
    fuzz_environment,
    fuzz_framing,
    fuzz_policy,
    fuzz_session,
    fuzz_template,
    fuzz_v8_reader,
)

TARGETS = [
    pytest.param("environment", fuzz_environment, id="environment"),
    pytest.param("framing", fuzz_framing, id="framing"),
    pytest.param("policy", fuzz_policy, id="policy"),
    pytest.param("v8", fuzz_v8_reader, id="v8"),
    pytest.param("session", fuzz_session, id="session"),
    pytest.param("template", fuzz_template, id="template"),
]


@pytest.mark.parametrize(("name", "module"), TARGETS)
def test_a_target_takes_its_corpus_and_what_is_near_it(
    name: str, module: ModuleType
) -> None:
    """Every input, and 2,000 mutations of them."""
    pool = driver.corpus(name)
    rng = random.Random(3)

    assert pool
    for data in (*pool, *(driver.mutated(rng, pool) for _ in range(2000))):
        module.target(data)
