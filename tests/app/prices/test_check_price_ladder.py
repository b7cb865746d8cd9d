"""Prices of today held against the rules and competitors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.prices.check_price_ladder import LadderCheck, check_price_ladder
from dealwright.app.prices.price_facts import price_facts, quotes_of
from dealwright.app.prices.price_rules import PriceRules, ruled
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from known_demand import SCENARIO, known_demand
from known_shop import make_frames, make_panel


def tables(rows: Sequence[tuple[str, int, str | None, date]]) -> MemoryTables:
    """The known shop with prices: product, minor units, whose, since when."""
    frames = make_frames(make_panel(n=6, n_weeks=60, n_categories=2, base=30.0))
    if rows:
        frames["prices"] = pd.DataFrame(rows, columns=[c.SKU, c.REGULAR_PRICE, c.COMPETITOR, c.STARTS_ON])
    return MemoryTables(frames)


def on() -> date:
    return known_demand().response.weeks[0]


def checked(text: str, rows: Sequence[tuple[str, int, str | None, date]]) -> LadderCheck:
    panel, shop = known_demand().panel, tables(rows)
    facts = price_facts(panel, shop, SCENARIO, on=on(), currency="EUR")
    rules = ruled(PriceRules.read(text), panel, currency="EUR")
    return check_price_ladder(facts, rules, shop, on=on(), currency="EUR")


def test_a_price_with_wrong_digits_is_told_with_what_is_allowed() -> None:
    table = checked("ending: [{digits: '9', skus: [sku-1]}]", []).table.set_index("sku")
    assert table.loc["sku-1", "breaks"] == "ending"
    assert (table.loc["sku-1", "lowest"], table.loc["sku-1", "highest"]) == (4.59, 5.49)
    assert table.loc["sku-2", "breaks"] == ""


def test_a_listed_price_goes_before_what_sales_tell() -> None:
    found = checked("ending: []", [("sku-1", 620, None, on() - timedelta(days=9))])
    assert found.table.set_index("sku").loc["sku-1", "price"] == 6.2
    assert found.n_prices_inferred == 5


def test_the_lowest_competitor_is_followed_but_never_below_cost() -> None:
    old = on() - timedelta(days=30)
    rows = [("sku-1", 480, "A", old), ("sku-1", 520, "B", old), ("sku-2", 300, "A", old)]
    table: Any = checked("{competitor: [{}], ending: [], largest_change: [{share: 0.3}]}", rows).table.set_index(
        "sku"
    )
    assert (table.loc["sku-1", "asked"], table.loc["sku-1", "proposed"]) == (4.8, 4.8)
    assert table.loc["sku-1", "competitors"] == "A 4.80, B 5.20"
    assert table.loc["sku-2", "proposed"] == 3.5
    assert table.loc["sku-2", "reason"] == "cost"
    assert pd.isna(table.loc["sku-3", "proposed"])


def test_the_newest_price_of_a_competitor_counts() -> None:
    old, new = on() - timedelta(days=30), on() - timedelta(days=2)
    quotes = quotes_of(tables([("sku-1", 480, "A", old), ("sku-1", 470, "A", new)]), ("sku-1",), on=on())
    assert [quote.price_minor for quote in quotes["sku-1"]] == [470]


def test_competitors_that_nobody_knows_cannot_be_followed() -> None:
    with pytest.raises(InputError, match="needs competitors' prices"):
        checked("competitor: [{}]", [])
    later = [("sku-1", 480, "A", on() + timedelta(days=5))]
    with pytest.raises(InputError, match="no competitor's price is valid on"):
        checked("competitor: [{}]", later)


def test_broken_relations_and_rules_that_clash_are_told() -> None:
    found = checked(
        "{brand_gap: [{cheaper: sku-0, dearer: sku-1, least: 0.1}], floor: [{least: 9, skus: [sku-2]}]}", []
    )
    assert [code for code, _ in found.broken] == ["brand_gap"]
    assert [sku for sku, _ in found.clashes] == ["sku-2"]
    assert "sku-2" not in set(found.table["sku"])
