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


def test_profiles_are_kept_and_shown_by_their_quartiles(folder: Path) -> None:
    out = asked(folder, "customers", "profiles", "--anew", "--out", folder / "profiles").out
    assert "order lines that name a customer were counted: as asked" in out
    document = asked(folder, "customers", "profiles", "--json").document
    assert (document["counted_anew_because"], document["n_lines_counted"]) == ("", 0)
    orders = next(row for row in document["measures"] if row["measure"] == "orders")
    assert orders["n_known"] == document["n_customers"]
    assert orders["low_quarter"] <= orders["median"] <= orders["high_quarter"]
    written = (folder / "profiles" / "customer_profiles.csv").read_text("utf-8-sig").splitlines()
    assert len(written) == 1 + document["n_customers"]
    assert "购买品类数" in asked(folder, "customers", "profiles", "--lang", "zh").out


def test_customers_are_scored_in_fifths(folder: Path) -> None:
    document = asked(folder, "customers", "quintiles", "--by", "frequency_score", "--json").document
    assert [row["frequency_score"] for row in document["cells"]] == [1, 2, 3, 4, 5]
    assert sum(row["n_customers"] for row in document["cells"]) == document["n_customers"]
    out = asked(folder, "customers", "quintiles", "--most", 2, "--out", folder / "fifths").out
    assert "5 is the best fifth" in out
    assert (folder / "fifths" / "customer_scores.csv").exists()
    assert "五分位" in asked(folder, "customers", "quintiles", "--lang", "zh").out


def test_customers_are_put_into_segments_by_rules_of_ones_own(folder: Path) -> None:
    rules = folder / "segments.yaml"
    rules.write_text(
        "- {name: regulars, all_of: [{feature: orders, at_least: 10}]}\n"
        "- {name: all, all_of: [{feature: orders, at_least: 1}]}\n"
    )
    document = asked(folder, "customers", "rules", rules, "--json").document
    regulars, everybody = document["segments"]
    assert everybody["n_customers"] == document["n_customers"] > regulars["n_customers"] > 0
    assert document["overlap"][0]["with"] == dict.fromkeys(("regulars", "all"), regulars["n_customers"])
    out = asked(folder, "customers", "rules", rules, "--out", folder / "ruled").out
    assert "Customers in both" in out
    members = (folder / "ruled" / "segment_members.csv").read_text("utf-8-sig").splitlines()
    assert len(members) == 1 + regulars["n_customers"] + everybody["n_customers"]
    assert "按规则划分" in asked(folder, "customers", "rules", rules, "--lang", "zh").out


def test_mistakes_in_rules_are_told_all_at_once_with_the_file(folder: Path) -> None:
    rules = folder / "wrong.yaml"
    rules.write_text("- {name: regulars, all_of: [{feature: order, at_least: 10}]}\n- {name: empty}\n")
    ran = run("customers", "rules", rules, "--shop", folder)
    assert ran.code == 1
    assert "wrong.yaml: segment 1: no feature is called 'order'; did you mean 'orders'?" in ran.said
    assert "wrong.yaml: segment 2: all_of is None" in ran.said


def test_how_segments_drifted_since_a_day_is_shown(folder: Path) -> None:
    document = asked(folder, "customers", "drift", "--since", "2030-04-01", "--json").document
    assert document["then"] == "2030-04-01"
    assert sum(row["share_now"] for row in document["shares"]) == pytest.approx(1)
    assert sum(row["change"] for row in document["shares"]) == pytest.approx(0, abs=1e-9)
    out = asked(folder, "customers", "drift", "--since", "2030-04-01", "--lang", "zh").out
    assert "2030-04-01" in out
    assert "当时占比" in out


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


def test_a_sale_of_the_year_2099_spoils_no_value_and_is_told(tmp_path: Path) -> None:
    shop = tmp_path / "stray"
    run("init", shop)
    days = [
        f"{c}-{day},c{c},tea,2024-01-{day:02d} 12:00:00,1,2.50" for c in range(9) for day in range(1 + c, 29, 3)
    ]
    head = ["order_id,customer_id,sku,sold_at,quantity,net_amount"]
    (tmp_path / "sales.csv").write_text("\n".join([*head, *days, "x,c1,tea,2099-01-01 12:00:00,1,2.50"]) + "\n")
    assert run("import", "sales", tmp_path / "sales.csv", "--shop", shop).code == 0
    document = asked(shop, "customers", "value", "--json").document
    assert document["until"] == "2024-01-28"
    assert [finding["code"] for finding in document["findings"]] == ["future_dates"]
    assert document["n_came_again"] == 9
    out = asked(shop, "customers", "value").out
    assert "Left out: Order lines dated after today: 1" in out
    assert "Only 9 customers ever came again" in out


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


def test_recommenders_that_are_named_are_judged_and_no_others(folder: Path) -> None:
    words = ("recommend", "evaluate", "--weeks", 2, "--items", 2, "--models")
    rows = asked(folder, *words, "buy_again, popular", "--json").document["rows"]
    assert {row["model"] for row in rows} == {"buy_again", "popular"}
    refused = run(*words, "nearest", "--shop", folder)
    assert refused.code == 1
    assert "nearest" in refused.err


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
        (("quintiles", "--by", "luck"), "no score is called 'luck'"),
        (("drift", "--since", "2020-01-01"), "sales run from 2030-01-01 to 2030-06-19; compare with a day"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(words: tuple[str, ...], said: str, folder: Path) -> None:
    ran = run("customers", *words, "--shop", folder)
    assert ran.code == 1
    assert said in ran.said
