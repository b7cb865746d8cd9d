"""The commands about plans: what-ifs, comparisons, reasons, frontiers and the approved plan revised."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from command_line import Ran, run
from known_shop import make_frames, make_panel

pytestmark = pytest.mark.xdist_group("cli-plan")

SCENARIO = """\
name: own
n_draws: 50
depths: [0.1, 0.2]
scope: {least_selling_weeks: 8}
limits: {budget: 60, display_slots: 1, mailer_slots: 1, soft: {mailer_slots: {penalty: 0.5}}}
"""


@dataclass(frozen=True)
class AShop:
    folder: Path
    plan: dict[str, Any]

    def run(self, *words: object) -> Ran:
        return run("plan", *words, "--shop", self.folder)

    def write(self, name: str, text: str) -> Path:
        path = self.folder.parent / name
        path.write_text(text)
        return path


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> AShop:
    """A shop with its own scenario, and a plan written to the folder `approved`."""
    folder = tmp_path_factory.mktemp("cli-plan") / "shop"
    run("init", folder)
    for name, frame in make_frames(make_panel(n=6, n_weeks=40, n_categories=2, base=20.0)).items():
        for column in [str(column) for column in frame if "amount" in str(column)]:
            frame = frame.assign(**{column: (frame[column] / 100).map("{:.2f}".format)})
        frame.to_csv(folder / f"{name}.csv", index=False)
        assert run("import", name, folder / f"{name}.csv", "--shop", folder).code == 0
    (folder / "scenario.yaml").write_text(SCENARIO)
    made = run("plan", "--shop", folder, "--out", folder / "approved", "--json")
    assert made.code == 0, made.err
    return AShop(folder, made.document)


def test_the_plan_says_how_soft_limits_fared_and_what_the_three_questions_bring(shop: AShop) -> None:
    assert [item["code"] for item in shop.plan["plan"]["soft"]] == ["mailer_slots"]
    assert [item["code"] for item in shop.plan["what_ifs"]] == ["budget_halved", "deepest_removed", "slots_doubled"]
    out = shop.run().out
    assert "Limits that may be broken" in out
    assert "there were twice the room: 4 a category, 2 displays, 2 places in the mailer" in out


def test_a_what_if_is_held_against_the_plan_of_the_shops_own_scenario(shop: AShop) -> None:
    words = ("what-if", "--set", "limits.budget=20", "--set", "depths=[0.1]")
    document = shop.run(*words, "--json").document
    assert document["base"]["name"] == "own"
    assert document["base"]["n_promotions"] == len(shop.plan["plan"]["promotions"])
    (other,) = document["others"]
    assert other["name"] == "limits.budget=20, depths=[0.1]"
    assert other["spend"]["value"] <= 21
    out = shop.run(*words).out
    assert f"{document['base']['bound']:,.2f}" in out
    assert "What differs in limits.budget=20, depths=[0.1]" in out


def test_a_what_if_may_be_another_file_with_settings_of_its_own(shop: AShop) -> None:
    other = shop.write("other.yaml", SCENARIO.replace("own", "theirs").replace("budget: 60", "budget: 30"))
    document = shop.run("what-if", "--scenario", other, "--json").document
    assert (document["base"]["name"], document["others"][0]["name"]) == ("own", "theirs")
    base = shop.run("what-if", "--base", other, "--set", "limits.budget=30", "--json").document
    assert base["base"]["name"] == "theirs"
    assert base["others"][0]["difference"]["value"] == 0.0


def test_scenarios_stand_side_by_side_in_the_order_given(shop: AShop) -> None:
    tight = shop.write("tight.yaml", SCENARIO.replace("budget: 60", "budget: 10"))
    roomy = shop.write("roomy.yaml", SCENARIO.replace("display_slots: 1", "display_slots: 3"))
    document = shop.run("compare", tight, roomy, "--json").document
    assert [document["base"]["name"], *(other["name"] for other in document["others"])] == ["tight", "roomy"]
    alone = shop.run("compare", roomy, "--json").document
    assert [alone["base"]["name"], alone["others"][0]["name"]] == ["own", "roomy"]
    assert alone["others"][0]["difference"]["value"] > 0
    told = shop.run("compare", roomy, "--lang", "zh").out
    assert "若 roomy,计划多赚" in told
    assert "week of" not in told


def test_a_promotion_names_the_limits_it_uses_up_with_their_worth(shop: AShop) -> None:
    told = shop.run("explain", "P-001", "--json").document
    assert told == run("explain", "P-001", "--shop", shop.folder, "--json").document
    codes = {limit["code"] for limit in told["explanation"]["limits"]}
    assert "display_slots" in codes
    worth = next(limit for limit in told["explanation"]["limits"] if limit["code"] == "display_slots")
    assert worth["price"] > 0
    assert f"one more is worth {worth['price']:,.2f} EUR" in shop.run("explain", "P-001").out


def test_a_product_that_stands_back_names_the_limits_in_its_way_and_what_it_would_earn(shop: AShop) -> None:
    crowded = [row for row in shop.plan["products"] if row["code"] == "crowded_out"]
    assert crowded, "the shop has a product that others crowd out"
    row = crowded[0]
    assert row["best_profit"] > 0
    assert row["kept_out_by"]
    out = shop.run("explain", row["sku"]).out
    assert f"would earn {row['best_profit']:,.2f} EUR" in out
    assert "It would break, beside the plan as it is" in out
    assert "在现有计划之外再加上它,会违反" in shop.run("explain", row["sku"], "--lang", "zh").out


def test_a_frontier_is_a_table_and_three_files(shop: AShop) -> None:
    out = shop.folder / "trade"
    words = ("frontier", "--of", "profit", "--against", "units", "--points", 3, "--out", out)
    document = shop.run(*words, "--json").document
    assert 1 <= len(document["points"]) <= 3
    assert document["counts"] == ["units"]
    assert sorted(path.name for path in out.iterdir()) == ["frontier.csv", "frontier.html", "frontier.png"]


def test_an_approved_plan_is_revised_within_the_changes_allowed(shop: AShop) -> None:
    approved = shop.folder / "approved"
    roomy = shop.write("more_displays.yaml", SCENARIO.replace("display_slots: 1", "display_slots: 3"))
    words = ("replan", "--approved", approved, "--locked-weeks", 1, "--most-changed", 2, "--scenario", roomy)
    document = shop.run(*words, "--json").document
    assert 1 <= len(document["replan"]["changes"]) <= 2
    assert document["replan"]["difference"]["value"] > 0
    assert document["replan"]["locked"] == shop.plan["plan"]["weeks"][:1]
    kept = json.loads((shop.folder / "plans/latest/summary.json").read_text("utf-8"))
    assert kept["plan"]["promotions"] == document["plan"]["promotions"]
    # The approved plan, and not the one that has just replaced it as the latest, is revised again.
    out = shop.run(*words).out
    assert f"The weeks of {shop.plan['plan']['weeks'][0]} stay as approved." in out
    assert "Against the approved plan" in out


def test_a_plan_is_read_back_from_its_csv_as_it_was_written(shop: AShop) -> None:
    path = shop.folder / "approved" / "plan.csv"
    again = shop.run("replan", "--approved", path, "--locked-weeks", 0, "--most-changed", 0, "--json").document
    assert again["replan"]["changes"] == []
    before = pd.read_csv(path, dtype=str)
    after = pd.DataFrame(again["plan"]["promotions"])
    assert set(zip(before["sku"], before["week"], before["offer"], strict=True)) == set(
        zip(after["sku"], after["week"], after["offer"], strict=True)
    )
    assert (
        "Nothing else changes."
        in shop.run("replan", "--approved", path, "--locked-weeks", 0, "--most-changed", 0).out
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("what-if",), "a what-if needs something that changes; give settings such as limits.budget=500"),
        (
            ("what-if", "--set", "weeks=2"),
            "weeks=2: weeks differs from own, but plans are compared on one forecast",
        ),
        (("what-if", "--set", "limits.budgt=5"), "--set: limits.budgt: unknown; did you mean 'budget'?"),
        (("compare", "nowhere.yaml"), "the scenario nowhere.yaml cannot be read"),
        (("frontier", "--against", "unit"), "no objective is called 'unit'; did you mean 'units'?"),
        (("frontier", "--of", "units"), "units against itself is a single plan"),
        (("frontier", "--of", "clearance"), "objective clearance: needs the table 'stock'"),
        (("replan", "--approved", "nowhere", "--locked-weeks", 1), "there is no approved plan 'nowhere'"),
        (("explain", "P-999"), "'P-999' is neither a promotion of the latest plan"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(words: tuple[object, ...], said: str, shop: AShop) -> None:
    ran = shop.run(*words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.said.startswith(f"dealwright: {said}")


def test_more_weeks_than_were_approved_cannot_be_locked(shop: AShop) -> None:
    ran = shop.run("replan", "--approved", shop.folder / "approved", "--locked-weeks", 5, "--json")
    assert ran.code == 1
    assert "5 weeks cannot be locked" in ran.document["problems"][0]
    assert "so 0 to 4 can" in ran.document["problems"][0]


@pytest.mark.parametrize(
    "words",
    [
        ("--seed", "3", "frontier"),
        ("compare",),
        ("replan", "--locked-weeks", "1"),
        ("replan", "--approved", "x"),
        ("replan", "--approved", "x", "--locked-weeks", "-1"),
        ("frontier", "--points", "1"),
    ],
)
def test_wrong_usage_ends_with_2(words: tuple[str, ...]) -> None:
    ran = run("plan", *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Usage: ")
