"""Whatever is sent to any operation, right or wrong: never a 5xx, always an answer that the document describes.

A few examples for each operation in every run; `--hypothesis-profile=explore` tries many more.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from dealwright.api.openapi import document
from dealwright.api.table import OPERATIONS, schemas
from dealwright.live.keys import open_keys
from dealwright.till import open_till
from served_till import a_server
from service_keys import shown

MOST = settings().max_examples
EXAMPLES = MOST // 12
CONFIG = schemathesis.Config.from_dict(
    {
        "generation": {"allow-x00": False, "mode": "all"},
        "phases": {"coverage": {"enabled": MOST > 100}},  # every boundary of every field: minutes
        "checks": {
            # What a schema allows may still be refused by business or by what a schema cannot say.
            "positive_data_acceptance": {"expected-statuses": ["2xx", 404, 409, 410, 422]},
            # 401: to leave the key out is one of the mistakes that are tried.
            "negative_data_rejection": {"expected-statuses": [400, 401, 404, 413, 415, 422]},
            "missing_required_header": {"expected-statuses": [400, 401]},
        },
    }
)
SCHEMA = schemathesis.openapi.from_dict(document(OPERATIONS, schemas()), config=CONFIG)


@dataclass(frozen=True)
class Place:
    """Where a server listens that asks for keys, and how to show it an admin's."""

    address: str
    headers: dict[str, str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    url = f"sqlite:///{tmp_path_factory.mktemp('till')}/till.db"
    with open_till(url) as till:
        secret = open_keys(till).new("admin", "all", per_second=0).secret
    with a_server(url) as served:
        yield Place(served.address, shown(secret))


@SCHEMA.parametrize()  # type: ignore[untyped-decorator]
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_gets_an_answer_that_the_document_does_not_describe(case: Any, place: Place) -> None:
    given = {"base_url": place.address, "headers": place.headers, "timeout": 60}
    response = case.call(**given)
    while response.status_code == 503 and response.json()["code"] == "busy":  # the machine has other work
        time.sleep(int(response.headers["Retry-After"][0]))
        response = case.call(**given)
    assert response.status_code < 500
    case.validate_response(response, headers=place.headers)
