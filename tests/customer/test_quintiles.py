"""Every customer is scored by the fifth they are in; equals score equal."""

from __future__ import annotations

import ibis
import pandas as pd

from dealwright.customer.quintiles import cell_sizes, rfm_scores


def customers(**columns: list[int]) -> ibis.Table:
    n = len(next(iter(columns.values())))
    typical = {"days_since_purchase": [1] * n, "orders": [1] * n, "spend_minor": [100] * n}
    return ibis.memtable(pd.DataFrame({"customer_id": [f"{i:02}" for i in range(n)], **typical, **columns}))


def test_five_customers_who_differ_score_one_to_five() -> None:
    scores = rfm_scores(customers(orders=[1, 2, 3, 4, 5])).execute()
    assert scores["frequency_score"].tolist() == [1, 2, 3, 4, 5]


def test_ten_customers_who_differ_are_two_to_a_score() -> None:
    scores = rfm_scores(customers(spend_minor=[10 * i for i in range(10)])).execute()
    assert scores["spend_score"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_who_bought_most_recently_scores_best() -> None:
    scores = rfm_scores(customers(days_since_purchase=[0, 10, 20, 30, 40])).execute()
    assert scores["recency_score"].tolist() == [5, 4, 3, 2, 1]


def test_equal_customers_score_equal_however_many_they_are() -> None:
    # Six of ten bought once: nobody does worse. Those above do better than 6, 7, 8 and 9 of the 9 others.
    scores = rfm_scores(customers(orders=[1, 1, 1, 1, 1, 1, 2, 3, 4, 5])).execute()
    assert scores["frequency_score"].tolist() == [1, 1, 1, 1, 1, 1, 4, 4, 5, 5]


def test_a_percent_rank_of_exactly_a_fifth_is_the_second_score() -> None:
    scores = rfm_scores(customers(orders=[1, 2, 3, 4, 5, 6])).execute()
    assert scores["frequency_score"].tolist() == [1, 2, 3, 4, 5, 5]


def test_a_single_customer_is_nobody_to_compare_with() -> None:
    assert rfm_scores(customers(orders=[7])).execute()["rfm_cell"].tolist() == ["111"]


def test_the_cell_is_recency_frequency_and_spend() -> None:
    scores = rfm_scores(
        customers(days_since_purchase=[9, 8, 7, 6, 5], orders=[5, 4, 3, 2, 1], spend_minor=[3, 3, 3, 3, 9])
    ).execute()
    assert scores["rfm_cell"].tolist() == ["151", "241", "331", "421", "515"]


def test_cells_tell_their_share_of_customers_and_of_spend() -> None:
    shop = customers(orders=[1, 1, 2, 3], spend_minor=[100, 100, 300, 500])
    sizes = cell_sizes(rfm_scores(shop), shop, by=("frequency_score",)).execute()
    assert sizes.to_dict("list") == {
        "frequency_score": [1, 4, 5],
        "n_customers": [2, 1, 1],
        "spend_minor": [200, 300, 500],
        "share": [0.5, 0.25, 0.25],
        "spend_share": [0.2, 0.3, 0.5],
    }


def test_cells_of_customers_who_spent_nothing_have_no_share_of_it() -> None:
    shop = customers(spend_minor=[0, 0])
    sizes = cell_sizes(rfm_scores(shop), shop).execute()
    assert sizes[["n_customers", "spend_share"]].to_dict("list") == {"n_customers": [2], "spend_share": [0.0]}
