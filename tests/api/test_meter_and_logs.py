"""What is served is counted exactly, and what is logged holds no secrets."""

from __future__ import annotations

import json
import logging
import re
import sys

import pytest

from dealwright.api.logs import JsonLines, log_answer
from dealwright.api.meter import BOUNDS, Meter
from dealwright.api.table import OPERATIONS
from dealwright.app.service.access_ports import Caller

BY_NAME = {operation.name: operation for operation in OPERATIONS}


def values(text: str, start: str) -> dict[str, float]:
    """The labels behind the worker, and the values, of the lines that start so."""
    found = re.findall(rf'^{start}{{worker="\d+",?(.*?)}} (\S+)$', text, flags=re.MULTILINE)
    return {labels: float(value) for labels, value in found}


def test_answers_are_counted_by_status_and_by_how_long_they_took() -> None:
    meter = Meter()
    count = meter.counter("list_jobs")
    for status, seconds in ((200, 0.0005), (200, 0.001), (200, 0.002), (503, 20.0)):
        count(status, seconds)
    text = meter.text({"dealwright_jobs": ("Jobs.", {'state="done"': 3.0})})
    assert values(text, "dealwright_requests_total") == {
        'operation="list_jobs",status="200"': 3,
        'operation="list_jobs",status="503"': 1,
    }
    buckets = values(text, "dealwright_request_seconds_bucket")
    assert [buckets[f'operation="list_jobs",le="{bound:g}"'] for bound in BOUNDS] == [2, *[3] * (len(BOUNDS) - 1)]
    assert buckets['operation="list_jobs",le="+Inf"'] == 4
    assert values(text, "dealwright_request_seconds_sum") == {'operation="list_jobs"': 20.0035}
    assert values(text, "dealwright_jobs") == {'state="done"': 3}


def test_every_family_says_what_it_is_before_its_values() -> None:
    lines = Meter().text().splitlines()
    assert lines[0].startswith("# HELP dealwright_build_info ")
    assert lines[1] == "# TYPE dealwright_build_info gauge"


def line_of(message: str, **more: object) -> dict[str, object]:
    told: dict[str, object] = json.loads(JsonLines().format(logging.makeLogRecord({"msg": message, **more})))
    return told


def test_a_key_or_a_password_in_a_message_is_not_logged() -> None:
    assert line_of("key dwk_abc123 came")["message"] == "key … came"
    assert line_of("postgresql://ann:s3cret@db/till is gone")["message"] == "postgresql://…@db/till is gone"


def test_of_an_error_the_kind_and_the_places_are_logged_and_not_its_text() -> None:
    try:
        raise ValueError("customer C-42 bought TEA")
    except ValueError:
        told = line_of("it failed", exc_info=sys.exc_info())
    assert told["error"] == "ValueError"
    assert "C-42" not in json.dumps(told)
    frames = told["frames"]
    assert isinstance(frames, list)
    assert frames[-1].startswith("test_meter_and_logs.py:")


@pytest.mark.parametrize(
    ("name", "status", "is_logged"),
    [
        ("evaluate_cart", 200, False),
        ("hold_cart", 409, False),
        ("hold_cart", 500, True),
        ("list_jobs", 200, False),
        ("list_jobs", 401, True),
        ("submit_job", 202, True),
        ("end_campaign", 200, True),
        ("pause_campaign", 403, True),
        ("take_events", 200, True),
        ("put_promotions", 200, True),
        ("retire_promotion", 200, True),
        ("cancel_job", 200, True),
        ("join_group", 200, False),
    ],
)
def test_changes_and_failures_are_logged_and_the_rush_at_the_till_is_not(
    name: str, status: int, is_logged: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="dealwright.requests")
    log_answer(BY_NAME[name], status, 0.0123, Caller(key_id="key_1"))
    assert len(caplog.records) == is_logged
    if is_logged:
        assert caplog.records[0].fields == {  # type: ignore[attr-defined]
            "operation": name,
            "status": status,
            "ms": 12.3,
            "key": "key_1",
            "tenant": "main",
        }
