"""The commands about campaigns and the audit log, end to end."""

from __future__ import annotations

import json
import sqlite3
import string
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from dealwright.campaign.campaign import Campaign
from dealwright.campaign.campaign_codec import encode_campaign
from dealwright.campaign.life import ACTIONS
from dealwright.campaign.schedule import Schedule, by_the_clock
from dealwright.cli import audit, campaign
from dealwright.cli.campaign_words import ACTIONS_ZH, CAMPAIGN_WORDS, VERDICTS_ZH
from dealwright.core.errors import InputError

from campaigns_of_tests import a_campaign  # isort: skip

app = typer.Typer()
app.add_typer(campaign.app)
app.add_typer(audit.app)


class Shop:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = f"sqlite:///{folder / 'till.db'}"
        self.write(10)

    def write(self, percent: int) -> None:
        lasting = by_the_clock("2090-01-01", "2090-01-07", zone="Europe/Berlin")
        self.keep(a_campaign(percent, schedule=lasting))

    def keep(self, terms: Campaign) -> None:
        (self.folder / "tea.json").write_text(json.dumps(encode_campaign(terms)), "utf-8")

    def run(self, *words: object) -> Result:
        given = [str(self.folder / "tea.json") if word == "FILE" else str(word) for word in words]
        return CliRunner().invoke(app, [*given, "--database", self.database])

    def json(self, *words: object) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.run(*words, "--json").stdout)
        return document


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_a_campaign_goes_its_way_and_every_step_is_in_the_log(shop: Shop) -> None:
    assert shop.run("campaign", "new", "FILE", "--as", "Ann").stdout == "tea: draft, version 1\n"
    assert shop.run("campaign", "submit", "tea", "--as", "Ann").exit_code == 0
    refused = shop.run("campaign", "approve", "tea", "--as", "ANN")
    assert refused.exit_code == 1
    assert refused.stdout == "tea: ANN had a hand in what is to be approved; it takes a second person\n"
    assert shop.run("campaign", "approve", "tea", "--as", "Bob").exit_code == 0
    assert shop.run("campaign", "schedule", "tea", "--as", "Bob").stdout == "tea: scheduled, version 1\n"
    assert shop.run("campaign", "pause", "tea", "--as", "Ann", "--reason", "too early").exit_code == 0
    shown = shop.run("campaign", "show", "tea").stdout
    assert "10% off product TEA" in shown
    assert "Ann: pause  state: scheduled → paused; reason: too early (new)" in shown
    listed = shop.json("campaign", "list")["campaigns"]
    assert [(one["campaign_id"], one["state"]) for one in listed] == [("tea", "paused")]
    assert shop.run("campaign", "end", "tea", "--as", "Bob").exit_code == 0
    entries = shop.json("audit", "show", "--of", "campaign/tea")["entries"]
    assert [(one["actor"], one["action"]) for one in entries] == [
        ("Ann", "draft"),
        ("Ann", "submit"),
        ("Bob", "approve"),
        ("Bob", "schedule"),
        ("Ann", "pause"),
        ("Bob", "end"),
    ]


def test_a_campaign_is_throttled_in_one_call_and_resumed_for_everybody(shop: Shop) -> None:
    start = datetime.now(UTC) + timedelta(seconds=30)  # campaigns go live a minute before they start
    shop.keep(a_campaign(10, schedule=Schedule(start, start + timedelta(days=2))))
    for command in ("new FILE --as Ann", "submit tea --as Ann", "approve tea --as Bob", "schedule tea --as Bob"):
        assert shop.run("campaign", *command.split()).exit_code == 0
    throttled = shop.run("campaign", "throttle", "tea", "--share", "0.25", "--as", "Ann", "--reason", "too many")
    assert throttled.stdout == "tea: live for 25% of the customers, version 1\n"
    assert [one["share"] for one in shop.json("campaign", "list")["campaigns"]] == ["0.25"]
    assert "reason: too many (new); share: 0.25 (new)" in shop.run("campaign", "show", "tea").stdout
    same = shop.run("campaign", "throttle", "tea", "--share", "0.25", "--as", "Ann", "--lang", "zh")
    assert (same.exit_code, same.stdout) == (1, "tea:不会有任何变化\n")
    assert shop.run("campaign", "resume", "tea", "--as", "Bob", "--lang", "zh").stdout == "tea:进行中,版本 1\n"


@pytest.mark.parametrize("share", ["0", "1.5", "1/3", "half", "0,5"])
def test_a_share_that_nobody_can_be_given_is_told(shop: Shop, share: str) -> None:
    answer = shop.run("campaign", "throttle", "tea", "--share", share, "--as", "Bob")
    assert isinstance(answer.exception, InputError)
    assert "share" in str(answer.exception)


def test_new_terms_are_a_new_version(shop: Shop) -> None:
    shop.run("campaign", "new", "FILE", "--as", "Ann")
    again = shop.run("campaign", "new", "FILE", "--as", "Ann")
    assert (again.exit_code, "exists; revise it" in again.stdout) == (1, True)
    shop.write(20)
    assert shop.run("campaign", "revise", "FILE", "--as", "Bob").stdout == "tea: draft, version 2\n"
    shown = shop.json("campaign", "show", "tea")
    assert "terms promotions TEA benefit percent: 10 → 20" in str(shown["history"])
    assert [one["author"] for one in shown["versions"]] == ["Ann", "Bob"]


def test_what_the_checks_find_is_told_and_stops_it(shop: Shop) -> None:
    text = (shop.folder / "tea.json").read_text("utf-8").replace("2090-01-0", "2020-01-0")
    (shop.folder / "tea.json").write_text(text, "utf-8")
    shop.run("campaign", "new", "FILE", "--as", "Ann")
    found = shop.run("campaign", "submit", "tea", "--as", "Ann")
    assert found.exit_code == 1
    assert "error: it ended on 2020-01-07; set another end (campaign_is_over)" in found.stdout
    (one,) = shop.json("campaign", "submit", "tea", "--as", "Ann")["campaigns"]
    assert (one["done"], one["code"]) == (False, "problems_found")


def test_answers_remarks_and_history_are_told_in_chinese(shop: Shop) -> None:
    text = (shop.folder / "tea.json").read_text("utf-8").replace("2090-01-0", "2020-01-0")
    (shop.folder / "tea.json").write_text(text, "utf-8")
    shop.run("campaign", "new", "FILE", "--as", "Ann", "--lang", "zh")
    found = shop.run("campaign", "submit", "tea", "--as", "Ann", "--lang", "zh").stdout
    assert found == "tea:检查未通过\n  错误: 已于 2020-01-07 结束; 改结束时间 (campaign_is_over)\n"
    shop.write(10)
    shop.run("campaign", "revise", "FILE", "--as", "Ann")
    shop.run("campaign", "submit", "tea", "--as", "Ann")
    shown = shop.run("campaign", "show", "tea", "--lang", "zh").stdout
    assert "Ann: 提交  状态:由 草稿 改为 待批准" in shown
    assert "Ann: submit  state: draft → submitted" in shop.run("campaign", "show", "tea").stdout


def test_every_thing_that_is_done_has_its_word_in_chinese() -> None:
    assert ACTIONS_ZH.keys() == {"draft", *ACTIONS}


def test_an_unknown_campaign_is_told_with_the_nearest(shop: Shop) -> None:
    shop.run("campaign", "new", "FILE", "--as", "Ann")
    answer = shop.run("campaign", "show", "te")
    assert isinstance(answer.exception, InputError)
    assert "did you mean 'tea'" in str(answer.exception)
    assert shop.run("campaign", "pause", "te", "--as", "Ann").exit_code == 1


def test_somebody_says_who_acts(shop: Shop) -> None:
    answer = shop.run("campaign", "new", "FILE")
    assert answer.exit_code == 2
    assert shop.run("campaign", "list").exit_code == 0


def test_tampering_shows_and_a_kept_head_shows_a_cut(shop: Shop) -> None:
    heads = shop.folder / "heads.jsonl"
    assert "empty" in shop.run("audit", "head", heads).stdout
    shop.run("campaign", "new", "FILE", "--as", "Ann")
    shop.run("campaign", "submit", "tea", "--as", "Ann")
    assert shop.run("audit", "head", heads).exit_code == 0
    assert shop.run("audit", "verify", "--heads", heads).exit_code == 0
    with sqlite3.connect(shop.folder / "till.db") as database:
        database.execute("DELETE FROM live_audit WHERE number = 2")
        database.execute("UPDATE live_audit_heads SET number = 1, hash = (SELECT hash FROM live_audit)")
    assert shop.run("audit", "verify").exit_code == 0
    cut = shop.run("audit", "verify", "--heads", heads)
    assert cut.exit_code == 1
    assert "the log ends at entry 1; entry 2 was there" in cut.stdout
    assert "第 2 条起被截去" in shop.run("audit", "verify", "--heads", heads, "--lang", "zh").stdout
    with sqlite3.connect(shop.folder / "till.db") as database:
        database.execute("UPDATE live_audit SET actor = 'Eve'")
    assert shop.run("audit", "verify").exit_code == 1
    assert shop.json("audit", "verify")["whole"] is False


def test_nothing_is_due_without_campaigns(shop: Shop) -> None:
    assert shop.run("campaign", "tend").stdout == "Nothing was due.\n"
    assert "campaign new FILE" in shop.run("campaign", "list").stdout


def test_words_stand_in_both_languages_and_ask_for_the_same() -> None:
    def asked(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    english, chinese = CAMPAIGN_WORDS["en"], CAMPAIGN_WORDS["zh"]
    assert english.keys() == chinese.keys()
    assert [key for key in english if asked(english[key]) != asked(chinese[key])] == []
    assert all(VERDICTS_ZH.values())
