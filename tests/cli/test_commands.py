"""The command line from end to end: what is printed, where, and with which exit code."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from command_line import Ran, run
from dealwright.workspace import Workspace
from known_shop import make_frames, make_panel

pytestmark = pytest.mark.xdist_group("cli")

SCENARIO = "n_draws: 50\nscope: {least_selling_weeks: 8}\n"


@dataclass(frozen=True)
class AShop:
    folder: Path
    files: Path
    sales: pd.DataFrame
    imported: dict[str, Any]
    plan: Any

    def run(self, command: object, *words: object) -> Ran:
        return run(command, *words, "--shop", self.folder)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> AShop:
    """init, three imports and a plan, as a newcomer would."""
    files, folder = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("cli") / "shop"
    frames = make_frames(make_panel(n=6, n_weeks=40, n_categories=2, base=20.0), n_customers=60)
    for name, frame in frames.items():
        for column in [str(column) for column in frame if "amount" in str(column)]:
            frame = frame.assign(**{column: (frame[column] / 100).map("{:.2f}".format)})
        frame.to_csv(files / f"{name}.csv", index=False)
    (files / "scenario.yaml").write_text(SCENARIO)
    assert run("init", folder, "--json").document["settings"]["currency"] == "EUR"
    imported = {
        name: run("import", name, files / f"{name}.csv", "--shop", folder, "--json").document for name in frames
    }
    made = run("plan", "--shop", folder, "--scenario", files / "scenario.yaml", "--out", files, "--json")
    assert (made.code, made.err.splitlines()[-1]) == (0, "plan: done (100%)")
    return AShop(folder, files, frames["sales"], imported, made.document)


# The ordinary path


def test_every_row_of_every_file_is_accounted_for_and_every_cent_arrives(shop: AShop) -> None:
    for table, told in shop.imported.items():
        assert told["rows_read"] == told["rows_accepted"], table
        assert told["problems"] == []
    with Workspace(shop.folder) as opened:
        assert opened.tables == ["sales", "products", "promotions"]
        arrived = opened._parts.warehouse.table("sales").to_pandas()
    assert len(arrived) == len(shop.sales)
    assert arrived["net_amount"].sum() == shop.sales["net_amount"].sum()
    assert arrived["discount_amount"].sum() == shop.sales["discount_amount"].sum()
    written = pd.read_csv(shop.files / "sales.csv", dtype=str)["net_amount"].map(Decimal).sum()
    assert arrived["net_amount"].sum() == written * 100


def test_the_same_import_again_says_that_nothing_has_changed(shop: AShop) -> None:
    again = shop.run("import", "sales", shop.files / "sales.csv", "--json").document
    assert again["is_repeat"]
    assert (again["rows_accepted"], again["rows_already_present"]) == (0, len(shop.sales))


def test_a_plan_is_printed_kept_and_written(shop: AShop) -> None:
    rows = shop.plan["plan"]["promotions"]
    assert rows
    assert {Path(path).name for path in shop.plan["files"]} == {"plan.parquet", "plan.csv", "summary.json"}
    kept = json.loads((shop.folder / "plans/latest/summary.json").read_text("utf-8"))
    assert kept["plan"]["promotions"] == rows
    assert list(pd.read_csv(shop.files / "plan.csv")["promotion_id"]) == [row["promotion_id"] for row in rows]


def test_a_promotion_is_explained_by_parts_that_sum_to_its_profit(shop: AShop) -> None:
    told = shop.run("explain", "P-001", "--json").document
    assert told["promotion"] == shop.plan["plan"]["promotions"][0]
    parts = sum(part["value"] for part in told["explanation"]["parts"])
    assert parts == pytest.approx(told["promotion"]["profit"])


def test_a_product_is_explained_by_its_sku(shop: AShop) -> None:
    assert shop.run("explain", "sku-0", "--json").document["sku"] == "sku-0"


def test_check_profile_and_forecast_answer_in_one_json_document(shop: AShop) -> None:
    assert shop.run("check", "--json").document["rows"]["sales"] == len(shop.sales)
    assert shop.run("profile", "--json").document["n_customers"] == 60
    forecast = shop.run("forecast", "--scenario", shop.files / "scenario.yaml", "--json").document
    assert len(forecast["coefficients"]) == 6


def test_the_forecast_screen_shows_by_what_factor_a_display_multiplies_sales(shop: AShop) -> None:
    words = ("forecast", "--scenario", shop.files / "scenario.yaml")
    first = shop.run(*words, "--json").document["coefficients"][0]
    line = next(line for line in shop.run(*words).out.splitlines() if first["name"] in line)
    factors = [cell.strip() for cell in line.strip("│").split("│")[-2:]]
    assert factors == [f"{math.exp(first['display']):.2f}", f"{math.exp(first['mailer']):.2f}"]
    assert float(factors[0]) > 1


def test_a_backtest_prints_one_table_and_one_sentence_of_what_to_conclude(shop: AShop) -> None:
    words = ("forecast", "backtest", "--models", "mean4", "--horizon", 6, "--origins", 2)
    scenario = ("--scenario", shop.files / "scenario.yaml")
    document = shop.run(*words, *scenario, "--json").document
    assert (document["horizon"], len(document["origins"])) == (6, 2)
    assert sorted(score["model"] for score in document["scores"]) == ["blend", "mean4", "response"]
    ran = shop.run(*words, *scenario)
    assert all(title in ran.out for title in ("error (WAPE)", "bias", "RMSSE", "pinball loss", "CPU s"))
    best = document["scores"][0]
    assert f"it missed {best['wape']:.1%} of units" in ran.out
    assert "80 % ranges" in ran.out
    assert "backtest: trying mean4" in ran.err
    told = shop.run(*words, *scenario, "--lang", "zh").out
    assert "误差(WAPE)" in told
    assert "80% 区间" in told


def test_a_products_week_is_explained_by_parts_that_sum_to_its_forecast(shop: AShop) -> None:
    words = ("forecast", "explain", "sku-0", "--scenario", shop.files / "scenario.yaml")
    coming = shop.run(*words, "--json").document
    assert not coming["is_past"]
    assert sum(part["units"] for part in coming["parts"]) == pytest.approx(coming["expected"])
    past = shop.run(*words, "--week", "2022-08-10", "--json").document
    assert (past["week"], past["is_past"]) == ("2022-08-08", True)
    parts = sum(part["units"] for part in past["parts"])
    assert parts + past["unexplained"] == pytest.approx(past["sold"])
    assert "平常销量" in shop.run(*words, "--lang", "zh").out


def test_a_report_is_one_file(shop: AShop) -> None:
    path = shop.files / "report.html"
    assert shop.run("report", "--out", path, "--lang", "zh", "--json").document == {"files": [str(path)]}
    assert '<html lang="zh' in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("check",), ("程度", "提示", "发现", "缺货")),
        (("profile",), ("客群", "顾客数")),
        (("explain", "P-001"), ("构成", "增量利润")),
    ],
)
def test_people_read_chinese_if_they_ask_for_it(
    command: tuple[str, ...], words: tuple[str, ...], shop: AShop
) -> None:
    out = shop.run(*command, "--lang", "zh").out
    assert [word for word in words if word not in out] == []
    assert "week of" not in out
    assert "off" not in out


def test_results_go_to_standard_output_and_progress_to_standard_error(shop: AShop) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from dealwright.cli import main; main()",
            "check",
            "--shop",
            str(shop.folder),
            "--json",
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=True,
    )
    assert json.loads(done.stdout)["rows"]["sales"] == len(shop.sales)
    assert all(line.startswith("check: ") for line in done.stderr.splitlines())


# Refusals: exit code 1, a message, no traceback, and JSON where JSON was asked for


def test_a_refusal_is_a_message_and_a_json_document_with_all_problems(shop: AShop) -> None:
    path = shop.files / "wrong.csv"
    path.write_text("order_id,sold_at,sku,quantity,net_amount\n1,soon,A,0,x\n")
    ran = shop.run("import", "sales", path, "--json")
    assert (ran.code, ran.document["error"], len(ran.document["problems"])) == (1, "InputError", 4)
    assert ran.said.startswith("dealwright: 4 problems:\n  - none of the 1 rows of wrong.csv can go into 'sales'")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("explain", "P-999"), "'P-999' is neither a promotion of the latest plan (P-001, P-002, P-003, ... "),
        (("explain", "P-001", "--lang", "fr"), "no language is called 'fr'; Allowed: en, zh"),
        (("plan", "--scenario", "nowhere.yaml"), "the scenario nowhere.yaml cannot be read: "),
        (("forecast", "backtest", "--models", "mean5"), "no demand model is called 'mean5'; did you mean 'mean"),
        (("forecast", "backtest", "--period", "month"), "no period is called 'month'; Allowed: day, week"),
        (
            ("forecast", "backtest", "--horizon", 30),
            "3 origins of 30 periods, and an earlier one that teaches, need",
        ),
        (("forecast", "explain", "tea"), "product 'tea' is not forecast: it is not among the 6 products"),
        (("import", "sale", "x.csv"), "no table is called 'sale'; did you mean 'sales'?"),
        (("import", "sales", "nowhere.csv"), "there is no file 'nowhere.csv'; give the path of a file"),
        (("import", "sales", "."), "there is no file '.'; give the path of a file"),
        (("report", "--out", "."), "'.' is a folder; give the name of the file to write, such as report.html"),
        (("report", "--out", f"{__file__}/report.html"), "File exists ("),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(words: tuple[str, ...], said: str, shop: AShop) -> None:
    ran = shop.run(*words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.said.startswith(f"dealwright: {said}")


def test_a_misspelled_scenario_is_refused_with_everything_that_is_wrong(shop: AShop, tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text("weks: 4\nlimits: {budgett: 3, display_slots: -1}\nn_draws: 49\n")
    problems = shop.run("plan", "--scenario", path, "--json").document["problems"]
    assert [problem.split(": ")[1] for problem in problems] == [
        "n_draws",
        "limits.display_slots",
        "limits.budgett",
        "weks",
    ]


def test_contradicting_limits_are_named(shop: AShop, tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(
        SCENARIO + "limits: {slots_per_category: 1, least_per_week: [{least: 2, category: category 0}]}"
    )
    ran = shop.run("plan", "--scenario", path, "--json")
    assert (ran.code, ran.document["error"]) == (1, "InfeasibleError")
    (problem,) = ran.document["problems"]
    assert (
        "at most 1 promotions per category and week; at least 2 promotions per week (category: category 0)"
        in problem
    )


def test_before_there_are_sales_or_a_plan_every_command_says_what_comes_first(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    said = f"{folder} is no workspace (it has no dealwright.toml); make one with: dealwright init {folder}"
    assert run("check", "--shop", folder).said == f"dealwright: {said}\n"
    run("init", folder)
    for command in ("check", "profile", "forecast", "plan"):
        ran = run(command, "--shop", folder, "--json")
        assert ran.code == 1
        assert "no sales" in ran.document["problems"][0]
        assert "import" in ran.document["problems"][0]
    for words in (("report", "--out", tmp_path / "r.html"), ("explain", "P-001")):
        ran = run(*words, "--shop", folder, "--json")
        assert ran.code == 1
        assert "run 'dealwright plan' first" in ran.document["problems"][0]
    assert not (tmp_path / "r.html").exists()


@pytest.mark.parametrize("text", ["{", "{}", "[]"])
def test_a_damaged_plan_is_said_to_be_damaged(text: str, tmp_path: Path) -> None:
    run("init", tmp_path)
    (tmp_path / "plans/latest").mkdir(parents=True)
    (tmp_path / "plans/latest/summary.json").write_text(text)
    ran = run("explain", "P-001", "--shop", tmp_path, "--json")
    assert ran.document["error"] == "WorkspaceError"
    assert "summary.json is damaged" in ran.document["problems"][0]
    assert "run 'dealwright plan' again" in ran.document["problems"][0]


def test_all_wrong_settings_of_a_new_shop_are_told_and_no_folder_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    wrong = ("--currency", "euro", "--time-zone", "Berlin", "--country", "Germany", "--first-weekday", "mon")
    ran = run("init", folder, *wrong, "--lang", "fr", "--json")
    assert (ran.code, len(ran.document["problems"])) == (1, 5)
    assert not folder.exists()


def test_serious_findings_fail_a_strict_check(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("order_id,sold_at,sku,quantity,net_amount\n1,2024-01-02,A,1,2.00\n")
    run("init", tmp_path)
    run("import", "sales", path, "--shop", tmp_path)
    assert run("check", "--shop", tmp_path, "--json").code == 0
    strict = run("check", "--shop", tmp_path, "--strict", "--json")
    assert strict.code == 3
    assert [item["code"] for item in strict.document["findings"] if item["severity"] == "serious"] == ["single_row"]


@pytest.mark.parametrize(
    "words",
    [
        ("forecast", "--json", "backtest"),
        ("forecast", "backtest", "--origins", "0"),
        ("forecast", "explain", "sku-0", "--week", "soon"),
        ("plann",),
        ("plan", "--shopp", "x"),
        ("plan", "--seed", "-1"),
        ("plan", "--seed", "x"),
        ("import",),
    ],
)
def test_wrong_usage_ends_with_2(words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Usage: ")
