"""`dealwright campaign check`, and the law on prices on a campaign's way to the till."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner, Result

import dealwright
from dealwright.campaign.campaign_codec import encode_campaign
from dealwright.campaign.schedule import by_the_clock
from dealwright.cli import campaign
from dealwright.cli.compliance_words import COMPLIANCE_WORDS
from dealwright.core.errors import InputError

from campaigns_of_tests import a_campaign  # isort: skip

app = typer.Typer()
app.add_typer(campaign.app)
START = date(2090, 1, 9)


def write(folder: Path, percent: int) -> None:
    lasting = by_the_clock(str(START), "2090-01-15", zone="Europe/Berlin")
    document = encode_campaign(a_campaign(percent, schedule=lasting))
    (folder / "tea.json").write_text(json.dumps(document), "utf-8")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A German shop that asked 10.00 for tea, 8.50 for a week in December, and 10.00 again."""
    folder = tmp_path_factory.mktemp("shop")
    prices = [("2089-01-01", 1000), ("2089-12-15", 850), ("2089-12-22", 1000)]
    rows = [{"sku": "TEA", "starts_on": day, "regular_price": minor / 100} for day, minor in prices]
    pd.DataFrame(rows).to_csv(folder / "prices.csv", index=False)
    with dealwright.open(folder / "work", create=True, currency="EUR", country="DE") as opened:
        opened.import_file("prices", folder / "prices.csv")
    return folder / "work"


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def told(*words: object) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run(*words, "--json").stdout)
    return document


def test_a_cut_that_is_none_is_blocked_with_evidence_remedy_and_law(shop: Path, tmp_path: Path) -> None:
    write(tmp_path, 10)
    shown = run("campaign", "check", tmp_path / "tea.json", "--shop", shop)
    assert shown.exit_code == 1
    assert "BLOCK  TEA TEA: 9.00 EUR is no reduction: 8.50 EUR was offered in the 30 days before" in shown.stdout
    assert "evidence: list price 8.50 EUR 2089-12-15 – 2089-12-21" in shown.stdout
    assert "do: announce no reduction, go below 8.50 EUR, or start on 2090-01-21 or later" in shown.stdout
    assert "law: Preisangabenverordnung" in shown.stdout


def test_in_json_every_finding_has_its_rows_and_every_promotion_its_terms(shop: Path, tmp_path: Path) -> None:
    write(tmp_path, 10)
    document = told("campaign", "check", tmp_path / "tea.json", "--shop", shop, "--text", "15% off")
    assert document["profile"] == {"code": "eu_de", "version": 1}
    by_code = {one["code"]: one for one in document["findings"]}
    assert by_code["no_reduction"]["evidence"][0]["amount_minor"] == 850
    assert by_code["claim_false"]["answer"] == "block"
    (terms,) = document["terms"]
    assert terms["start"] == str(START)
    assert len(terms["digest"]) == 64


def test_a_deeper_cut_is_told_its_true_percentage_in_chinese(shop: Path, tmp_path: Path) -> None:
    write(tmp_path, 20)
    shown = run("campaign", "check", tmp_path / "tea.json", "--shop", shop, "--lang", "zh").stdout
    assert "禁止  TEA TEA: 宣称比 10.00 EUR 低 20%;以此前 30 天最低价 8.50 EUR 计仅 5%" in shown


def test_the_law_stops_a_campaign_before_approval_where_the_command_stands_in_a_workspace(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, 10)
    monkeypatch.chdir(shop)
    database = ("--database", f"sqlite:///{tmp_path / 'till.db'}")
    assert run("campaign", "new", tmp_path / "tea.json", "--as", "Ann", *database).exit_code == 0
    refused = run("campaign", "submit", "tea", "--as", "Ann", *database)
    assert refused.exit_code == 1
    assert "price_law_no_reduction" in refused.stdout
    assert run("campaign", "check", "tea", *database).exit_code == 1


def test_a_shop_without_a_profile_says_that_nothing_was_checked(tmp_path: Path) -> None:
    write(tmp_path, 10)
    dealwright.open(tmp_path / "work", create=True, country="JP", currency="EUR").close()
    shown = run("campaign", "check", tmp_path / "tea.json", "--shop", tmp_path / "work")
    assert shown.exit_code == 0
    assert "nothing was checked" in shown.stdout


def test_an_unknown_jurisdiction_names_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, 10)
    dealwright.open(tmp_path / "work", create=True, jurisdiction="eu_dee").close()
    error = run("campaign", "check", tmp_path / "tea.json", "--shop", tmp_path / "work").exception
    assert isinstance(error, InputError)
    assert "did you mean 'eu_de'" in str(error)


def test_both_languages_have_the_same_words() -> None:
    assert COMPLIANCE_WORDS["en"].keys() == COMPLIANCE_WORDS["zh"].keys()
