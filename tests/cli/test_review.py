"""The command about promotions that are over."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from imported_shop import ImportedShop, imported_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> ImportedShop:
    return imported_shop(tmp_path_factory.mktemp("review") / "shop", group="review")


def test_the_screen_says_what_all_earned_and_how_many_to_run_again(shop: ImportedShop) -> None:
    ran = shop.run("--most", 3)
    assert ran.code == 0
    assert "All together" in ran.out
    assert "to run again" in ran.out
    assert "6 products have no cost in the data" in ran.out


def test_the_screen_speaks_chinese(shop: ImportedShop) -> None:
    assert "合计" in shop.run("--lang", "zh").out


def test_the_document_holds_every_promotion_and_the_file_too(shop: ImportedShop, tmp_path: Path) -> None:
    document = shop.run("--json", "--out", tmp_path).document
    rows = pd.read_csv(tmp_path / "reviews.csv", encoding="utf-8-sig")
    assert len(document["reviews"]) == len(rows) > 0
    assert rows["profit"].sum() == pytest.approx(document["profit"]["value"])


def test_a_day_after_the_last_sale_has_nothing_to_review(shop: ImportedShop) -> None:
    ran = shop.run("--since", "2031-01-01")
    assert ran.code == 1
    assert "no promotion since 2031-01-01 can be reviewed" in ran.said
