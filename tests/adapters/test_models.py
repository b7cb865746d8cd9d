"""What was learnt survives the end of the program, and a file that was tampered with runs nothing."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from dealwright.adapters.models import FORECASTER, keep_forecaster, kept_forecaster
from dealwright.app.demand.keep_forecaster import KeptForecaster
from dealwright.core.errors import WorkspaceError
from dealwright.demand.ahead import Ahead
from dealwright.demand.forecaster import learn_forecaster
from dealwright.demand.models.boosted import Boosted
from dealwright.demand.models.loglog import LogLog
from dealwright.demand.models.naive import RecentMean
from dealwright.demand.models.protocol import DemandModel
from dealwright.demand.models.response import Response
from known_shop import make_panel

PANEL = make_panel(n=6, n_weeks=40, n_categories=2)


@pytest.fixture(scope="module")
def kept() -> KeptForecaster:
    models: dict[str, DemandModel] = {
        "response": Response(),
        "mean4": RecentMean(4),
        "loglog": LogLog(),
        "boosted_tweedie": Boosted("US"),
    }
    learnt = learn_forecaster(PANEL, models, horizon=8)
    # All of them, whichever the blend uses.
    fitted = {name: model.fit(PANEL) for name, model in models.items()}
    of = type(learnt)(fitted, learnt.blend, learnt.spread)
    return KeptForecaster(of, PANEL.starts[-1], tuple(PANEL.skus), ("a",) * 6, ())


def test_nothing_is_kept_in_a_new_workspace(tmp_path: Path) -> None:
    assert kept_forecaster(tmp_path) is None


def test_what_was_kept_forecasts_the_same_as_before(kept: KeptForecaster, tmp_path: Path) -> None:
    assert keep_forecaster(tmp_path, kept) == tmp_path / FORECASTER
    again = kept_forecaster(tmp_path)
    assert again is not None
    assert (again.learnt_until, again.skus) == (kept.learnt_until, kept.skus)
    ahead = Ahead.undisturbed(PANEL, 3)
    for name, model in kept.forecaster.fitted.items():
        assert (again.forecaster.fitted[name].forecast(PANEL, ahead) == model.forecast(PANEL, ahead)).all(), name
    before, after = (one.forecaster.forecast(PANEL, ahead) for one in (kept, again))
    assert np.array_equal(before.range80(), after.range80())


def test_a_newer_one_takes_the_place_of_the_one_before(kept: KeptForecaster, tmp_path: Path) -> None:
    for _ in range(2):
        keep_forecaster(tmp_path, kept)
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["forecaster.pickle"]


class Evil:
    """What somebody might put into the file."""

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, ("owned",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"dealwright 0.0.0 forecaster\n", "was not written by dealwright"),
        (b"", "was not written by dealwright"),
        (b"HEADER", "is damaged"),
        (b"HEADER" + pickle.dumps(Evil()), "is damaged .*mkdir is no value"),
        (b"HEADER" + pickle.dumps(kept_forecaster), "is damaged .*kept_forecaster is no value"),
        (b"HEADER" + pickle.dumps({1: 2}), "holds something else"),
    ],
)
def test_a_file_that_is_not_ours_is_refused_and_nothing_of_it_runs(
    content: bytes, said: str, kept: KeptForecaster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = keep_forecaster(tmp_path, kept)
    header = path.read_bytes().partition(b"\n")[0] + b"\n"
    path.write_bytes(content.replace(b"HEADER", header))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WorkspaceError, match=f"{said}.*refresh --refit"):
        kept_forecaster(tmp_path)
    assert not (tmp_path / "owned").exists()
