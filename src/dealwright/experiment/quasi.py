"""What a campaign changed where nobody was held out: units that got it, beside units that did not.

Units are stores, regions or skus; periods are weeks or days. Nothing here is as good as a hold-out: the answer is
right only if the units that did not get it tell what would have become of those that did. Each method therefore
comes with placebo checks that ask the same question where the answer is known to be nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.stats import t

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate

Floats = NDArray[np.float64]

_TINY = 1e-12  # in place of a mean of zero
_FIRM = 1e3


@dataclass(frozen=True, slots=True)
class Panel:
    """Outcomes (units, periods) in order of time; `is_treated` (units,); the campaign runs from period `start` on.

    InputError unless there are treated and untreated units and two periods before and one after `start`.
    """

    outcomes: Floats
    is_treated: NDArray[np.bool_]
    start: int

    def __post_init__(self) -> None:
        problems = []
        if self.outcomes.ndim != 2 or len(self.is_treated) != len(self.outcomes):
            problems.append("outcomes are (units, periods), and is_treated says of each unit whether it got it")
        elif not 2 <= self.start < self.outcomes.shape[1]:
            problems.append(
                f"two periods before the start and one after are needed; given start {self.start} of "
                f"{self.outcomes.shape[1]}"
            )
        if not self.is_treated.any() or self.is_treated.all():
            problems.append("some units must have got the campaign and some not")
        if not np.isfinite(self.outcomes).all():
            problems.append("some outcomes are not finite numbers; leave those units out")
        if problems:
            raise InputError(*problems)

    @property
    def treated(self) -> Floats:
        """Mean of the units that got it, (periods,)."""
        return np.asarray(self.outcomes[self.is_treated].mean(axis=0))

    @property
    def others(self) -> Floats:
        """The units that did not, (units, periods)."""
        return np.asarray(self.outcomes[~self.is_treated])


@dataclass(frozen=True, slots=True)
class QuasiEffect:
    """`effect` per treated unit and period, and the checks on it.

    `placebo_share` is the share of placebos, where nothing happened, with an effect at least as large in its own
    scale: near 0 speaks for the effect. `trend_before` is the difference in slope per period before the start (None
    for synthetic control), `misfit` the root mean square miss before the start over the treated units' mean.
    """

    effect: Estimate
    placebo_share: float
    n_placebos: int
    misfit: float
    trend_before: Estimate | None = None

    @property
    def is_credible(self) -> bool:
        """No difference in trend before the start that chance does not explain, and a fit within a fifth."""
        trend = self.trend_before
        return self.misfit <= 0.2 and (trend is None or trend.low <= 0 <= trend.high)


def difference_in_differences(panel: Panel, *, level: float = 0.9) -> QuasiEffect:
    """Change of the treated units from before to after, less that of the others.

    Each unit is taken as one change (mean after minus mean before), so that periods of one unit are never taken for
    independent (Bertrand, Duflo and Mullainathan 2004); changes are compared by Welch's t. With a single treated
    unit its scatter is taken to be that of the others (Conley and Taber 2011 in spirit). Right if both would have
    moved in parallel: `trend_before` tests that before the start. Placebos: each other unit in the treated one's
    place.
    """
    before, after = panel.outcomes[:, : panel.start], panel.outcomes[:, panel.start :]
    change = after.mean(axis=1) - before.mean(axis=1)
    effect = _compare(change[panel.is_treated], change[~panel.is_treated], level, "difference in differences")
    time = np.arange(panel.start) - (panel.start - 1) / 2
    slopes = before @ time / (time @ time)
    trend = _compare(slopes[panel.is_treated], slopes[~panel.is_treated], level, "difference in slopes before")
    others = change[~panel.is_treated]
    placebos = np.array([one - np.delete(others, i).mean() for i, one in enumerate(others)])
    share = float((1 + (np.abs(placebos) >= abs(effect.value)).sum()) / (1 + len(placebos)))
    treated, other = panel.treated[: panel.start], panel.others[:, : panel.start].mean(axis=0)
    # A difference in level alone is no misfit here.
    miss = (treated - treated.mean()) - (other - other.mean())
    misfit = float(_rms(miss)) / max(abs(float(treated.mean())), _TINY)
    return QuasiEffect(effect, share, len(placebos), misfit, trend)


def synthetic_control(panel: Panel, *, level: float = 0.9) -> QuasiEffect:
    """The treated units' mean, against the mixture of the others that followed it best before the start.

    Weights are 0 or more and sum to 1 (Abadie, Diamond and Hainmueller 2010). Each other unit in turn plays the
    treated one, with the rest as donors; `placebo_share` ranks the ratio of misses after to misses before. The
    interval adds to the effect what the placebos missed by (those whose fit before was no worse than twice), which
    is no more precise than there are units: with 19 of them, 90 % is the most it can say.
    """
    others = panel.others
    if len(others) < 4:
        raise InputError(f"a synthetic control needs four units that did not get it; given {len(others)}")
    gap = panel.treated - mixture_weights(panel.treated[: panel.start], others[:, : panel.start]) @ others
    effect = float(gap[panel.start :].mean())
    placebo_gaps = np.array([_gap_of(others, one, panel.start) for one in range(len(others))])
    fit = _rms(gap[: panel.start])
    fits, misses = _rms(placebo_gaps[:, : panel.start]), placebo_gaps[:, panel.start :].mean(axis=1)
    tiny = 1e-9 * max(1.0, float(np.abs(panel.treated).mean()))
    own = _rms(gap[panel.start :]) / max(float(fit), tiny)
    ratios = _rms(placebo_gaps[:, panel.start :]) / np.maximum(fits, tiny)
    close = misses[fits <= 2 * max(float(fit), float(np.median(fits)))]
    # As a unit of their kind, the treated one misses by no more than this rank of placebos with that probability.
    rank = min(len(close), math.ceil((len(close) + 1) * level))
    # The mean of several treated units misses less than a single one does.
    reach = float(np.sort(np.abs(close))[rank - 1]) / math.sqrt(float(panel.is_treated.sum()))
    estimate = Estimate(effect, effect - reach, effect + reach, level, "synthetic control, placebos")
    share = float((1 + (ratios >= own).sum()) / (1 + len(ratios)))
    misfit = float(fit) / max(abs(float(panel.treated[: panel.start].mean())), _TINY)
    return QuasiEffect(estimate, share, len(ratios), misfit)


def mixture_weights(target: Floats, donors: Floats) -> Floats:
    """The weights (units,), 0 or more with sum 1, whose mixture of `donors` (units, periods) is closest to `target`
    (periods,)."""
    scale = max(float(np.abs(target).mean()), _TINY)
    # One more equation, of a weight that nothing outweighs, says that the weights sum to 1.
    equations = np.vstack([donors.T / scale, np.full(len(donors), _FIRM)])
    weights, _ = nnls(equations, np.append(target / scale, _FIRM), maxiter=100 * len(donors))
    return np.asarray(weights / weights.sum())


def _gap_of(others: Floats, one: int, start: int) -> Floats:
    """What a unit that got nothing misses its own mixture by."""
    rest = np.delete(others, one, axis=0)
    return np.asarray(others[one] - mixture_weights(others[one, :start], rest[:, :start]) @ rest)


def _rms(gaps: Floats) -> Floats:
    return np.asarray(np.sqrt((gaps**2).mean(axis=-1)))


def _compare(treated: Floats, others: Floats, level: float, method: str) -> Estimate:
    if len(others) < 2:
        raise InputError("at least two units that did not get it are needed to see how such units scatter")
    value = float(treated.mean() - others.mean())
    scatter = float(others.var(ddof=1))
    own = float(treated.var(ddof=1)) if len(treated) > 1 else scatter
    parts = np.array([own / len(treated), scatter / len(others)])
    freedoms = np.array([len(treated) - 1 if len(treated) > 1 else len(others) - 1, len(others) - 1])
    variance = float(parts.sum())
    freedom = variance**2 / float((parts**2 / freedoms).sum()) if variance > 0 else float(freedoms.sum())
    if len(treated) == 1:
        freedom = float(len(others) - 1)
    reach = float(t.ppf((1 + level) / 2, freedom) * np.sqrt(variance))
    return Estimate(value, value - reach, value + reach, level, method)
