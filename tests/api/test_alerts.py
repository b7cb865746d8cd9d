"""Alerts over HTTP: listed with their evidence, taken over by somebody, closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from starlette.testclient import TestClient

from campaigns_of_tests import START, a_campaign, scheduled
from dealwright.api.server import make_app
from dealwright.api.service import open_live
from dealwright.monitor.alert import Alert, ProposedAction
from dealwright.till import open_till
from ledgers import SetClock

LEAK = Alert(
    "silence",
    "critical",
    "tea",
    "margin",
    START,
    START + timedelta(minutes=1),
    currency="EUR",
    evidence={"silent_minutes": 12, "usual_minutes": 3},
    action=ProposedAction("pause"),
)


def test_the_page_after_starts_behind_an_alert_that_was_closed_meanwhile() -> None:
    till = open_till("memory:", clock=SetClock())
    live = open_live(till)
    alerts = [replace(LEAK, subject=str(n), first_at=START + timedelta(minutes=n)) for n in range(5)]
    live.watch._books.keep(alerts)
    with TestClient(make_app(till, live=live)) as client:
        first = client.get("/v1/alerts?limit=2").json()
        assert [one["alert_id"] for one in first["alerts"]] == [alerts[4].id, alerts[3].id]
        assert client.post(f"/v1/alerts/{first['next']}/close").status_code == 200
        second = client.get(f"/v1/alerts?limit=2&cursor={first['next']}").json()
        assert [one["alert_id"] for one in second["alerts"]] == [alerts[2].id, alerts[1].id]
        third = client.get(f"/v1/alerts?limit=2&cursor={second['next']}").json()
        assert ([one["alert_id"] for one in third["alerts"]], third["next"]) == ([alerts[0].id], "")
        strange = client.get("/v1/alerts?cursor=al-0")
        assert (strange.status_code, strange.json()["problems"]) == (
            422,
            ["cursor: give what `next` said; given 'al-0'"],
        )


def test_an_alert_is_listed_taken_over_and_closed() -> None:
    till = open_till("memory:", clock=SetClock())
    live = open_live(till)
    scheduled(live.campaigns, a_campaign())
    live.watch._books.keep([LEAK])
    with TestClient(make_app(till, live=live)) as client:
        (told,) = client.get("/v1/alerts").json()["alerts"]
        assert (told["alert_id"], told["action"], told["state"]) == (LEAK.id, "pause", "open")
        assert told["evidence"] == [
            {"name": "silent_minutes", "value": "12"},
            {"name": "usual_minutes", "value": "3"},
        ]
        assert "12" in told["sentence"]
        taken = client.post(f"/v1/alerts/{LEAK.id}/acknowledge", json={"owner": "Ann"}).json()
        assert (taken["state"], taken["owner"]) == ("acknowledged", "Ann")
        assert client.post(f"/v1/alerts/{LEAK.id}/close").json()["state"] == "closed"
        assert client.get("/v1/alerts").json() == {"alerts": [], "next": ""}
        assert [one["alert_id"] for one in client.get("/v1/alerts?state=closed").json()["alerts"]] == [LEAK.id]
        again = client.post(f"/v1/alerts/{LEAK.id}/acknowledge", json={"owner": "Ann"})
        assert again.status_code == 422
        unknown = client.post("/v1/alerts/al-0/close")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "alert_unknown")
