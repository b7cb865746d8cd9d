from datetime import timedelta

import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.recommend.recommend_items import LearntRecommender, learn_recommender
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.recommend.filters import InStock
from dealwright.recommend.rank import Taste
from dealwright.recommend.serve import Event
from small_shop import END


def _shop(**more: pd.DataFrame) -> MemoryTables:
    """Three customers: all buy tea, two of them milk, one bread, who buys it weekly."""
    rows = [("ann", "tea", 7), ("bob", "tea", 7), ("cy", "tea", 7), ("ann", "milk", 14), ("bob", "milk", 14)]
    rows += [("cy", "bread", 7 * week) for week in range(1, 9)]
    sales = pd.DataFrame(
        {
            c.ORDER: [f"{who}-{back}" for who, _, back in rows],
            c.SOLD_AT: pd.to_datetime([END - timedelta(days=back) for _, _, back in rows]),
            c.SKU: [what for _, what, _ in rows],
            c.QUANTITY: 1,
            c.NET_AMOUNT: 250,
            c.CUSTOMER: [who for who, _, _ in rows],
        }
    )
    return MemoryTables({"sales": sales} | more)


def _learnt(tables: MemoryTables, model: str = "buy_again") -> LearntRecommender:
    return learn_recommender(tables, model=model, seed=0, least_buyers=1)


def test_each_customer_gets_a_list_with_ranks_and_an_unknown_one_what_is_popular() -> None:
    found = _learnt(_shop()).recommend(["cy", "stranger"], Taste(k=2))
    assert found[["customer_id", "rank", "sku", "is_fallback"]].values.tolist() == [
        ["cy", 1, "bread", False],
        ["cy", 2, "tea", False],
        ["stranger", 1, "tea", True],
        ["stranger", 2, "milk", True],
    ]


def test_only_new_items_are_those_a_customer_never_bought() -> None:
    found = _learnt(_shop()).recommend(["cy"], Taste(k=5, is_new_only=True))
    assert found["is_bought_before"].tolist() == [False]
    assert found["sku"].tolist() == ["milk"]


def test_what_is_out_of_stock_is_not_shown() -> None:
    stock = pd.DataFrame(
        {c.SKU: ["tea", "bread", "bread"], c.COUNTED_ON: [END, END - timedelta(7), END], c.UNITS: [9, 5, 0]}
    )
    found = _learnt(_shop(stock=stock)).recommend(["cy"], Taste(k=5), filters=[InStock()])
    assert found["sku"].tolist() == ["tea"]


def test_margins_come_from_costs_and_are_asked_for_where_they_are_missing() -> None:
    costs = pd.DataFrame({c.SKU: ["tea", "milk", "bread"], c.STARTS_ON: END, c.UNIT_COST: [50, 100, 249]})
    learnt = _learnt(_shop(costs=costs))
    assert learnt.shelf.margin_minor is not None
    assert dict(zip(learnt.shelf.items, learnt.shelf.margin_minor.tolist(), strict=True)) == {
        "bread": 1,
        "milk": 150,
        "tea": 200,
    }
    assert learnt.recommend(["cy"], Taste(k=1, margin_share=1.0))["sku"].tolist() == ["tea"]
    with pytest.raises(InputError, match="margins are not known"):
        _learnt(_shop()).recommend(["cy"], Taste(margin_share=0.5))


def test_reasons_sum_to_the_score_and_the_unknown_is_told_at_once() -> None:
    learnt = _learnt(_shop(), "ease")
    shown = learnt.recommend(["ann"], Taste(k=1)).iloc[0]
    assert learnt.explain("ann", shown["sku"]).score == pytest.approx(shown["score"], abs=1e-6)
    with pytest.raises(InputError) as told:
        learnt.explain("dan", "rum")
    assert len(told.value.problems) == 2


def test_an_event_is_known_to_the_next_answer() -> None:
    serving = _learnt(_shop()).serving()
    for day in range(3):
        serving.record(Event("ann", "bread", 19_760 + day))
    assert serving.recommend("ann", Taste(k=1))[0].item == "bread"


def test_sales_without_customers_and_a_shop_without_sales_are_refused_with_a_remedy() -> None:
    nameless = _shop().table("sales").to_pandas().assign(**{c.CUSTOMER: None})
    with pytest.raises(InputError, match="names its customer"):
        _learnt(MemoryTables({"sales": nameless}))
    with pytest.raises(InputError, match="import a file of order lines"):
        _learnt(MemoryTables({}))
