from dataclasses import replace

import pytest

from dealwright.core.errors import InputError
from dealwright.recommend.hybrid import Hybrid
from dealwright.recommend.registry import recommenders
from dealwright.recommend.sequence import OrderSequence
from dealwright.recommend.sequence_learning import Pace
from dealwright.testing.check_recommender import check_recommender


@pytest.mark.parametrize("name", list(recommenders()))
def test_every_recommender_keeps_the_promises_of_the_protocol(name: str) -> None:
    model = recommenders().make(name)
    assert model.name == name
    # Promises do not depend on how long a network is trained.
    check_recommender(
        replace(model, size=8, pace=Pace(most_passes=2)) if isinstance(model, OrderSequence) else model
    )


def test_a_hybrid_that_has_enough_to_learn_from_keeps_them_too() -> None:
    check_recommender(Hybrid(n_moments=3, thinning=1, n_trees=10))


def test_a_name_that_is_not_there_is_told_with_its_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'ease'"):
        recommenders().make("eese")
