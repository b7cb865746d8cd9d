import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.recommend.both_neighbours import BothNeighbours
from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.covisit import CoVisit
from dealwright.recommend.item_item import ItemItem
from dealwright.recommend.neighbours import by_turn
from small_shop import bought, score_of

TEA_THEN_MILK = [(f"c{k}", what, back) for k in range(5) for what, back in (("tea", 20), ("milk", 10))]


def test_likeness_is_the_cosine_of_who_bought_held_back_by_how_few_bought_both() -> None:
    seen = bought(("ann", "tea", 7), ("ann", "milk", 7), ("bob", "tea", 7))
    weights = ItemItem(shrink=1.0).fit(seen, Catalogue()).weights.toarray()
    milk, tea = seen.items.index("milk"), seen.items.index("tea")
    assert weights[tea, milk] == pytest.approx(1 / np.sqrt(2) * 0.5)
    assert weights[tea, tea] == 0.0


def test_only_the_nearest_are_kept_and_ties_go_to_the_first() -> None:
    seen = bought(*(("ann", item, 7) for item in ("a", "b", "c", "d")))
    weights = ItemItem(n_neighbours=1).fit(seen, Catalogue()).weights
    assert weights.indices.tolist() == [1, 0, 0, 0]


def test_what_follows_is_recommended_more_than_what_came_before() -> None:
    seen = bought(*TEA_THEN_MILK, ("x", "tea", 3), ("y", "milk", 3))
    scores = CoVisit().fit(seen, Catalogue()).score(seen, np.arange(seen.n_customers))
    assert score_of(seen, scores, "x", "milk") == pytest.approx(2 * score_of(seen, scores, "y", "tea"))


def test_the_last_thing_taken_counts_in_full_and_earlier_ones_less() -> None:
    seen = bought(("ann", "tea", 9), ("ann", "milk", 5), ("ann", "tea", 3), ("ann", "gin", 3), ("bob", "tea", 1))
    found = by_turn(seen, np.array([1, 0]), 0.5).toarray()
    assert seen.items == ("gin", "milk", "tea")
    assert found.tolist() == [[0, 0, 1], [1, 0.5, 1]]


def test_both_kinds_of_neighbours_count_as_shares_of_their_highest_score() -> None:
    seen = bought(*TEA_THEN_MILK, ("x", "tea", 3), ("d", "tea", 9), ("d", "gin", 9))
    x = np.array([seen.customers.index("x")])
    follows, together = (m.fit(seen, Catalogue()).score(seen, x)[0] for m in (CoVisit(), ItemItem()))
    milk, gin = seen.items.index("milk"), seen.items.index("gin")
    assert follows[milk] > follows[gin] > 0
    assert together[milk] > together[gin] > 0
    scores = BothNeighbours().fit(seen, Catalogue()).score(seen, x)[0]
    assert scores[milk] == pytest.approx(2.0)
    assert scores[gin] == pytest.approx(follows[gin] / follows[milk] + together[gin] / together[milk])
    assert scores[seen.items.index("tea")] == -np.inf


def test_what_only_one_of_both_kinds_knows_is_recommended_too() -> None:
    seen = bought(*TEA_THEN_MILK, ("x", "tea", 3), ("d", "gin", 30), ("d", "rum", 20), ("d", "tea", 10))
    near = BothNeighbours(CoVisit(reach=1), ItemItem())
    scores = near.fit(seen, Catalogue()).score(seen, np.arange(seen.n_customers))
    x, gin = seen.customers.index("x"), seen.items.index("gin")
    assert CoVisit(reach=1).fit(seen, Catalogue()).score(seen, np.array([x]))[0, gin] == -np.inf
    assert 0 < scores[x, gin] < 1
    reasons = near.fit(seen, Catalogue()).explain(seen, x, gin)
    assert list(reasons.parts) == ["bought tea"]
    assert reasons.score == pytest.approx(scores[x, gin])


def test_an_item_without_a_neighbour_in_the_history_is_not_explained() -> None:
    seen = bought(*TEA_THEN_MILK, ("x", "gin", 3))
    fitted = CoVisit().fit(seen, Catalogue())
    assert fitted.score(seen, np.array([seen.customers.index("x")])).max() == -np.inf
    with pytest.raises(InputError, match="nothing to say of 'tea' for 'x'"):
        fitted.explain(seen, seen.customers.index("x"), seen.items.index("tea"))
