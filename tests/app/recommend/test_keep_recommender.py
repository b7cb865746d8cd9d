"""What was learnt is kept without any customer; histories are read anew, so that new purchases count at once."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.recommend.keep_recommender import KeptRecommender, ask_kept, how_fresh, to_keep
from dealwright.app.recommend.recommend_items import learn_recommender
from dealwright.data import columns as c
from dealwright.recommend.rank import Taste
from learnt_shop import ROWS, sales_of, shop_of
from small_shop import END


def _kept(tables: MemoryTables, model: str = "buy_again") -> KeptRecommender:
    return to_keep(learn_recommender(tables, model=model, seed=0, least_buyers=1), tables)


@pytest.mark.parametrize("model", ["buy_again", "ease", "popular", "hybrid", "covisit"])
def test_the_kept_one_says_the_same_of_each_customer_as_the_one_that_learnt(model: str) -> None:
    tables = shop_of()
    learnt = learn_recommender(tables, model=model, seed=0, least_buyers=1)
    asked = ask_kept(to_keep(learnt, tables), tables, ["cy", "stranger"])
    assert asked.histories.seen.customers == ("cy",)
    customers = ["cy", "stranger"]
    pd.testing.assert_frame_equal(asked.recommend(customers, Taste(k=3)), learnt.recommend(customers, Taste(k=3)))


def test_a_purchase_after_learning_counts_at_once_and_is_told_as_newer() -> None:
    kept = _kept(shop_of())
    later = shop_of([*ROWS, ("ann", "bread", 0), ("ann", "bread", -1), ("ann", "bread", -2)])
    assert ask_kept(kept, later, ["ann"]).recommend(["ann"], Taste(k=1))["sku"].tolist() == ["bread"]
    fresh = how_fresh(kept, later)
    assert fresh.learnt_until == END - timedelta(days=7)
    assert (fresh.n_newer, fresh.newer_days, fresh.changed, fresh.is_stale) == (3, 9, (), True)


def test_nothing_new_is_not_stale() -> None:
    tables = shop_of()
    fresh = how_fresh(_kept(tables), tables)
    assert (fresh.n_newer, fresh.newer_days, fresh.changed, fresh.is_stale) == (0, 0, (), False)


def test_what_it_learnt_from_and_is_no_longer_so_is_named() -> None:
    kept = _kept(shop_of())
    products = pd.DataFrame({c.SKU: ["tea"], c.CATEGORY: ["drinks"]})
    fresh = how_fresh(kept, shop_of(ROWS[1:], products=products))
    assert fresh.changed == ("sales", "products")
    assert fresh.is_stale


def test_what_is_kept_names_no_customer() -> None:
    kept = _kept(shop_of(), "hybrid")
    assert "ann" not in repr(kept)
    assert kept.items == ("bread", "milk", "tea")


def test_a_customer_of_whom_nothing_is_known_gets_what_is_popular() -> None:
    tables = shop_of()
    found = ask_kept(_kept(tables, "ease"), tables, ["stranger"]).recommend(["stranger"], Taste(k=1))
    assert found[["sku", "is_fallback", "score", "score_means"]].values.tolist() == [
        ["tea", True, 3.0, "buyers in four weeks"]
    ]


def test_one_sale_dated_years_ahead_is_left_out_and_told_and_spoils_nothing() -> None:
    rows = ROWS + [("ann", "milk", 7 + k) for k in range(90)]
    spoilt = shop_of([*rows, ("cy", "milk", -700)])
    learnt, clean = (
        learn_recommender(tables, model="buy_again", seed=0, least_buyers=1) for tables in (spoilt, shop_of(rows))
    )
    assert learnt.histories.left_out.far_ahead == 1
    assert clean.histories.left_out.far_ahead == 0
    pd.testing.assert_frame_equal(learnt.recommend(["cy"], Taste(k=3)), clean.recommend(["cy"], Taste(k=3)))
    assert how_fresh(to_keep(learnt, spoilt), spoilt).n_far_ahead == 1


def test_promotions_are_weighed_where_the_weeks_to_come_are_planned_and_only_there() -> None:
    from dealwright.app.shop.read_histories import read_promoted

    def planned(last: int) -> pd.DataFrame:
        return pd.DataFrame(
            {
                c.SKU: ["tea", "tea", "rum"],
                c.STARTS_ON: [END, END, END],
                c.ENDS_ON: [END + timedelta(days=last)] * 3,
                c.STORE: ["north", "south", "north"],
                c.DISPLAY: [True, False, True],
                c.MAILER: [True, True, True],
            }
        )

    promoted = read_promoted(shop_of(promotions=planned(27)), ["milk", "tea"], end=END)
    assert promoted is not None
    assert (promoted.item.tolist(), promoted.display.tolist(), promoted.mailer.tolist()) == ([1], [0.5], [1.0])
    assert (promoted.ends - promoted.starts).tolist() == [28]
    assert read_promoted(shop_of(promotions=planned(13)), ["milk", "tea"], end=END) is None
    assert read_promoted(shop_of(), ["milk", "tea"], end=END) is None


def test_lines_of_a_store_that_opened_since_count_as_of_no_store_known() -> None:
    where = sales_of(ROWS).assign(**{c.STORE: "north"})
    tables = MemoryTables({"sales": where})
    kept = _kept(tables, "hybrid")
    new = MemoryTables({"sales": where.assign(**{c.STORE: "south"})})
    assert kept.stores == ("north",)
    seen = ask_kept(kept, new, ["cy"]).histories.seen
    assert seen.store is not None
    assert set(seen.store.tolist()) == {1}
