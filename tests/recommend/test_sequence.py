import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.protocol import NEVER
from dealwright.recommend.sequence import FittedOrderSequence, OrderSequence
from dealwright.recommend.sequence_learning import Pace
from dealwright.recommend.sequence_network import first_weights
from small_shop import bought, score_of

LITTLE = OrderSequence(size=16, pace=Pace(batch=128, rate=0.02, dropped=0.0, patience=5))
FOLLOWS = {"bread": "butter", "pen": "paper", "tea": "milk", "soap": "towel"}


def _shop() -> Interactions:
    """What follows a first item never differs; after it comes another pair, in a turn of the customer's own."""
    firsts = list(FOLLOWS)
    rows = []
    for customer in range(60):
        for pair in range(4):
            first = firsts[(customer * (pair + 1) + pair) % 4]
            back = 80 - 20 * pair - customer % 7
            rows += [(f"c{customer:02}", first, back), (f"c{customer:02}", FOLLOWS[first], back - 5)]
    rows += [(f"asks {first}", first, 3) for first in firsts]
    return bought(*rows, ("asks both", "tea", 9), ("asks both", "bread", 3))


SHOP = _shop()


@pytest.fixture(scope="module")
def learnt() -> FittedOrderSequence:
    return LITTLE.fit(SHOP, Catalogue())


def _best_for(fitted: FittedOrderSequence, customer: str) -> str:
    scores = fitted.score(SHOP, np.array([SHOP.customers.index(customer)]))
    return SHOP.items[int(scores[0].argmax())]


@pytest.mark.parametrize(("first", "second"), FOLLOWS.items())
def test_what_always_follows_an_item_is_recommended_after_it(
    learnt: FittedOrderSequence, first: str, second: str
) -> None:
    assert _best_for(learnt, f"asks {first}") == second


def test_the_last_order_decides_what_follows_not_the_one_before(learnt: FittedOrderSequence) -> None:
    assert _best_for(learnt, "asks both") == "butter"


def test_the_same_seed_learns_the_same_and_another_something_else(learnt: FittedOrderSequence) -> None:
    everyone = np.arange(SHOP.n_customers)
    scores = learnt.score(SHOP, everyone)
    assert np.array_equal(LITTLE.fit(SHOP, Catalogue()).score(SHOP, everyone), scores)
    other = replace(LITTLE, seed=1, pace=replace(LITTLE.pace, most_passes=1))
    assert not np.array_equal(other.fit(SHOP, Catalogue()).score(SHOP, everyone), scores)


def test_a_part_of_a_score_is_what_an_order_changed_when_it_was_placed(learnt: FittedOrderSequence) -> None:
    scores = learnt.score(SHOP, np.arange(SHOP.n_customers))
    before, after = (score_of(SHOP, scores, f"asks {what}", "butter") for what in ("tea", "both"))
    reasons = learnt.explain(SHOP, SHOP.customers.index("asks both"), SHOP.items.index("butter"))
    assert set(reasons.parts) == {"bought bread", "bought tea", "liked by everybody"}
    assert reasons.parts["bought bread"] == pytest.approx(after - before, abs=1e-4)
    assert reasons.score == pytest.approx(after, abs=1e-4)
    assert after > before


def _unlearnt(n_items: int, length: int) -> FittedOrderSequence:
    """A network of chance, which keeps its promises as well as any."""
    weights = first_weights(np.random.default_rng(1), n_items, 8, length)
    return FittedOrderSequence(weights, np.ones(n_items, dtype=np.bool_))


def test_an_order_of_several_items_is_told_by_its_day() -> None:
    both = bought(("d", "tea", 3), ("d", "bread", 3))
    assert list(_unlearnt(2, 4).explain(both, 0, 0).parts) == ["order of 2024-01-26"]


def test_only_the_latest_orders_are_read() -> None:
    days = [("a", f"item {k % 3}", 90 - k) for k in range(12)]
    whole, last_four, last_three = (
        _unlearnt(3, 4).score(bought(*some), np.array([0])) for some in (days, days[-4:], days[-3:])
    )
    assert np.allclose(whole, last_four)
    assert not np.allclose(whole, last_three)


def test_where_nobody_came_back_nothing_is_said_of_anything() -> None:
    once = bought(("a", "tea", 7), ("b", "tea", 3), ("b", "milk", 3))
    fitted = LITTLE.fit(once, Catalogue())
    assert (fitted.score(once, np.arange(2)) == NEVER).all()
    with pytest.raises(InputError, match="nothing to say of 'tea' for 'b'"):
        fitted.explain(once, 1, once.items.index("tea"))


def test_how_far_the_learning_is_is_told() -> None:
    heard: list[float] = []
    replace(LITTLE, told=heard.append, pace=replace(LITTLE.pace, most_passes=4)).fit(SHOP, Catalogue())
    assert heard == [0.0, 0.25, 0.5, 0.75, 1.0]


def test_without_its_library_it_says_how_to_get_it() -> None:
    code = (
        "import sys; sys.modules['jax'] = None\n"
        "from dealwright.recommend.registry import recommenders\n"
        "try: recommenders().make('sequence')\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("MissingExtraError to learn from sequences of orders needs the library 'jax'")
    assert "pip install 'dealwright[recurrent]'" in done.stdout
