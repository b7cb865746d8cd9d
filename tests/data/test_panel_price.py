"""What is usual is told by the sales around a period, however many of them there are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dealwright.data.panel_price import _centred, price_and_depth


@pytest.mark.parametrize(("window", "quantile"), [(13, 0.2), (12, 0.5), (3, 0.8)])
def test_windows_of_a_quarter_are_read_as_pandas_reads_them(window: int, quantile: float) -> None:
    rng = np.random.default_rng(0)
    rows = np.where(rng.random((40, 60)) < 0.4, np.nan, rng.normal(size=(40, 60)))
    rolled = pd.DataFrame(rows.T).rolling(window, center=True, min_periods=2).quantile(quantile)
    assert _centred(rows, window, quantile=quantile) == pytest.approx(rolled.to_numpy().T, nan_ok=True)


def test_a_depth_reached_in_four_weeks_of_five_belongs_to_the_usual_price() -> None:
    units, listed = np.full((1, 10), 2.0), np.full((1, 10), 2000.0)
    net = np.array([[1800.0] * 4 + [900.0] + [1800.0] * 5])
    price, depth = price_and_depth(units, net, listed)
    assert price.tolist() == [pytest.approx([900.0] * 10)]
    assert depth.tolist() == [pytest.approx([0.0] * 4 + [0.5] + [0.0] * 5)]
