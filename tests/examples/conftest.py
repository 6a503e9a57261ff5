"""The reconstructed round, made and evaluated once."""

from __future__ import annotations

import pytest
from reconstructed import Round

from huoyue.core.evaluation import evaluate
from huoyue.core.scheme.model import Scheme
from huoyue.examples.rounds import facts_of
from huoyue.exchange.scheme_file import load_scheme


@pytest.fixture(scope="session")
def scheme_2016() -> Scheme:
    return load_scheme("alliance_activity_2016")


@pytest.fixture(scope="session")
def round_2016(scheme_2016: Scheme) -> Round:
    facts = facts_of("alliance_activity_2016")
    return Round(scheme_2016, facts, dict(evaluate(scheme_2016, facts)))
