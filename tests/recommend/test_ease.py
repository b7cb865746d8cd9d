from dataclasses import replace

import numpy as np
import pytest

from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.ease import Ease
from dealwright.recommend.matrix import Weight
from dealwright.recommend.protocol import NEVER
from small_shop import bought, score_of

ROWS = [(f"c{k}", f"i{j}", 7 * (1 + (k * j) % 5)) for k in range(9) for j in range(7) if (k * 3 + j * 5) % 4]


def _by_definition(taken: np.ndarray, penalty: float) -> np.ndarray:
    inverse = np.linalg.inv(taken.T @ taken + penalty * np.eye(taken.shape[1]))
    weights = np.eye(len(inverse)) - inverse / np.diag(inverse)
    scores: np.ndarray = taken @ weights
    return scores


@pytest.mark.parametrize("n_customers", [4, 9])
def test_scores_equal_the_definition_whichever_system_is_smaller(n_customers: int) -> None:
    seen = bought(*(row for row in ROWS if int(row[0][1:]) < n_customers))
    taken = np.zeros((seen.n_customers, seen.n_items))
    taken[seen.customer, seen.item] = 1.0
    model = Ease(penalty=2.0, half_life_weeks=None, weight=Weight.ONCE)
    scores = model.fit(seen, Catalogue()).score(seen, np.arange(seen.n_customers))
    assert scores == pytest.approx(_by_definition(taken, 2.0), abs=1e-5)


@pytest.mark.parametrize("n_customers", [4, 9])
def test_reasons_are_what_each_item_bought_adds(n_customers: int) -> None:
    seen = bought(*(row for row in ROWS if int(row[0][1:]) < n_customers))
    fitted = Ease(penalty=2.0).fit(seen, Catalogue())
    scores = fitted.score(seen, np.arange(seen.n_customers))
    reasons = fitted.explain(seen, 1, seen.items.index("i0"))
    assert reasons.score == pytest.approx(score_of(seen, scores, "c1", "i0"), abs=1e-5)
    assert "bought i0" not in reasons.parts


def test_what_is_bought_together_is_recommended() -> None:
    pairs = [(f"c{k}", item, 7) for k in range(6) for item in ("tea", "milk")]
    seen = bought(*pairs, ("new", "tea", 7), ("new", "gin", 7))
    scores = Ease(penalty=1.0).fit(seen, Catalogue()).score(seen, np.arange(seen.n_customers))
    assert score_of(seen, scores, "new", "milk") > score_of(seen, scores, "c0", "gin")


@pytest.mark.parametrize("n_customers", [4, 9])
def test_scores_that_come_with_the_fit_are_those_asked_for_later(n_customers: int) -> None:
    rows = [row for row in ROWS if int(row[0][1:]) < n_customers]
    seen = replace(bought(*rows), items=(*(f"i{k}" for k in range(7)), "unsold"))
    fitted, scores = Ease(penalty=2.0).fit_and_score(seen)
    asked = fitted.score(seen, np.arange(seen.n_customers))
    assert (scores[:, -1] == NEVER).all()
    assert scores[:, :-1] == pytest.approx(asked[:, :-1], abs=1e-5)
