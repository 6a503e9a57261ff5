"""The API fuzzed from its own specification, with keys of several roles: no fault, and every answer as promised."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.server.calling import key_of

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
REAL = {"round": "r1", "unit": "A001", "number": 1, "table": "results"}
"""What addresses name where they are not to lead nowhere."""
KEYS = (("sun", "secretariat"), ("eva", "expert"), ("", ""))
EXAMPLES = 4


@pytest.fixture(autouse=True)
def _nobody_called_before(settings):
    cache.clear()
    settings.API_PER_MINUTE = 1_000_000


@pytest.mark.once
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # its client leaves downloads open
@pytest.mark.parametrize(("who", "role"), KEYS)
def test_whatever_is_asked_the_answer_is_as_the_specification_says(frozen, who, role):
    headers = {"Authorization": f"Bearer {key_of(frozen.world.people[who], role)}"} if who else {}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    statuses: set[int] = set()
    for found in schema.get_all_operations():
        fuzzed(found.ok(), headers, statuses)
    assert {200, 404, 422} <= statuses
    assert (401 in statuses) == (not who)


def fuzzed(operation: Any, headers: dict[str, str], statuses: set[int]) -> None:
    """Ask one address with made-up parameters, half the time for a row that is there."""

    @bounds(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(), real=st.booleans())
    def ask(case: Any, real: bool) -> None:
        if real:
            case.path_parameters = {name: REAL[name] for name in case.path_parameters or {}}
        answer = case.call(headers=headers)
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    ask()
