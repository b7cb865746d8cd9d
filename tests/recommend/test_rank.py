import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.recommend.diversify import cap_exposure, spread_out
from dealwright.recommend.rank import Taste, rank

POPULAR = np.array([1.0, 5.0, 4.0, 3.0, 2.0])


def test_the_likeliest_come_first_and_ties_go_to_the_first_item() -> None:
    likelihood = np.array([[0.2, 0.9, 0.2, 0.5, -np.inf]])
    assert rank(likelihood, Taste(k=4), fallback=POPULAR).items.tolist() == [[1, 3, 0, 2]]


def test_a_customer_nobody_knows_gets_what_is_popular_and_is_told_so() -> None:
    ranked = rank(np.full((1, 5), -np.inf), Taste(k=2), fallback=POPULAR)
    assert ranked.items.tolist() == [[1, 2]]
    assert ranked.is_fallback.tolist() == [[True, True]]


def test_what_may_not_be_shown_is_in_no_place_not_even_as_a_fallback() -> None:
    likelihood = np.array([[0.9, -np.inf, 0.1, -np.inf, -np.inf]])
    passing = np.array([False, False, True, True, True])
    ranked = rank(likelihood, Taste(k=5), fallback=POPULAR, passing=passing)
    assert ranked.items.tolist() == [[2, 3, 4, -1, -1]]
    assert ranked.is_fallback.tolist() == [[False, True, True, False, False]]


def test_margin_moves_an_item_up_in_proportion_to_its_share() -> None:
    likelihood, margin = np.array([[0.5, 0.4, 0.1, 0.1, 0.1]]), np.array([50.0, 150.0, 100.0, 100.0, 100.0])
    plain = rank(likelihood, Taste(k=2), fallback=POPULAR, margin=margin)
    keen = rank(likelihood, Taste(k=2, margin_share=1.0), fallback=POPULAR, margin=margin)
    assert plain.items.tolist() == [[0, 1]]
    assert keen.items.tolist() == [[1, 0]]
    assert keen.values[0].tolist() == [0.4 * 1.5, 0.5 * 0.5]


def test_a_long_tail_puts_what_few_buy_before_what_many_buy_and_wants_a_little_less() -> None:
    likelihood = np.array([[0.5, 0.6, 0.1, 0.1, 0.1]])
    assert rank(likelihood, Taste(k=2), fallback=POPULAR).items.tolist() == [[1, 0]]
    ranked = rank(likelihood, Taste(k=2, long_tail=1.0), fallback=POPULAR)
    assert ranked.items.tolist() == [[0, 1]]
    assert ranked.values[0] == pytest.approx([1 / (1 + 2), 1.5 / (1.5 + 6)])  # odds of 1 / 2 and of 1.5 / 6


def test_a_long_tail_says_nothing_of_items_about_which_there_is_nothing_to_say() -> None:
    likelihood = np.array([[-np.inf, 0.2, -np.inf, -np.inf, -np.inf]])
    unsold = np.array([-np.inf, -np.inf, 4.0, 3.0, 2.0])
    ranked = rank(likelihood, Taste(k=3, long_tail=0.5), fallback=unsold)
    assert ranked.items.tolist() == [[1, 2, 3]]
    assert ranked.values[0].tolist() == [0.2, 4.0, 3.0]


def test_a_long_tail_is_refused_to_scores_that_are_no_chances() -> None:
    with pytest.raises(InputError, match="no chances; take the recommender 'hybrid'"):
        rank(np.array([[3.0, 0.2, 0.1, 0.1, 0.1]]), Taste(long_tail=0.1), fallback=POPULAR)


def test_a_list_holds_no_more_of_a_label_than_allowed_and_items_without_one_are_free() -> None:
    labels = np.array([0, 0, 0, 1, -1, -1])
    assert spread_out(np.array([6.0, 5, 4, 3, 2, 1]), 4, labels, 2).tolist() == [0, 1, 3, 4]


def test_the_fallback_counts_the_labels_already_in_the_list() -> None:
    likelihood = np.array([[0.9, -np.inf, -np.inf, -np.inf, -np.inf]])
    labels = np.array([0, 0, 1, 1, 2])
    ranked = rank(likelihood, Taste(k=3, most_per_label=1), fallback=POPULAR, labels=labels)
    assert ranked.items.tolist() == [[0, 2, 4]]


def test_an_item_is_shown_to_those_who_want_it_most_until_it_is_used_up() -> None:
    items = np.array([[0, 1], [0, 1], [0, 1]])
    values = np.array([[0.5, 0.4], [0.9, 0.1], [0.7, 0.6]])
    assert cap_exposure(items, values, 1, most=1).tolist() == [[-1], [0], [1]]
    assert cap_exposure(items, values, 1, most=np.array([2, 5])).tolist() == [[1], [0], [0]]
