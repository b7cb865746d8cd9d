import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.recommend.buy_again import BuyAgain
from dealwright.recommend.catalogue import Catalogue
from small_shop import bought, score_of


def test_a_purchase_counts_half_after_the_half_life() -> None:
    seen = bought(("ann", "tea", 84), ("ann", "milk", 168), ("ann", "milk", 84))
    scores = BuyAgain(half_life_weeks=12).fit(seen, Catalogue()).score(seen, np.array([0]))
    assert score_of(seen, scores, "ann", "tea") == pytest.approx(0.5)
    assert score_of(seen, scores, "ann", "milk") == pytest.approx(0.75)


def test_what_a_customer_never_bought_has_no_score() -> None:
    seen = bought(("ann", "tea", 7), ("bob", "milk", 7))
    fitted = BuyAgain().fit(seen, Catalogue())
    assert score_of(seen, fitted.score(seen, np.arange(2)), "ann", "milk") == -np.inf
    with pytest.raises(InputError, match="nothing to say of 'milk' for 'ann'"):
        fitted.explain(seen, 0, seen.items.index("milk"))


def test_an_item_whose_time_has_come_is_worth_more_and_one_long_overdue_less() -> None:
    due = [("ann", "tea", 7 * w) for w in (4, 8, 12)]
    early = [("bob", "tea", 7 * w) for w in (0.001, 4, 8)]
    late = [("cy", "tea", 7 * w) for w in (12, 16, 20)]
    seen = bought(*((who, what, max(1, round(back))) for who, what, back in due + early + late))
    fitted = BuyAgain(half_life_weeks=1e9, cycle=1.0).fit(seen, Catalogue())
    scores = fitted.score(seen, np.arange(3))
    assert score_of(seen, scores, "ann", "tea") == pytest.approx(6.0)  # three purchases, and as much for its time
    assert score_of(seen, scores, "bob", "tea") < 3.2
    assert score_of(seen, scores, "cy", "tea") == pytest.approx(0.0)
    assert sum(fitted.explain(seen, 0, 0).parts.values()) == pytest.approx(6.0)
