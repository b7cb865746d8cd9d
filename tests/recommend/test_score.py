import math

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.recommend.score import Wanted, calibration, score

LISTS = np.array([[0, 1, 2], [3, 4, -1], [0, 1, 2]])
WANTED = Wanted.of(np.array([0, 0, 1, 1]), np.array([1, 4, 3, 3]), n_rows=3, n_items=5)


def test_each_metric_is_what_one_works_out_by_hand() -> None:
    found = score(LISTS, WANTED)
    assert found.rows.tolist() == [0, 1]  # the third customer took nothing
    assert found.by_customer["recall"].tolist() == [0.5, 1.0]
    assert found.by_customer["precision"].tolist() == pytest.approx([1 / 3, 1 / 3])
    best_of_two = 1 + 1 / math.log2(3)
    assert found.by_customer["ndcg"].tolist() == pytest.approx([1 / math.log2(3) / best_of_two, 1.0])
    assert found.by_customer["map"].tolist() == pytest.approx([0.25, 1.0])
    assert found.by_customer["hit_rate"].tolist() == [1.0, 1.0]
    assert found.coverage == 1.0


def test_novelty_is_in_bits_and_diversity_counts_pairs_that_differ() -> None:
    found = score(LISTS, WANTED, bought_share=np.full(5, 0.25), labels=np.array([0, 0, 1, 2, 3]))
    assert found.novelty_bits == 2.0
    assert found.diversity == pytest.approx(3 / 4)  # of the pairs (0,1) (0,2) (1,2) (3,4), all but the first


def test_an_interval_comes_with_every_mean_and_the_lead_is_paired() -> None:
    found = score(LISTS, WANTED)
    estimate = found.estimate("recall")
    assert (estimate.value, estimate.low, estimate.high) == (0.75, 0.5, 1.0)
    lead = found.lead(found, "recall")
    assert (lead.value, lead.low, lead.high) == (0.0, 0.0, 0.0)


def test_segments_are_judged_by_themselves() -> None:
    by_group = score(LISTS, WANTED).by_group("recall", np.array([7, 8, 8]))
    assert {group: estimate.value for group, estimate in by_group.items()} == {7: 0.5, 8: 1.0}


def test_an_unknown_metric_and_an_empty_period_are_told() -> None:
    with pytest.raises(InputError, match="did you mean 'ndcg'"):
        score(LISTS, WANTED).mean("ndgc")
    with pytest.raises(InputError, match="nobody took anything"):
        score(LISTS, Wanted.of(np.zeros(0, int), np.zeros(0, int), n_rows=3, n_items=5))


def test_calibration_puts_what_was_told_beside_what_came() -> None:
    bins = calibration(np.array([0.9, 0.1, 0.9, 0.1]), np.array([True, False, True, True]), n_bins=2)
    assert [(b.told, b.taken, b.n) for b in bins] == [(0.1, 0.5, 2), (0.9, 1.0, 2)]
