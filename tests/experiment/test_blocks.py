"""What a campaign brought in all, from sums of its arms."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.core.rng import stream
from dealwright.experiment.blocks import total_difference


def test_the_hold_out_stands_for_all_by_its_share() -> None:
    treated = np.array([100.0, 80.0, 120.0, 90.0, 110.0, 100.0, 95.0, 105.0])
    held = np.full(8, 20.0)
    found = total_difference(treated, held, holdout_share=0.2, level=0.9)
    assert found.value == 160.0  # 800 against four times 160
    # Student's t with 7 degrees of freedom, 1.8946; deviation of a block 12.247, of eight 34.64
    assert (round(found.low, 1), round(found.high, 1)) == (94.4, 225.6)


def test_the_range_holds_the_truth_as_often_as_it_says() -> None:
    rng, truth, held_true = stream(5, "blocks"), 0.0, 0
    share, n_blocks, n_campaigns = 0.2, 24, 400
    traffic = 20 + 15 * np.sin(np.arange(n_blocks) / 24 * 2 * np.pi)
    for _ in range(n_campaigns):
        arms = np.zeros((2, n_blocks))
        truth = 0.0
        for block, expected in enumerate(traffic):
            n = rng.poisson(expected)
            spent, is_held = rng.gamma(2, 10, n), rng.random(n) < share
            truth += 3.0 * (~is_held).sum()  # the campaign lets each of them spend 3 more
            arms[0, block] = (spent + 3.0)[~is_held].sum()
            arms[1, block] = spent[is_held].sum()
        found = total_difference(arms[0], arms[1], holdout_share=share)
        held_true += found.low <= truth <= found.high
    assert 0.86 <= held_true / n_campaigns <= 0.94


@pytest.mark.parametrize(
    ("n_treated", "n_held", "share", "told"),
    [(7, 7, 0.2, "too few"), (9, 8, 0.2, "the same blocks"), (8, 8, 1.0, "below 1")],
)
def test_what_cannot_be_compared_is_refused(n_treated: int, n_held: int, share: float, told: str) -> None:
    with pytest.raises(InputError, match=told):
        total_difference(np.ones(n_treated), np.ones(n_held), holdout_share=share)
