"""The life of a campaign over HTTP, in the hands of different people, with every step in the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from campaigns_of_tests import a_campaign, live
from dealwright.app.service.access_ports import Role
from dealwright.campaign.campaign_codec import encode_campaign
from dealwright.live.campaigns import open_campaigns
from dealwright.till import open_till
from ledgers import SetClock
from served_till import a_client_of
from service_keys import Locked, a_locked_till, shown


@pytest.fixture
def locked() -> Iterator[Locked]:
    with a_locked_till() as made:
        yield made


def ask(locked: Locked, role: Role, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    answer = locked.client.request(method, path, json=body, headers=shown(locked.secrets[role]))
    return answer.status_code, answer.json()


def move(locked: Locked, role: Role, action: str, **body: Any) -> tuple[int, Any]:
    return ask(locked, role, "POST", f"/v1/campaigns/tea/{action}", body)


def draft(locked: Locked, **terms: Any) -> Any:
    status, told = ask(locked, Role.PLANNER, "POST", "/v1/campaigns", encode_campaign(a_campaign(**terms)))
    assert status == 201, told
    return told


def test_a_campaign_goes_from_draft_to_scheduled_through_two_pairs_of_hands(locked: Locked) -> None:
    assert draft(locked)["campaign"]["state"] == "draft"
    assert move(locked, Role.PLANNER, "submit")[1]["campaign"]["hands"] == ["the planner's"]
    status, told = move(locked, Role.APPROVER, "approve", reason="fine")
    assert (status, told["campaign"]["state"], told["campaign"]["approved_by"]) == (
        200,
        "approved",
        "the approver's",
    )
    assert move(locked, Role.OPERATOR, "schedule")[1]["campaign"]["state"] == "scheduled"
    _, listed = ask(locked, Role.VIEWER, "GET", "/v1/campaigns")
    assert [(one["campaign_id"], one["state"]) for one in listed["campaigns"]] == [("tea", "scheduled")]
    _, terms = ask(locked, Role.VIEWER, "GET", "/v1/campaigns/tea/terms")
    assert terms == encode_campaign(a_campaign())


def test_who_had_a_hand_in_it_cannot_approve_it(locked: Locked) -> None:
    assert ask(locked, Role.ADMIN, "POST", "/v1/campaigns", encode_campaign(a_campaign()))[0] == 201
    assert move(locked, Role.ADMIN, "submit")[0] == 200
    status, told = move(locked, Role.ADMIN, "approve")
    assert (status, told["code"]) == (409, "own_approval")
    assert ask(locked, Role.VIEWER, "GET", "/v1/campaigns/tea")[1]["state"] == "submitted"


def test_an_operator_may_stop_but_not_approve(locked: Locked) -> None:
    draft(locked)
    move(locked, Role.PLANNER, "submit")
    assert (move(locked, Role.OPERATOR, "approve")[0], move(locked, Role.OPERATOR, "approve")[1]["code"]) == (
        403,
        "role_missing",
    )
    assert move(locked, Role.OPERATOR, "end")[1]["campaign"]["state"] == "ended"


def test_a_step_that_its_state_does_not_allow_is_refused_and_changes_nothing(locked: Locked) -> None:
    before = draft(locked)["campaign"]
    status, told = move(locked, Role.OPERATOR, "resume")
    assert (status, told["code"]) == (409, "wrong_state")
    assert ask(locked, Role.VIEWER, "GET", "/v1/campaigns/tea")[1] == before


def test_a_step_on_what_somebody_changed_meanwhile_is_refused(locked: Locked) -> None:
    draft(locked)
    status, told = move(locked, Role.PLANNER, "submit", revision=7)
    assert (status, told["code"]) == (409, "changed_meanwhile")


def test_terms_are_superseded_by_a_version_and_never_edited(locked: Locked) -> None:
    draft(locked)
    body = encode_campaign(a_campaign(20))
    status, told = ask(locked, Role.PLANNER, "PUT", "/v1/campaigns/tea", body)
    assert (status, told["campaign"]["version"]) == (200, 2)
    _, first = ask(locked, Role.VIEWER, "GET", "/v1/campaigns/tea/terms?version=1")
    _, second = ask(locked, Role.VIEWER, "GET", "/v1/campaigns/tea/terms?version=2")
    assert first["campaign"]["promotions"] != second["campaign"]["promotions"]
    status, told = ask(locked, Role.PLANNER, "PUT", "/v1/campaigns/other", body)
    assert (status, told["code"]) == (422, "invalid_request")


def test_every_step_is_in_the_audit_log_page_by_page_and_the_chain_is_whole(locked: Locked) -> None:
    draft(locked)
    move(locked, Role.PLANNER, "submit", reason="for the weekend")
    _, first = ask(locked, Role.APPROVER, "GET", "/v1/audit?limit=1")
    _, second = ask(locked, Role.APPROVER, "GET", f"/v1/audit?limit=1&cursor={first['next']}")
    (drafted,), (submitted,) = first["entries"], second["entries"]
    assert (drafted["number"], drafted["action"], drafted["actor"]) == (1, "draft", "the planner's")
    assert (submitted["number"], submitted["action"], submitted["subject"]) == (2, "submit", "campaign/tea")
    assert "for the weekend" in submitted["after"]
    assert second["next"] == ""
    _, audited = ask(locked, Role.APPROVER, "GET", "/v1/audit/verify")
    assert (audited["is_whole"], audited["number"], audited["hash"]) == (True, 2, submitted["hash"])


def test_a_campaign_is_throttled_by_whoever_may_pause_and_for_fewer_customers_at_once(
    tmp_path: Path,
) -> None:
    clock = SetClock()
    till = open_till(f"sqlite:///{tmp_path / 'till.db'}", clock=clock)
    live(open_campaigns(till), clock)
    with a_client_of(till) as client:
        assert paid(client) == {900}
        throttled = client.post("/v1/campaigns/tea/throttle", json={"share": "0.5", "reason": "too many"})
        assert (throttled.status_code, throttled.json()["campaign"]["share"]) == (200, "0.5")
        assert paid(client) == {900, 1000}
        again = client.post("/v1/campaigns/tea/throttle", json={"share": "0.5"})
        assert (again.status_code, again.json()["code"]) == (409, "nothing_changes")
        resumed = client.post("/v1/campaigns/tea/resume", json={})
        assert (resumed.status_code, resumed.json()["campaign"]["share"]) == (200, "1")
        assert paid(client) == {900}


def paid(client: Any) -> set[int]:
    """What ten teas cost different customers."""
    line = {"line": "1", "sku": "TEA", "quantity": 10, "unit_price_minor": 100}
    carts = [{"currency": "EUR", "lines": [line], "shopper": {"customer_id": f"c-{n}"}} for n in range(20)]
    return {client.post("/v1/carts/evaluate", json={"cart": cart}).json()["total_minor"] for cart in carts}


@pytest.mark.parametrize("share", ["0", "0.0", "1.5", "-0.5", "1/2", "0.1234567", "half", 1])
def test_a_share_that_nobody_can_be_given_is_refused(locked: Locked, share: Any) -> None:
    draft(locked)
    status, told = ask(locked, Role.OPERATOR, "POST", "/v1/campaigns/tea/throttle", {"share": share})
    assert (status, told["code"]) == (422, "invalid_request")


def test_an_analyst_cannot_throttle(locked: Locked) -> None:
    draft(locked)
    assert move(locked, Role.ANALYST, "throttle", share="0.5")[0] == 403
    assert move(locked, Role.PLANNER, "throttle", share="0.5")[1]["code"] == "wrong_state"


def test_a_campaign_that_is_not_there_is_not_found(locked: Locked) -> None:
    for method, path in (("GET", ""), ("GET", "/terms"), ("GET", "/minutes")):
        status, told = ask(locked, Role.ADMIN, method, f"/v1/campaigns/nobody{path}")
        assert (status, told["code"]) == (404, "campaign_unknown")
    assert move(locked, Role.ADMIN, "end")[1]["code"] == "campaign_unknown"


def test_mistakes_in_a_campaign_are_told_all_at_once(locked: Locked) -> None:
    body = encode_campaign(a_campaign())
    body["campaign"] |= {"budget": 5, "objective": "fame"}
    status, told = ask(locked, Role.PLANNER, "POST", "/v1/campaigns", body)
    assert status == 422
    assert [one.partition(":")[0] for one in told["problems"]] == ["campaign", "campaign.objective"]
    assert ask(locked, Role.VIEWER, "GET", "/v1/campaigns")[1]["campaigns"] == []


def test_without_keys_people_say_who_they_are_by_a_header() -> None:
    with a_client_of(open_till("memory:", clock=SetClock())) as client:
        body = encode_campaign(a_campaign())
        assert client.post("/v1/campaigns", json=body, headers={"X-Acting-As": "Ann"}).status_code == 201
        assert client.post("/v1/campaigns/tea/submit", json={}, headers={"X-Acting-As": "Ann"}).status_code == 200
        own = client.post("/v1/campaigns/tea/approve", json={}, headers={"X-Acting-As": " ann "})
        assert own.json()["code"] == "own_approval"
        assert client.post("/v1/campaigns/tea/approve", json={}, headers={"X-Acting-As": "Bob"}).status_code == 200
        assert [one["actor"] for one in client.get("/v1/audit").json()["entries"]] == ["Ann", "Ann", "Bob"]
