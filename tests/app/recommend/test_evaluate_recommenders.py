from datetime import timedelta

import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.recommend.evaluate_recommenders import evaluate_recommenders
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from small_shop import END


def _shop() -> MemoryTables:
    """Ann always buys tea and bob milk, each week for a year; in the last month ann also finds the bread."""
    rows = [(who, what, 7 * week) for who, what in (("ann", "tea"), ("bob", "milk")) for week in range(1, 53)]
    rows += [("bob", "bread", 100), ("ann", "bread", 7)]
    return MemoryTables(
        {
            "sales": pd.DataFrame(
                {
                    c.ORDER: [f"{who}-{back}" for who, _, back in rows],
                    c.SOLD_AT: pd.to_datetime([END - timedelta(days=back) for _, _, back in rows]),
                    c.SKU: [what for _, what, _ in rows],
                    c.QUANTITY: 1,
                    c.NET_AMOUNT: 250,
                    c.CUSTOMER: [who for who, _, _ in rows],
                }
            )
        }
    )


def test_the_recommender_that_knows_who_buys_what_wins() -> None:
    judged = evaluate_recommenders(_shop(), models=["popular", "buy_again"], k=1, least_buyers=1, seed=0)
    assert judged.best() == "buy_again"
    row = judged.table.iloc[0]
    assert row["n_customers"] == 2
    assert row["precision"] == 1.0
    assert row["recall"] == 0.75  # bob took milk alone, ann tea and bread


def test_the_task_new_asks_only_for_what_was_never_bought_before() -> None:
    judged = evaluate_recommenders(_shop(), models=["popular"], k=2, least_buyers=1, seed=0)
    new = judged.table[judged.table["task"] == "new"].iloc[0]
    assert new["n_customers"] == 1  # ann, who found the bread
    assert new["recall"] == 1.0


def test_every_mean_carries_its_interval() -> None:
    row = evaluate_recommenders(_shop(), models=["buy_again"], k=1, least_buyers=1, seed=0).table.iloc[0]
    assert row["recall_low"] == 0.5
    assert row["recall_high"] == 1.0


def test_an_unknown_model_is_told_before_anything_is_read() -> None:
    with pytest.raises(InputError, match="did you mean 'hybrid'"):
        evaluate_recommenders(_shop(), models=["hybird"], seed=0)
