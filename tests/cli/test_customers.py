"""The commands about customers and recommendations, as somebody who types sees them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from command_line import Ran, run

pytestmark = pytest.mark.xdist_group("cli-customers")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop in which who buys tea takes milk along half of the time; 300 customers come at rates of their own."""
    folder = tmp_path_factory.mktemp("cli-customers") / "shop"
    run("init", folder)
    rng = np.random.default_rng(5)
    start, lines, order = datetime(2030, 1, 1), ["order_id,customer_id,sku,sold_at,quantity,net_amount"], 0
    for customer in range(300):
        rate = rng.gamma(0.8, 1 / 14) if customer else 0.3
        for day in range(170):
            if rng.random() >= rate:
                continue
            order += 1
            skus = ["tea"] if rng.random() < 0.3 else ["jam"]
            skus += ["milk"] if rng.random() < (0.5 if "tea" in skus else 0.1) else []
            moment = start + timedelta(days=day, hours=12)
            lines += [f"{order},c{customer},{sku},{moment:%Y-%m-%d %H:%M:%S},1,2.50" for sku in skus]
    (folder / "sales.csv").write_text("\n".join(lines) + "\n")
    events = ["customer_id,happened_at,kind"]
    for customer in range(200):
        moment = start + timedelta(hours=customer)
        steps = (
            ["view", "cart", "buy"] if customer % 4 == 0 else ["view", "cart"] if customer % 4 == 1 else ["view"]
        )
        events += [
            f"c{customer},{moment + timedelta(minutes=k):%Y-%m-%d %H:%M:%S},{kind}" for k, kind in enumerate(steps)
        ]
    (folder / "events.csv").write_text("\n".join(events) + "\n")
    for name in ("sales", "events"):
        assert run("import", name, folder / f"{name}.csv", "--shop", folder).code == 0
    return folder


def asked(folder: Path, *words: object) -> Ran:
    ran = run(*words, "--shop", folder)
    assert ran.code == 0, ran.err
    return ran


def test_rules_of_baskets_are_found_shown_and_written(folder: Path) -> None:
    document = asked(folder, "customers", "baskets", "--of", "sku", "--json").document
    rules = {(tuple(row["antecedent"]), tuple(row["consequent"])): row for row in document["rules"]}
    rule = rules[(("tea",), ("milk",))]
    assert rule["confidence_low"] < 0.5 < rule["confidence_high"]
    assert rule["lift"] > 2
    out = asked(folder, "customers", "baskets", "--of", "sku", "--out", folder / "rules").out
    assert "Bought together is not because of each other" in out
    written = (folder / "rules" / "basket_rules.csv").read_text("utf-8-sig").splitlines()
    assert len(written) == 1 + document["n_telling"]
    assert "一起购买并不表示互为因果" in asked(folder, "customers", "baskets", "--of", "sku", "--lang", "zh").out


def test_visits_are_followed_to_the_goal(folder: Path) -> None:
    states = {row["state"]: row for row in asked(folder, "customers", "journey", "--json").document["states"]}
    # Customer 199's visit is the last thing known: how it goes on is not.
    assert (states["start"]["times"], states["cart"]["times"], states["view"]["times"]) == (200, 100, 199)
    assert states["cart"]["chance"] == pytest.approx(0.5)
    assert states["view"]["chance"] == pytest.approx(50 / 199)
    assert states["cart"]["chance_low"] < 0.5 < states["cart"]["chance_high"]
    assert "reach buy" in asked(folder, "customers", "journey").out


def test_without_events_lives_are_followed_from_period_to_period(folder: Path) -> None:
    document = asked(folder, "customers", "journey", "--by", "orders", "--json").document
    assert document["kind"] == "lives"
    assert document["ends"] == ["gone"]
    worth = {row["state"]: row["worth"] for row in document["states"]}
    assert worth["4+ orders"] > worth["1 order"] > worth["quiet 2"]
    assert "沉默 1 期" in asked(folder, "customers", "journey", "--by", "orders", "--lang", "zh").out


def test_who_buys_next_is_told_with_how_right_it_was(folder: Path) -> None:
    document = asked(folder, "customers", "intent", "--most", 3, "--json").document
    assert len(document["customers"]) == 3
    assert document["reliability"]["auc"] > 0.7
    assert sum(row["n"] for row in document["reliability"]["tenths"]) <= document["n_customers"]
    out = asked(folder, "customers", "intent", "--out", folder / "intent").out
    assert "are expected to order within 14 days" in out
    assert "orders in" in out
    assert (folder / "intent" / "purchase_intent.csv").exists()


def test_what_customers_will_be_worth_is_told_with_ranges_and_a_check(folder: Path) -> None:
    document = asked(folder, "customers", "value", "--days", 28, "--most", 2, "--json").document
    totals = document["totals"]["purchases"]
    assert totals["low"] < totals["value"] < totals["high"]
    first, second = document["customers"]
    assert first["lifetime_value_minor"] >= second["lifetime_value_minor"]
    assert first["alive_low"] <= first["alive"] <= first["alive_high"]
    out = asked(folder, "customers", "value", "--model", "bg_nbd", "--out", folder / "value").out
    assert "if the model (bg_nbd) is right" in out
    assert (folder / "value" / "customer_values.csv").exists()


def test_a_shop_whose_spend_is_not_known_is_told_what_is(tmp_path: Path) -> None:
    shop = tmp_path / "one"
    run("init", shop)
    days = [f"{day},lone,tea,2030-01-{day:02d} 12:00:00,1,2.50" for day in range(1, 29, 3)]
    (tmp_path / "sales.csv").write_text(
        "\n".join(["order_id,customer_id,sku,sold_at,quantity,net_amount", *days]) + "\n"
    )
    assert run("import", "sales", tmp_path / "sales.csv", "--shop", shop).code == 0
    document = asked(shop, "customers", "value", "--json").document
    assert "lifetime_value_minor" not in document["totals"]
    assert document["why_no_spend"]
    (lone,) = document["customers"]
    assert lone["expected_purchases_low"] <= lone["expected_purchases"]
    assert all(one["low"] <= one["value"] <= one["high"] for one in document["parameters"].values())
    assert document["why_no_spend"][:20] in asked(shop, "customers", "value").out


def test_who_stays_away_is_told_the_likeliest_first(folder: Path) -> None:
    rows = asked(folder, "customers", "churn", "--json").document["customers"]
    chances = [row["stays_away"] for row in rows]
    assert chances == sorted(chances, reverse=True)
    assert "四周不来" in asked(folder, "customers", "churn", "--lang", "zh").out


def test_customers_are_recommended_what_they_buy_and_strangers_what_sells(folder: Path) -> None:
    words = ("for", "c0", "nobody", "--items", 2, "--model", "buy_again")
    rows = asked(folder, "recommend", *words, "--json").document["recommendations"]
    assert [(row["customer_id"], row["rank"]) for row in rows] == [
        ("c0", 1),
        ("c0", 2),
        ("nobody", 1),
        ("nobody", 2),
    ]
    assert [row["is_fallback"] for row in rows] == [False, False, True, True]
    assert "sells best of late (customer not known)" in asked(folder, "recommend", *words).out


def test_a_recommendation_is_explained_in_parts_that_sum(folder: Path) -> None:
    words = ("explain", "c0", "jam", "--model", "ease")
    document = asked(folder, "recommend", *words, "--json").document
    assert sum(document["parts"].values()) == pytest.approx(document["score"])
    assert "Why jam for c0" in asked(folder, "recommend", *words).out
    ran = run("recommend", "explain", "nobody", "jam", "--model", "ease", "--shop", folder)
    assert ran.code == 1
    assert "no customer is called 'nobody'" in ran.said


def test_recommenders_are_judged_on_weeks_they_have_not_seen(folder: Path) -> None:
    document = asked(folder, "recommend", "evaluate", "--weeks", 2, "--items", 2, "--json").document
    rows = {(row["task"], row["model"]): row for row in document["rows"]}
    row = rows[("all", "buy_again")]
    assert 0 <= row["recall_low"] <= row["recall"] <= row["recall_high"] <= 1
    assert "Learnt from what came before" in asked(folder, "recommend", "evaluate", "--weeks", 2, "--items", 2).out


def test_segments_are_those_of_the_profile(folder: Path) -> None:
    assert (
        asked(folder, "customers", "segments", "--json").document
        == run("profile", "--shop", folder, "--json").document
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("baskets", "--support", "2"), "least support is a share from 0 to 1"),
        (("baskets", "--of", "category"), "look for rules between single products (of 'sku')"),
        (("intent", "--days", "9999999999999"), "1 day or more, at most 366"),
        (("value", "--days", "100000"), "the horizon is 1 to 3660 days"),
        (("journey", "--goal", "bye"), "none of the goals bye is a kind of event; there are buy, cart, view"),
        (("intent", "--days", "80"), "at least two are needed"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(words: tuple[str, ...], said: str, folder: Path) -> None:
    ran = run("customers", *words, "--shop", folder)
    assert ran.code == 1
    assert said in ran.said
