"""Prices of related products: what breaks a relation, and the best prices that keep all."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.core.ids import Sku
from dealwright.price.ladder import Ladder
from dealwright.price.relations import BrandGap, NoDearerPerUnit, Relation, best_related, check, violations

SMALL, LARGE, BRAND = Sku("tea 50"), Sku("tea 100"), Sku("brand tea 50")
PACKS = NoDearerPerUnit(SMALL, 50, LARGE, 100)
BRANDS = BrandGap(SMALL, BRAND, 0.2)


def test_a_larger_pack_costs_at_most_the_same_per_unit() -> None:
    assert check(PACKS, {SMALL: 200, LARGE: 400})
    verdict = check(PACKS, {SMALL: 200, LARGE: 401})
    assert verdict.code == "no_dearer_per_unit"
    assert verdict.reason == "“tea 100 costs no more per unit than tea 50” is broken: tea 100 costs 401, tea 50 200"


def test_a_brand_keeps_its_distance() -> None:
    assert check(BRANDS, {SMALL: 200, BRAND: 240})
    assert check(BRANDS, {SMALL: 200, BRAND: 239}).code == "brand_gap"


def test_all_broken_relations_are_told() -> None:
    assert len(violations([PACKS, BRANDS], {SMALL: 200, LARGE: 500, BRAND: 200})) == 2


def test_a_product_without_price_is_named() -> None:
    with pytest.raises(InputError, match="no priced product is called 'tea 100'"):
        check(PACKS, {SMALL: 200})


def test_packs_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(InputError, match="swap them"):
        NoDearerPerUnit(LARGE, 100, SMALL, 50)


@pytest.mark.parametrize("seed", range(6))
def test_the_best_related_prices_are_those_of_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ladders = {
        SMALL: Ladder.of([150, 180, 210, 240]),
        LARGE: Ladder.of([250, 320, 400, 500]),
        BRAND: Ladder.of([180, 240, 300]),
    }
    values = {sku: rng.uniform(0, 100, len(ladder.prices)) for sku, ladder in ladders.items()}
    relations: list[Relation] = [PACKS, BRANDS]
    allowed = [
        sum(float(values[sku][k]) for sku, k in zip(ladders, rungs, strict=True))
        for rungs in product(*(range(len(ladder.prices)) for ladder in ladders.values()))
        if not violations(relations, {sku: ladders[sku].prices[k] for sku, k in zip(ladders, rungs, strict=True)})
    ]
    chosen = best_related(ladders, values, relations)
    assert chosen.value == pytest.approx(max(allowed))
    assert chosen.bound >= chosen.value
    assert violations(relations, chosen.prices) == []


def test_relations_that_no_rungs_keep_are_named() -> None:
    ladders = {SMALL: Ladder.of([200]), LARGE: Ladder.of([450])}
    values = {SMALL: np.ones(1), LARGE: np.ones(1)}
    with pytest.raises(InputError, match="no rungs keep all of: “tea 100 costs no more per unit"):
        best_related(ladders, values, [PACKS])


def test_all_that_does_not_fit_is_told_at_once() -> None:
    with pytest.raises(InputError) as told:
        best_related({SMALL: Ladder.of([200]), BRAND: Ladder.of([300])}, {SMALL: np.array([np.nan])}, [PACKS])
    assert len(told.value.problems) == 3
    with pytest.raises(InputError, match="no product to price"):
        best_related({}, {}, [])
