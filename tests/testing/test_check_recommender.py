from dataclasses import dataclass

import numpy as np
import pytest

from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.popular import FittedPopular, Popular
from dealwright.recommend.protocol import Reasons
from dealwright.testing.check_recommender import check_recommender


@dataclass(frozen=True)
class Broken(FittedPopular):
    """Popular, with one promise broken."""

    how: str = ""

    def score(self, seen: Interactions, customers: np.ndarray) -> np.ndarray:
        scores = FittedPopular.score(self, seen, customers)
        if self.how == "not numbers":
            scores[0, 0] = np.nan
        if self.how == "changes":
            seen.units[0] += 1.0
        if self.how == "who else is asked":
            scores /= len(customers)
        return scores

    def explain(self, seen: Interactions, customer: int, item: int) -> Reasons:
        reasons = FittedPopular.explain(self, seen, customer, item)
        return Reasons.of({"half": reasons.score / 2}) if self.how == "sum to" else reasons


@dataclass(frozen=True)
class Breaking:
    how: str
    name: str = "broken"

    def fit(self, seen: Interactions, catalogue: Catalogue) -> Broken:
        return Broken(Popular().fit(seen, catalogue).by_item, self.how)


@pytest.mark.parametrize("how", ["not numbers", "changes", "who else is asked", "sum to"])
def test_a_broken_promise_is_named(how: str) -> None:
    with pytest.raises(AssertionError, match=how):
        check_recommender(Breaking(how))


def test_one_that_breaks_none_passes() -> None:
    check_recommender(Breaking("in no way"))
