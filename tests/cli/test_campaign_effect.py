"""What a campaign changed, at the command line and over HTTP."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from campaigns_of_tests import START, live
from dealwright.app.campaigns.measure_campaign import SENTENCES
from dealwright.app.events.event_ports import Counts
from dealwright.cli import campaign
from dealwright.cli.campaign_effect import EFFECT_WORDS, WHY_NOT_ZH
from dealwright.experiment.assign import arm_of
from dealwright.live.campaigns import open_campaigns
from dealwright.live.counted import CountedShop
from dealwright.live.events import open_events
from dealwright.till import open_till
from ledgers import SetClock
from served_till import a_client_of

app = typer.Typer()
app.add_typer(campaign.app)

HOLDOUT = Fraction(1, 4)
HOURS, PER_HOUR = 10, 40


def told(kind: str, number: int, **body: Any) -> dict[str, Any]:
    """An event of customer `number`, who comes in hour `number // PER_HOUR`."""
    at = START + timedelta(hours=number // PER_HOUR, minutes=number % PER_HOUR)
    base = {"source": "shop", "event_id": f"{kind}-{number}", "kind": kind, "version": 1, "at": at.isoformat()}
    return base | {"body": {"customer": f"c-{number}", **body}}


def events_of_a_day() -> list[dict[str, Any]]:
    """Everybody sees tea; of the treated three in four buy one for 9.00, of the held out every second for 10.00."""
    many, n_of = [], {"treatment": 0, "holdout": 0}
    for number in range(HOURS * PER_HOUR):
        arm = arm_of(f"c-{number}", campaign_id="tea", holdout_share=HOLDOUT)
        many.append(told("view", number, sku="TEA"))
        n_of[arm] += 1
        if n_of[arm] % 4 != 0 if arm == "treatment" else n_of[arm] % 2 == 0:
            paid = {"net_minor": 900, "discount_minor": 100, "promotion_ids": ["TEA"]}
            line = {"sku": "TEA", "quantity": 1, **(paid if arm == "treatment" else {"net_minor": 1000})}
            many.append(told("order", number, order_id=f"o-{number}", currency="EUR", lines=[line]))
    return many


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    url, clock = f"sqlite:///{tmp_path_factory.mktemp('effect')}/till.db", SetClock(START)
    with open_till(url, clock=clock) as till:
        books = open_campaigns(till)
        live(books, clock, holdout_share=HOLDOUT)
        clock.time = START + timedelta(hours=HOURS)
        many = events_of_a_day()
        counts = open_events(till, campaigns=CountedShop(books)).take(many)
        assert isinstance(counts, Counts)
        assert counts.accepted + counts.corrected == len(many)
    return url


def run(database: str, *words: str) -> Result:
    return CliRunner().invoke(app, ["campaign", "effect", "tea", *words, "--database", database])


def test_the_hold_out_says_what_the_campaign_brought(database: str) -> None:
    found = json.loads(run(database, "--json").stdout)
    treated, held = found["n_exposed"]["treatment"], found["n_exposed"]["holdout"]
    assert treated + held == HOURS * PER_HOUR
    bought, held_bought = treated - treated // 4, held // 2
    assert found["n_buyers"] == {"treatment": bought, "holdout": held_bought}
    assert found["discount_minor"] == 100 * bought
    assert found["gains"]["units"]["value"] == bought - 3 * held_bought
    assert found["gains"]["net_minor"]["value"] == 900 * bought - 3 * 1000 * held_bought
    assert found["conversion"]["low"] > 0
    assert found["why_not"]["margin_minor"]["code"] == "costs_missing"


def test_the_screen_tells_it_in_both_languages(database: str) -> None:
    english, chinese = run(database).stdout, run(database, "--lang", "zh").stdout
    for words, screen in ((EFFECT_WORDS["en"], english), (EFFECT_WORDS["zh"], chinese)):
        assert words["net_minor"] in screen
        assert words["unknown"] in screen
    assert "import the table 'costs'" in english
    assert WHY_NOT_ZH["costs_missing"] in chinese
    assert WHY_NOT_ZH.keys() == SENTENCES.keys()


def test_it_is_told_over_http(database: str) -> None:
    with open_till(database) as till, a_client_of(till) as client:
        found = client.get("/v1/campaigns/tea/effect").json()
        assert [one["what"] for one in found["gains"]] == ["units", "net_minor"]
        assert found["conversion"]["low"] > 0
        assert [(one["what"], one["code"]) for one in found["unknown"]] == [("margin_minor", "costs_missing")]
        assert client.get("/v1/campaigns/coffee/effect").json()["code"] == "campaign_unknown"
