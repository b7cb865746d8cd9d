"""The OpenAPI document says exactly what the operations take and give."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api_bodies import a_cart, a_line
from dealwright.api.bodies import Reader
from dealwright.api.openapi import document
from dealwright.api.problems import KINDS, ProblemError
from dealwright.api.table import OPERATIONS, schemas
from dealwright.api.wire.carts import Evaluate
from dealwright.api.wire.flash_sales import Reserve
from dealwright.api.wire.orders import Hold

DOCUMENT = document(OPERATIONS, schemas())
READERS: dict[str, Reader[Any]] = {
    "/v1/carts/evaluate": Reader(Evaluate),
    "/v1/holds": Reader(Hold),
    "/v1/flash-sales/{sale_id}/reservations": Reader(Reserve),
}
STARTS: dict[str, dict[str, Any]] = {
    "/v1/carts/evaluate": {"cart": a_cart()},
    "/v1/holds": {"cart": a_cart(), "order_id": "a"},
    "/v1/flash-sales/{sale_id}/reservations": {"customer_id": "ann", "order_id": "a", "quantity": 1},
}
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.sampled_from([10**9, 10**9 + 1, 10**15, 10**15 + 1, 1.5, 86_400, 86_401, 1_000_001]),
    st.text(max_size=4),
    st.sampled_from(
        ["x" * 200, "x" * 201, "a/b", "..", "100", "100.5", "10.5", "1e1", "net", "EURO", "2026-11-11"]
    ),
    st.sampled_from([[], {}, [1], ["x"], [{}], {"x": 1}, {"x": "y"}, [a_line()], [a_line(quantity=0)]]),
).map(lambda junk: json.loads(json.dumps(junk)))  # a copy, because it may be changed further
NAMES = st.sampled_from(["extra", "store", "at", "seconds", "codes", "tax_percent"])


def validator(path: str) -> jsonschema.Draft202012Validator:
    body = DOCUMENT["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    return jsonschema.Draft202012Validator({**body, "components": DOCUMENT["components"]})


VALIDATORS = {path: validator(path) for path in READERS}


def is_read(reader: Reader[Any], body: bytes) -> bool:
    try:
        reader.read(body)
    except ProblemError:
        return False
    return True


@st.composite
def changed(draw: st.DrawFn, start: dict[str, Any]) -> Any:
    """The body with a few values, at any depth, replaced by others, dropped or added."""
    body = json.loads(json.dumps(start))
    for _ in range(draw(st.integers(1, 3))):
        part: Any = body
        while True:
            deeper = list(part) if isinstance(part, dict) else list(range(len(part)))
            if not deeper:
                break
            at = draw(st.sampled_from(deeper))
            if isinstance(part[at], dict | list) and draw(st.booleans()):
                part = part[at]
                continue
            match draw(st.sampled_from(["replace", "drop", "add"])):
                case "replace":
                    part[at] = draw(JUNK)
                case "drop":
                    del part[at]
                case "add" if isinstance(part, dict):
                    part[draw(st.sampled_from(["extra", "store", "at", "seconds", "codes", "tax_percent"]))] = draw(
                        JUNK
                    )
                case _:
                    part.append(draw(JUNK))
            break
    return body


@pytest.mark.parametrize("path", READERS)
def test_a_lean_operation_takes_exactly_what_its_schema_allows(path: str) -> None:
    @given(changed(STARTS[path]))
    @settings(max_examples=300, deadline=None)
    def agrees(body: Any) -> None:
        assert is_read(READERS[path], json.dumps(body).encode()) == VALIDATORS[path].is_valid(body)

    agrees()


def test_the_document_that_is_served_is_the_one_made_from_the_table(in_memory: TestClient) -> None:
    assert in_memory.get("/openapi.json").json() == DOCUMENT


def test_every_operation_is_served_where_the_document_says(in_memory: TestClient) -> None:
    for operation in OPERATIONS:
        path = operation.path.replace("{", "").replace("}", "")
        answer = in_memory.request("PATCH", path)
        assert answer.status_code == 405
        assert operation.method in answer.headers["allow"]


def test_every_reference_of_the_document_leads_somewhere() -> None:
    text = json.dumps(DOCUMENT)
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(DOCUMENT["components"]["schemas"])
    assert "#/$defs/" not in text


def test_names_of_operations_are_unique_and_refusals_are_on_the_closed_list() -> None:
    names = [operation.name for operation in OPERATIONS]
    assert len(set(names)) == len(names)
    assert {code for operation in OPERATIONS for code in operation.refusals} <= set(KINDS)


def test_writes_that_are_not_named_by_an_id_of_the_client_need_a_key() -> None:
    without = {each.name for each in OPERATIONS if each.method in ("POST", "DELETE") and not each.is_keyed}
    assert without == {
        "evaluate_cart",
        "quote_cart",
        "check_quote",
        "lint_promotions",
        "describe_promotions",
        "retire_promotion",
        "issue_coupons",
        "open_flash_sale",
        "open_group",
        "open_presale",
        "commit_reservation",
        "release_reservation",
        "cancel_reservation",
        "cancel_group",
        "cancel_job",
        "delete_file",
        "take_events",
        "acknowledge_alert",
        "close_alert",
        "check_campaign",
        "draft_campaign",
        *(f"{each}_campaign" for each in ("submit", "approve", "reject", "schedule", "throttle", "pause")),
        *(f"{each}_campaign" for each in ("resume", "roll_back", "switch", "end")),
    }
