from pathlib import Path

import numpy as np

from demand_metrics import Made
from demand_plots import Held, chosen, held, plot

SOLD = np.array([[1.0, 4.0], [3.0, 9.0]])
LOW, MIDDLE, HIGH = np.full((2, 2), 1.0), np.full((2, 2), 3.0), np.full((2, 2), 5.0)


def a_held(name: str, share: float) -> Held:
    return Held("cj a", name, np.array([share, share]), share, np.array([0.1, 0.5, 0.9]))


def test_coverage_is_counted_week_by_week_and_quantile_by_quantile() -> None:
    told = held("cj a", "ours", Made(MIDDLE, LOW, MIDDLE, HIGH), sold=SOLD)
    assert told is not None
    assert told.by_horizon.tolist() == [1.0, 0.5]
    assert told.interval == 0.75
    assert told.below.tolist() == [0.25, 0.5, 0.75]


def test_who_names_an_interval_beside_its_quantiles_is_held_to_that_one() -> None:
    told = held("cj a", "ours", Made(MIDDLE, LOW, MIDDLE, HIGH, least=LOW * 4, most=HIGH), sold=SOLD)
    assert told is not None
    assert told.interval == 0.25


def test_a_point_forecast_has_no_range_to_draw(tmp_path: Path) -> None:
    assert held("cj a", "mean4", Made(MIDDLE), sold=SOLD) is None
    assert plot("cj", [], ours="ours", folder=tmp_path) == []


def test_ours_comes_first_and_then_who_keeps_its_promise_best() -> None:
    found = [
        a_held("wide", 0.95),
        a_held("ours", 0.6),
        a_held("close", 0.79),
        *[a_held(f"p{k}", 0.7) for k in range(9)],
    ]
    shown = chosen(found, ours="ours")
    assert shown[:2] == ["ours", "close"]
    assert len(shown) == 7
    assert "wide" not in shown


def test_pictures_are_written_as_png_and_svg(tmp_path: Path) -> None:
    paths = plot("cj", [a_held("ours", 0.8), a_held("peer", 0.6)], ours="ours", folder=tmp_path / "out")
    assert sorted(path.name for path in paths) == [
        "cj-coverage-horizon.png",
        "cj-coverage-horizon.svg",
        "cj-coverage-quantiles.png",
        "cj-coverage-quantiles.svg",
    ]
    for path in paths:
        content = path.read_bytes()
        assert content.startswith(b"\x89PNG" if path.suffix == ".png" else b"<svg xmlns")
        if path.suffix == ".svg":
            assert b"peer" in content
