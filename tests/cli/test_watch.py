"""Alerts at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from dealwright.adapters.alerts.sql import SqlAlerts
from dealwright.cli.watch import WATCH_WORDS, watch
from dealwright.monitor.alert import Alert, ProposedAction, closed
from dealwright.till import open_till
from live_minutes import at

app = typer.Typer()
app.command()(watch)

LOSING = Alert(
    code="breach",
    severity="critical",
    campaign_id="tea",
    metric="margin_minor",
    subject="hard/margin_minor/60",
    currency="EUR",
    first_at=at(3),
    last_at=at(5),
    evidence={"value": -100.0, "limit": 0.0, "side": "below", "minutes": 60, "n_orders": 5},
    action=ProposedAction("roll_back"),
    owner="mia",
    n_seen=2,
)
SENTENCE = (
    "Margin of the last 60 minutes is -1.00 EUR, below the limit of 0.00 EUR, with 5 orders. "
    "Proposed: roll back to the version before."
)


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'till.db'}"


def keep(database: str, *alerts: Alert) -> None:
    with open_till(database) as till:
        assert till.connected is not None
        SqlAlerts(till.connected.database, till.connected.kind).keep(alerts)


def run(database: str, *words: str) -> str:
    ran = CliRunner().invoke(app, [*words, "--database", database])
    assert ran.exit_code == 0, ran.output
    return ran.output


def test_nothing_found_is_said_in_both_languages(database: str) -> None:
    assert run(database).strip() == "No alert is open."
    assert run(database, "--lang", "zh", "--look").strip() == "没有未处理的告警。"
    assert json.loads(run(database, "--json")) == {"alerts": []}


def test_an_alert_is_told_with_its_evidence_and_what_is_proposed(database: str) -> None:
    keep(database, LOSING)
    (told,) = json.loads(run(database, "--json"))["alerts"]
    assert told["id"] == LOSING.id
    assert told["sentence"] == SENTENCE
    assert told["evidence"] == dict(LOSING.evidence)
    assert told["action"] == {"kind": "roll_back", "throttle_share": None}
    screen = run(database)
    assert "2026-11-02 00:05" in screen
    assert "mia" in screen


def test_alerts_of_other_campaigns_and_closed_ones_are_left_out_unless_asked_for(database: str) -> None:
    keep(database, closed(LOSING))
    assert json.loads(run(database, "--json"))["alerts"] == []
    (told,) = json.loads(run(database, "--json", "--all"))["alerts"]
    assert told["state"] == "closed"
    assert json.loads(run(database, "--json", "--all", "--campaign", "milk"))["alerts"] == []


def test_the_screens_words_stand_in_both_languages() -> None:
    assert WATCH_WORDS["en"].keys() == WATCH_WORDS["zh"].keys()
