"""How products answer to offers: what is told, what is marked as a guess, what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.demand.basis import Basis
from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.demand.tell_response import find_response, tell_response
from dealwright.core.errors import InputError
from dealwright.plan.scenario import Scenario
from known_shop import make_frames, make_panel


@pytest.fixture(scope="module")
def basis() -> Basis:
    frames = make_frames(make_panel(n=6, n_weeks=40, n_categories=2, base=30.0), n_customers=60)
    scenario = Scenario.read("n_draws: 100\nscope: {least_selling_weeks: 8}")
    return Basis(MemoryTables(frames), scenario, country="US", seed=3)


@pytest.fixture(scope="module")
def demand(basis: Basis) -> DemandForecast:
    return basis.learn(basis.read())


def test_an_elasticity_holds_the_truth_it_was_made_with(demand: DemandForecast) -> None:
    assert tell_response(demand).products
    for product in tell_response(demand).products:
        assert product.elasticity.low - 0.5 < 2.5 < product.elasticity.high + 0.5
        assert product.is_identified
        assert not product.has_wrong_sign


def test_offers_are_every_depth_with_every_vehicle_but_no_offer_at_all(demand: DemandForecast) -> None:
    (product,) = tell_response(demand, ["sku-0"], depths=[0.2, 0.1]).products
    told = [(answer.depth, answer.on_display, answer.in_mailer) for answer in product.answers]
    assert len(told) == len(set(told)) == 11
    assert (0.0, False, False) not in told
    assert sorted({depth for depth, _, _ in told}) == [0.0, 0.1, 0.2]


def test_a_deeper_cut_never_sells_less(demand: DemandForecast) -> None:
    for product in tell_response(demand).products:
        alone = [a.times.value for a in product.answers if not (a.on_display or a.in_mailer)]
        assert len(alone) > 1
        assert alone == sorted(alone)
        assert alone[0] > 1.0


def test_only_depths_beyond_the_deepest_seen_are_marked(demand: DemandForecast) -> None:
    (product,) = tell_response(demand, ["sku-0"], depths=[0.3, 0.6]).products
    assert 0.3 < product.greatest_depth < 0.5
    assert {answer.depth for answer in product.answers if answer.is_extrapolated} == {0.6}


def test_a_vehicle_that_was_never_used_is_marked(demand: DemandForecast) -> None:
    none = np.zeros_like(demand.response.display_reach)
    told = tell_response(replace(demand, response=replace(demand.response, display_reach=none)), ["sku-0"])
    marked = {a.on_display for a in told.products[0].answers if a.depth <= 0.1 and a.is_extrapolated}
    assert marked == {True}


def test_an_answer_held_at_the_most_that_is_believed_says_so(demand: DemandForecast) -> None:
    huge = replace(demand.response, elasticity=demand.response.elasticity * 10)
    told = tell_response(replace(demand, response=huge), ["sku-0"], depths=[0.1, 0.5])
    alone = {a.depth: a for a in told.products[0].answers if not (a.on_display or a.in_mailer)}
    assert alone[0.5].is_capped
    assert alone[0.5].times.value == pytest.approx(8.0)


def test_neighbours_are_of_the_same_category_and_named_both_ways(demand: DemandForecast) -> None:
    (told,) = tell_response(demand, ["sku-0"]).products
    assert {one.sku for one in told.neighbours} == {"sku-2", "sku-4"}
    strength = [abs(one.its_price.value) for one in told.neighbours]
    assert strength == sorted(strength, reverse=True)
    for one in told.neighbours:
        assert one.its_price == demand.response.cross_elasticity(one.sku, "sku-0")
        assert one.own_price == demand.response.cross_elasticity("sku-0", one.sku)


def test_products_that_cannot_be_planned_on_are_named(demand: DemandForecast) -> None:
    response = demand.response
    wrong, still = response.elasticity.copy(), response.n_price_points.copy()
    wrong[:, 1], still[2] = -1.0, 1
    told = tell_response(replace(demand, response=replace(response, elasticity=wrong, n_price_points=still)))
    first, second, third = response.skus[:3]
    assert list(told.wrong_sign) == [second]
    assert told.not_identified == {third: third.replace("sku-", "product ")}
    assert told.products[0].sku == first
    assert [p.has_wrong_sign for p in told.products] == [False, True, False, False, False, False]
    assert [p.is_identified for p in told.products] == [True, True, False, True, True, True]


def test_the_document_is_plain_values(demand: DemandForecast) -> None:
    told = json.loads(json.dumps(tell_response(demand, ["sku-0"]).to_dict(), allow_nan=False))
    product = told["products"][0]
    assert product["elasticity"].keys() == {"value", "low", "high", "level"}
    assert product["answers"][0]["times"].keys() == {"value", "low", "high", "level"}
    assert len(product["neighbours"]) == 2


def test_unknown_products_and_depths_that_are_none_are_refused_before_anything_is_learnt(basis: Basis) -> None:
    said: list[str] = []
    with pytest.raises(InputError) as refused:
        find_response(
            basis, ["sku-O", "sku-1", "tea"], depths=[0.2, 1.0], progress=lambda what, _: said.append(what)
        )
    assert [problem.split(";")[0].split(".")[0] for problem in refused.value.problems] == [
        "no forecast product is called 'sku-O'",
        "no forecast product is called 'tea'",
        "a depth is a share of the price above 0 and below 1, such as 0",
    ]
    assert "did you mean 'sku-" in refused.value.problems[0]
    assert said == ["laying sales out by product and week"]
