"""What is taken for known of the periods to come."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dealwright.data.panel import ADVERTISING, COMPETITOR
from dealwright.demand.ahead import Ahead
from known_shop import make_panel


def test_a_rival_who_promotes_this_week_is_expected_at_its_usual_price_of_the_last_year() -> None:
    panel = make_panel(n=2, n_categories=1, n_weeks=60)
    dear, cheap = np.full((2, 60), 0.1), np.full((2, 60), 0.05)
    dear[:, :8] = 5.0  # longer ago than a year
    dear[:, -1] = -0.42
    ahead = Ahead.undisturbed(replace(panel, drivers={COMPETITOR: dear, ADVERTISING: cheap}), 3)
    assert ahead.drivers[COMPETITOR] == pytest.approx(np.full((2, 3), (51 * 0.1 - 0.42) / 52))
    assert ahead.drivers[ADVERTISING] == pytest.approx(np.full((2, 3), 0.05))
