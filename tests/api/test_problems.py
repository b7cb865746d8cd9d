"""Every no has one shape: a code of a closed list, a status, a remedy."""

from __future__ import annotations

from typing import get_args

import pytest

from dealwright.api.problems import KINDS, encoded, invalid, problem
from dealwright.engine.outcomes import RefusedCode


@pytest.mark.parametrize("code", get_args(RefusedCode))
def test_every_refusal_of_the_till_has_a_status_a_title_and_a_remedy(code: str) -> None:
    kind = KINDS[code]
    assert 400 <= kind.status < 500 or code == "busy"
    assert kind.title
    assert kind.remedy.endswith(".")


def test_a_problem_says_what_happened_and_what_to_do() -> None:
    status, headers, body = encoded(problem("in_progress", "the first one is under way", retry_after_seconds=2))
    assert status == 409
    assert dict(headers)[b"retry-after"] == b"2"
    assert dict(headers)[b"content-type"] == b"application/problem+json"
    assert body == (
        b'{"type":"urn:problem-type:dealwright:in_progress","title":"The same request is being carried out",'
        b'"status":409,"detail":"the first one is under way","code":"in_progress",'
        b'"remedy":"Repeat it unchanged a little later.","problems":[],"retry_after_seconds":2,'
        b'"promotion_id":"","missing_minor":0,"missing_quantity":0}'
    )


def test_what_clients_sent_is_echoed_shortened_and_always_encodable() -> None:
    told = invalid(["x" * 10_000, "half a pair: \ud800"]).problem
    assert len(told.problems[0]) == 500
    assert told.problems[1] == "half a pair: ?"
    assert encoded(told)[0] == 422
