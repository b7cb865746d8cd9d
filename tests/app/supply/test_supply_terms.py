"""The file of supply terms: what it says, for whom, and what is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from dealwright.app.supply.supply_terms import SupplyTerms
from dealwright.core.errors import InputError


def test_what_a_product_has_of_its_own_goes_before_what_all_have() -> None:
    terms = SupplyTerms.read("{pack: 6, order_cost: 3, products: [{sku: tea, pack: 12, order_cost: 1.50}]}")
    assert terms.of_products("pack", ["tea", "coffee"]).tolist() == [12.0, 6.0]
    assert terms.order_cost_minor(["tea", "coffee"], currency="EUR").tolist() == [150.0, 300.0]


def test_a_service_level_that_nobody_gave_is_not_made_up() -> None:
    assert np.isnan(SupplyTerms().of_products("service_level", ["tea"])).all()


def test_a_table_by_product_leaves_empty_cells_to_the_shop() -> None:
    rows = [{"sku": "007", "lead_time_weeks": "2", "pack": ""}, {"sku": "tea", "lead_time_weeks": "", "pack": "4"}]
    terms = SupplyTerms.of_rows(rows, source="terms.csv")
    assert terms.of_products("lead_time_weeks", ["007", "tea"]).tolist() == [2.0, 1.0]
    assert terms.of_products("pack", ["007", "tea"]).tolist() == [1.0, 4.0]


def test_a_misspelt_column_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'lead_time_weeks'"):
        SupplyTerms.of_rows([{"sku": "tea", "lead_time": "2"}], source="terms.csv")


def test_a_product_that_stands_twice_is_refused() -> None:
    with pytest.raises(InputError, match="tea stands twice"):
        SupplyTerms.read("products: [{sku: tea}, {sku: tea}]")


def test_unknown_products_and_amounts_that_are_none_are_told_together() -> None:
    terms = SupplyTerms.read("{order_cost: 0.001, deals: [{sku: te, unit_cost: 1}], products: [{sku: cofee}]}")
    with pytest.raises(InputError) as refusal:
        terms.refuse_unknown(["tea", "coffee"], currency="EUR")
    problems = refusal.value.problems
    assert len(problems) == 3
    assert "did you mean 'coffee'" in problems[0]
    assert "did you mean 'tea'" in problems[1]
    assert problems[2].startswith("order_cost: ")


def test_the_terms_of_the_how_to_can_be_read() -> None:
    page = (Path(__file__).parents[3] / "docs" / "howto" / "order-stock.md").read_text("utf-8")
    (written,) = re.findall(r"^```yaml\n(.*?)^```$", page, flags=re.M | re.S)
    terms = SupplyTerms.read(written)
    assert terms.products[0].pack == 12
    assert terms.deals[0].limit == 1000
