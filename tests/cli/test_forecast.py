"""The commands about forecasts from end to end: what they print, what they refuse, how they end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from command_line import Ran, run
from dealwright.cli.forecast_words import FORECAST_WORDS
from dealwright.data import columns as c
from known_shop import make_frames, make_panel

pytestmark = pytest.mark.xdist_group("cli-forecast")

SCENARIO = "n_draws: 50\nweeks: 2\nscope: {least_selling_weeks: 8}\n"
N_WEEKS, N_NEW = 46, 4
PANEL = make_panel(n=12, n_weeks=N_WEEKS, n_categories=2, base=30.0)


@dataclass(frozen=True)
class AShop:
    folder: Path
    files: Path

    def ask(self, command: str, *words: object) -> Ran:
        return run("forecast", command, *words, "--shop", self.folder)


def write(frames: dict[str, pd.DataFrame], folder: Path) -> dict[str, Path]:
    """As files of a shop, with amounts in major units."""
    written = {}
    for name, frame in frames.items():
        amounts = [str(column) for column in frame if "amount" in str(column)]
        told = frame.assign(**{column: (frame[column] / 100).map("{:.2f}".format) for column in amounts})
        written[name] = folder / f"{name}-{len(frame)}.csv"
        told.to_csv(written[name], index=False)
    return written


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> AShop:
    """A shop whose last four weeks of sales have not come in yet."""
    files, folder = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("cli") / "shop"
    frames = make_frames(PANEL, n_customers=60)
    is_early = frames["sales"][c.SOLD_AT] < pd.Timestamp(PANEL.starts[-N_NEW])
    assert run("init", folder).code == 0
    for name, path in write({**frames, "sales": frames["sales"][is_early]}, files).items():
        assert run("import", name, path, "--shop", folder).code == 0
    (folder / "scenario.yaml").write_text(SCENARIO)
    return AShop(folder, files)


def launch(shop: AShop, text: str) -> Path:
    path = shop.files / "launch.csv"
    path.write_text(text, "utf-8")
    return path


# The ordinary path


def test_new_products_have_units_by_week_and_are_like_products_that_sell(shop: AShop) -> None:
    path = launch(shop, "sku,name,category,price\nN1,Green tea,category 0,4.99\nN2,,category 1,5.49\n")
    told = shop.ask("new", path, "--json").document
    assert [(one["sku"], one["price"], len(one["units"])) for one in told["products"]] == [
        ("N1", 4.99, 2),
        ("N2", 5.49, 2),
    ]
    assert {similar["sku"] for similar in told["products"][0]["similar"]} <= {f"sku-{i}" for i in range(0, 12, 2)}
    assert told["n_learnt_from"] == 12
    out = shop.ask("new", path).out
    assert "Green tea (N1)" in out
    assert "Assumed: the product is settled and not promoted" in out
    assert str(PANEL.starts[-N_NEW]) in out


def test_the_response_is_a_table_of_products_or_all_of_one(shop: AShop) -> None:
    assert len(shop.ask("response", "--json").document["products"]) == 12
    overview = shop.ask("response", "--depths", "10,60").out
    assert "-60%" in overview
    assert "product 3 (sku-3)" in overview
    detail = shop.ask("response", "--sku", "sku-3", "--sku", "sku-4", "--depths", "10,60%")
    assert detail.code == 0
    assert detail.out.count("Strongest neighbours") == 2
    line = next(line for line in detail.out.splitlines() if line.startswith("│-60%"))
    assert all("*" in cell for cell in line.strip("│").split("│")[1:])
    assert "*" not in next(line for line in detail.out.splitlines() if line.startswith("│-10%"))


def test_totals_of_all_levels_agree(shop: AShop) -> None:
    told = shop.ask("totals", "--json").document["levels"]
    sums = [sum(node["units"]["value"] for node in nodes) for nodes in told.values()]
    assert sums == pytest.approx([sums[0]] * 3)
    out = shop.ask("totals").out
    assert "products (12)" in out
    assert "and 2 more" in out
    assert "categories (2)" in out
    whole = shop.ask("totals", "--level", "sku").out
    assert "and 2 more" not in whole
    assert "categories (2)" not in whole


def test_drift_tells_state_evidence_and_remedy_by_category(shop: AShop) -> None:
    told = shop.ask("drift", "--weeks", 6, "--strict", "--json")
    assert (told.code, told.document["advice"], told.document["was_kept"]) == (0, "keep", False)
    assert [row["remedy"] for row in told.document["categories"]] == ["keep", "keep"]
    out = shop.ask("drift", "--weeks", 3).out
    assert "category 1" in out
    assert "It holds: nothing needs doing." in out
    assert "Fewer than four weeks prove little" in out


def test_new_sales_refresh_what_was_learnt_and_a_level_that_moved_is_found(shop: AShop, tmp_path: Path) -> None:
    first = shop.ask("refresh", "--json").document
    assert (first["was_learnt"], first["newer_weeks"], first["learnt_until"]) == (
        True,
        0,
        str(PANEL.starts[-N_NEW]),
    )
    assert (shop.folder / "models/forecaster.pickle").exists()
    again = shop.ask("refresh")
    assert "There are no sales newer than" in again.out
    frames = make_frames(PANEL, n_customers=60)
    sales = frames["sales"][frames["sales"][c.SOLD_AT] >= pd.Timestamp(PANEL.starts[-N_NEW])]
    doubled = sales.assign(**{c.QUANTITY: sales[c.QUANTITY] * 2, c.NET_AMOUNT: sales[c.NET_AMOUNT] * 2})
    doubled[c.DISCOUNT_AMOUNT] *= 2
    assert run("import", "sales", write({"sales": doubled}, tmp_path)["sales"], "--shop", shop.folder).code == 0
    judged = shop.ask("drift", "--weeks", N_NEW, "--strict", "--json")
    assert (judged.code, judged.document["was_kept"]) == (3, True)
    assert "level_moved" in {reason["code"] for reason in judged.document["reasons"]}
    assert judged.document["shift"]["value"] == pytest.approx(1.0, abs=0.2)
    moved = shop.ask("refresh", "--json").document
    assert (moved["was_learnt"], moved["newer_weeks"]) == (False, N_NEW)
    assert moved["learnt_until"] == first["learnt_until"]
    before, after = (sum(row[name] for row in moved["categories"]) for name in ("before", "after"))
    assert after / before > 1.2
    assert "Refreshed: the levels of 12 products, from 4 weeks newer than" in shop.ask("refresh").out
    anew = shop.ask("refresh", "--refit", "--json").document
    assert (anew["was_learnt"], anew["newer_weeks"]) == (True, 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("response",), "弹性"),
        (("response", "--sku", "sku-3"), "影响最大的同类商品"),
        (("totals",), "各部分之和等于整体"),
        (("drift", "--weeks", "3"), "不足四周"),
        (("refresh",), "个商品"),
    ],
)
def test_people_read_chinese_if_they_ask_for_it(words: tuple[str, ...], said: str, shop: AShop) -> None:
    out = shop.ask(*words, "--lang", "zh").out
    assert said in out
    assert "Without promotions" not in out
    assert "sold over" not in out


def test_both_languages_have_the_same_words_with_the_same_parameters() -> None:
    english, chinese = FORECAST_WORDS["en"], FORECAST_WORDS["zh"]
    assert list(english) == list(chinese)
    assert [name for name in english if params(english[name]) != params(chinese[name])] == []


def params(text: str) -> set[str]:
    return {part.split("}")[0] for part in text.split("{")[1:]}


# Refusals


def test_all_that_is_wrong_with_a_file_of_new_products_is_told_at_once(shop: AShop) -> None:
    ran = shop.ask("new", launch(shop, "name,brand\nGreen tea,Acme\n"), "--json")
    assert (ran.code, ran.document["error"]) == (1, "InputError")
    assert [problem.split(" (")[0] for problem in ran.document["problems"][:3]] == [
        "launch.csv has no column 'sku'",
        "launch.csv has no column 'category'",
        "launch.csv has no column 'regular_price'",
    ]
    ran = shop.ask("new", launch(shop, "sku,category,price\nN1,category O,1\nsku-3,category 0,2\n"), "--json")
    assert [problem.split(";")[0] for problem in ran.document["problems"]] == [
        "no category with sales is called 'category O'",
        "'sku-3' has sold before",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("new", "nowhere.csv"), "there is no file 'nowhere.csv'"),
        (("response", "--sku", "sku-33"), "no forecast product is called 'sku-33'; did you mean 'sku-"),
        (("response", "--depths", "120"), "a depth is a share of the price above 0 and below 1"),
        (("totals", "--level", "shop"), "no level is called 'shop'; Allowed: category, sku, total"),
        (("totals", "--level", "stor", "--by-store"), "no level is called 'stor'; did you mean 'store'?"),
        (("drift", "--weeks", "60"), "there are "),
        (("drift", "--lang", "fr"), "no language is called 'fr'"),
        (("refresh", "--scenario", "nowhere.yaml"), "the scenario nowhere.yaml cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(words: tuple[str, ...], said: str, shop: AShop) -> None:
    ran = shop.ask(*words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.said.startswith(f"dealwright: {said}")


def test_an_empty_file_of_new_products_is_refused(shop: AShop) -> None:
    for text, said in (
        ("", "launch.csv is empty"),
        ("sku,category,price\n", "launch.csv has a header and no rows"),
    ):
        ran = shop.ask("new", launch(shop, text))
        assert (ran.code, ran.out) == (1, "")
        assert said in ran.said


def test_a_damaged_forecaster_is_said_to_be_damaged_and_how_to_go_on(tmp_path: Path) -> None:
    assert run("init", tmp_path).code == 0
    (tmp_path / "models").mkdir()
    (tmp_path / "models/forecaster.pickle").write_bytes(b"nothing")
    for command in ("drift", "refresh"):
        ran = run("forecast", command, "--shop", tmp_path, "--json")
        assert (ran.code, ran.document["error"]) == (1, "WorkspaceError")
        assert "learn anew with: dealwright forecast refresh --refit" in ran.document["problems"][0]


@pytest.mark.parametrize("command", ["response", "totals", "drift", "refresh"])
def test_before_there_are_sales_every_command_says_what_comes_first(command: str, tmp_path: Path) -> None:
    assert run("init", tmp_path).code == 0
    ran = run("forecast", command, "--shop", tmp_path, "--json")
    assert ran.code == 1
    assert "sales" in ran.document["problems"][0]


@pytest.mark.parametrize(
    "words",
    [
        ("new",),
        ("response", "--depths", "ten"),
        ("drift", "--weeks", "0"),
        ("refresh", "now"),
        ("totals", "--by-shop"),
    ],
)
def test_wrong_usage_ends_with_2(words: tuple[str, ...]) -> None:
    ran = run("forecast", *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Usage: ")


def test_options_stand_after_the_subcommand(shop: AShop) -> None:
    ran = run("forecast", "--shop", shop.folder, "totals")
    assert ran.code == 2
    assert "options of 'totals' stand after it" in " ".join(ran.err.split())
