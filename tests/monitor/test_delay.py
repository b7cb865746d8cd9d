"""How long a fall stays unseen, told beforehand."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.monitor.delay import Delay, Traffic, detection_delay
from dealwright.monitor.sequential import buyers_log_e, family_bound


@pytest.mark.parametrize(
    ("treated", "held", "rate", "fall", "n_tests"),
    [(200, 200, 0.05, 0.2, 1), (200, 200, 0.05, 0.1, 3), (180, 20, 0.05, 0.3, 1), (50, 50, 0.3, 0.2, 1)],
)
def test_the_median_delay_that_is_told_is_the_one_that_comes(
    treated: int, held: int, rate: float, fall: float, n_tests: int
) -> None:
    told = detection_delay(Traffic(treated, held, rate), fall=fall, n_tests=n_tests)
    assert told.median is not None
    rng, shape = np.random.default_rng(1), (400, int(8 * told.median))
    log_e = buyers_log_e(
        rng.binomial(treated, rate * (1 - fall), shape).astype(float),
        rng.binomial(held, rate, shape).astype(float),
        share=treated / (treated + held),
    )
    is_hit = log_e >= family_bound(0.05, n_tests)
    looks = np.where(is_hit.any(axis=1), is_hit.argmax(axis=1) + 1, np.inf)
    assert 0.75 <= told.median / np.median(looks) <= 1.25


def test_a_smaller_fall_takes_longer_and_more_traffic_less() -> None:
    usual = detection_delay(Traffic(200, 200, 0.05), fall=0.2).median
    smaller = detection_delay(Traffic(200, 200, 0.05), fall=0.1).median
    busier = detection_delay(Traffic(400, 400, 0.05), fall=0.2).median
    assert usual is not None
    assert smaller is not None
    assert busier is not None
    assert busier < usual < smaller


def test_a_fall_that_is_tolerated_is_never_told() -> None:
    assert detection_delay(Traffic(200, 200, 0.05), fall=0.05, tolerated=0.2) == Delay(None, None)


def test_a_fall_is_a_share() -> None:
    with pytest.raises(InputError, match="the fall is a share between 0 and 1; given 20"):
        detection_delay(Traffic(200, 200, 0.05), fall=20)
