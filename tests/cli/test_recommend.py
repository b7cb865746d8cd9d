"""The commands about recommendations, interests and next best offers, as somebody who types sees them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from command_line import Ran, run
from dealwright.cli.customers_words import CUSTOMERS_WORDS
from dealwright.cli.offers_words import OFFERS_WORDS
from dealwright.cli.reach_words import REACH_WORDS
from dealwright.cli.recommend_words import RECOMMEND_WORDS

pytestmark = pytest.mark.xdist_group("cli-recommend")
START = datetime(2024, 1, 1, 12)


def _lines(first_day: int, last_day: int, *, order: int = 0) -> str:
    """Ninety customers who each like three of eight products; each third comes every fourth day, others seldom."""
    rng, rows = np.random.default_rng(first_day), ["order_id,customer_id,sku,sold_at,quantity,net_amount"]
    for customer in range(90):
        for day in range(first_day, last_day):
            if rng.random() < (0.02 if customer % 3 else 0.25):
                order += 1
                for sku in {(customer + k * k) % 8 for k in range(3)}:
                    if rng.random() < 0.7:
                        moment = START + timedelta(days=day)
                        rows.append(f"{order},c{customer},p{sku},{moment:%Y-%m-%d %H:%M:%S},1,2.50")
    return "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli-recommend") / "shop"
    run("init", folder)
    (folder / "sales.csv").write_text(_lines(0, 120))
    names = ["green tea", "black tea", "rye bread", "oat milk", "ice", "jam", "salt", "rice"]
    (folder / "products.csv").write_text("sku,name\n" + "".join(f"p{k},{name}\n" for k, name in enumerate(names)))
    for name in ("sales", "products"):
        assert run("import", name, folder / f"{name}.csv", "--shop", folder).code == 0
    (folder / "offers.csv").write_text(
        "offer,sku,depth,times,times_low,times_high\nice 10,p4,0.1,2.5,2.0,3.0\njam 20,p5,0.2,,,\n"
    )
    (folder / "out.csv").write_text("customer_id\nc1\n")
    return folder


def asked(folder: Path, *words: object) -> Ran:
    ran = run(*words, "--shop", folder)
    assert ran.code == 0, ran.err
    return ran


def test_the_recommender_is_learnt_once_and_kept(folder: Path) -> None:
    words = ("recommend", "for", "c3", "stranger", "--items", 2)
    first = asked(folder, *words, "--json")
    assert "learning what to recommend (hybrid)" in first.err
    again = asked(folder, *words, "--json")
    assert "learning" not in again.err
    assert again.document == first.document
    assert "learning what to recommend (hybrid)" in asked(folder, *words, "--learn").err
    assert [path.name for path in (folder / "models").iterdir()] == ["recommender-hybrid.npz"]


def test_scores_say_what_they_mean(folder: Path) -> None:
    rows = asked(folder, "recommend", "for", "c3", "stranger", "--items", 1, "--json").document["recommendations"]
    own, fallback = rows
    assert own["score_means"] == "chance within four weeks"
    assert 0 < own["score"] < 1
    assert fallback["score_means"] == "buyers in four weeks"
    assert fallback["score"] == int(fallback["score"]) > 1
    out = asked(folder, "recommend", "for", "c3", "stranger", "--items", 1).out
    assert "% chance" in out
    assert f"{fallback['score']:.0f} buyers" in out


def test_reasons_are_told_in_the_language_asked(folder: Path) -> None:
    sku = asked(folder, "recommend", "for", "c3", "--items", 1, "--json").document["recommendations"][0]["sku"]
    document = asked(folder, "recommend", "explain", "c3", sku, "--lang", "zh", "--json").document
    assert sum(document["parts"].values()) == pytest.approx(document["score"])
    assert document["told"]["usual"] == "通常水平"
    out = asked(folder, "recommend", "explain", "c3", sku, "--lang", "zh").out
    assert "您常买、近期也买过" in out
    assert "how often and lately" not in out


def test_interests_are_told_in_words_with_their_source(folder: Path) -> None:
    (folder / "texts.csv").write_text("customer_id,text,kind\nc3,oat milk,search\n")
    words = ("recommend", "interests", "c3", "nobody", "--texts", folder / "texts.csv")
    found = asked(folder, *words, "--json").document["customers"]
    parts = {one["word"]: one["parts"] for one in found[0]["interests"]}
    assert parts["oat"]["search"] > 0
    assert found[1]["interests"] == []
    assert "nothing bought or said that is known" in asked(folder, *words).out
    out = asked(folder, *words, "--lang", "zh", "--out", folder / "words").out
    assert "搜索" in out
    assert (folder / "words" / "interests.csv").exists()


def test_the_next_best_offer_of_each_is_found_told_and_written(folder: Path) -> None:
    files = ("offers", "next", folder / "offers.csv", "--budget", "3.00", "--opted-out", folder / "out.csv")
    words = (*files, "--cost-share", "0.3", "--explain", "c1", "--explain", "c4")
    document = asked(folder, *words, "--json").document
    assert document["cost"] <= 3.0
    assert document["n_with_offer"] > 0
    assert document["n_opted_out"] == 1
    assert document["explained"]["c1"]["chosen"] is None
    assert document["responses"] == {
        "ice 10": "measured in an experiment",
        "jam 20": "assumed response, not measured",
    }
    for one in document["explained"]["c4"]["offers"]:
        parts = [one[f"{name}_minor"] for name in ("extra_margin", "discount_on_extra", "discount_on_usual")]
        assert sum(parts) == pytest.approx(one["net_minor"]["value"])
    out = asked(folder, *words, "--out", folder / "next").out
    assert "assumed, not measured" in out
    assert f"{document['n_with_offer']} of {document['n_customers']} customers get an offer" in out
    assert "Without an offer: 1 want none" in out
    none = (document[name] for name in ("n_opted_out", "n_resting", "n_without_value", "n_outbid"))
    assert sum(none) == document["n_without_offer"] == document["n_customers"] - document["n_with_offer"]
    assert sum(row["n"] for row in document["offers"]) == document["n_with_offer"]
    assert "What each offer would do with c4 (EUR)" in out
    assert "assumed elasticity of 2 (1 to 3)" in out
    written = pd.read_csv(folder / "next" / "next_offers.csv")
    assert "c1" not in set(written["customer_id"])
    assert (written["value"] > 0).all()
    assert (written["value_low"] <= written["value"]).all()
    assert "假设，未经测量" in asked(folder, *words, "--lang", "zh").out


def test_who_got_one_lately_rests(folder: Path) -> None:
    words = ("offers", "next", folder / "offers.csv", "--budget", "100.00", "--cost-share", "0.3", "--json")
    day = f"{START + timedelta(days=118):%Y-%m-%d}"
    (folder / "given.csv").write_text("customer_id,given_on\n" + "".join(f"c{k},{day}\n" for k in range(0, 90, 3)))
    found = asked(folder, *words, "--given", folder / "given.csv", "--most-each", 1).document
    assert found["n_resting"] == 30
    assert found["n_with_offer"] <= 60


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("next", "offers.csv", "--budget", "1.00", "--elasticity", "2", "3", "4"), "within its range"),
        (("next", "offers.csv", "--budget", "1.00", "--most-each", "1"), "needs to know what customers got"),
        (("next", "out.csv", "--budget", "1.00"), "has no column 'offer'"),
    ],
)
def test_what_cannot_be_done_is_said(words: tuple[str, ...], said: str, folder: Path) -> None:
    placed = [folder / word if word.endswith(".csv") else word for word in words]
    ran = run("offers", *placed, "--shop", folder)
    assert ran.code == 1
    assert said in ran.said.replace("\n", " ")


def test_what_is_newer_or_dated_far_ahead_is_told(folder: Path) -> None:
    words = ("recommend", "for", "c3", "--items", 1, "--model", "buy_again")
    assert asked(folder, *words, "--json").document["freshness"]["is_stale"] is False
    far = f"9999,c3,p0,{START + timedelta(days=900):%Y-%m-%d %H:%M:%S},1,2.50\n"
    (folder / "later.csv").write_text(_lines(120, 123, order=8000) + far)
    assert run("import", "sales", folder / "later.csv", "--shop", folder).code == 0
    fresh = asked(folder, *words, "--json").document["freshness"]
    assert (fresh["newer_days"], fresh["changed"], fresh["is_stale"]) == (3, [], True)
    assert fresh["lines_left_out_far_ahead"] == 1
    out = asked(folder, *words).out
    assert "Learnt from sales up to 2024-04-29" in out
    assert "To learn anew, add --learn" in out
    assert "two weeks or more after all others" in out


@pytest.mark.parametrize(("words", "older"), [(RECOMMEND_WORDS, CUSTOMERS_WORDS), (OFFERS_WORDS, REACH_WORDS)])
def test_every_sentence_stands_in_both_languages(
    words: dict[str, dict[str, str]], older: dict[str, dict[str, str]]
) -> None:
    own = {language: words[language].keys() - older[language].keys() for language in ("en", "zh")}
    assert own["en"] == own["zh"] != set()
