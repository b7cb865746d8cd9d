"""Whatever is sent to any operation, right or wrong: never a 5xx, always an answer that the document describes.

A few examples for each operation in every run; `--hypothesis-profile=explore` tries many more.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from dealwright.api.openapi import document
from dealwright.api.table import OPERATIONS, schemas
from served_till import a_server

MOST = settings().max_examples
EXAMPLES = MOST // 12
CONFIG = schemathesis.Config.from_dict(
    {
        "generation": {"allow-x00": False, "mode": "all"},
        "phases": {"coverage": {"enabled": MOST > 100}},  # every boundary of every field: minutes
        "checks": {
            # What a schema allows may still be refused by business or by what a schema cannot say.
            "positive_data_acceptance": {"expected-statuses": ["2xx", 404, 409, 410, 422]},
            "negative_data_rejection": {"expected-statuses": [400, 404, 413, 415, 422]},
            "missing_required_header": {"expected-statuses": [400]},
        },
    }
)
SCHEMA = schemathesis.openapi.from_dict(document(OPERATIONS, schemas()), config=CONFIG)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with a_server() as served:
        yield served.address


@SCHEMA.parametrize()  # type: ignore[untyped-decorator]
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_gets_an_answer_that_the_document_does_not_describe(case: Any, address: str) -> None:
    response = case.call(base_url=address)
    while response.status_code == 503 and response.json()["code"] == "busy":  # the machine has other work
        time.sleep(int(response.headers["Retry-After"][0]))
        response = case.call(base_url=address)
    case.validate_response(response)
