"""What the sales of past periods were made of: baseline, uplift, what promotions took and brought, the rest."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from dealwright.data.panel import Panel
from dealwright.demand.drift import slow_drift
from dealwright.demand.forecast import fitted_units
from dealwright.demand.losses import kept, per_asked
from dealwright.demand.posterior import Fit
from dealwright.demand.response import MOST_LIFT

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Units per series and period, each (n, T); at the posterior mode.

    actual = baseline + uplift - cannibalised + halo - pulled_forward + unexplained, exactly. `baseline` moves with
    the slow drift of the series. What was lost is at most what there was: losses are scaled down where baseline
    and halo would not bear them.
    """

    actual: Floats
    baseline: Floats
    uplift: Floats
    cannibalised: Floats
    halo: Floats
    pulled_forward: Floats
    unexplained: Floats

    def by_period(self) -> dict[str, list[float]]:
        """Sums over series, by part."""
        return {part.name: [float(u) for u in getattr(self, part.name).sum(axis=0)] for part in fields(self)}


@dataclass(frozen=True, slots=True)
class Alone:
    """What each cell (n, T) would have sold had its own promotion not been, all others as they were.

    `without` is units, `asked` what others' promotions ask for of an unpromoted cell's units (negative: bring).
    """

    without: Floats
    asked: Floats
    additivity: float

    def gain(self, own_gain: Floats, row: int, periods: slice) -> Floats:
        """What offers that would bring `own_gain` (D, T) by themselves add to `without`, in proportion."""
        asked, promoted = self.asked[row, periods], 1.0 + own_gain
        left = kept(asked / promoted**self.additivity, self.additivity) / kept(asked, self.additivity)
        return np.asarray(promoted * left - 1.0)


def without_own(fit: Fit, panel: Panel) -> Alone:
    """The panel's periods with each cell's own promotion taken away; at the posterior mode, with slow drift."""
    known = fitted_units(fit, panel)
    baseline = known.baseline * np.exp(slow_drift(panel, known.expected, fit.dispersion, fit.misfit))
    asked = known.taking.asked(fit.taking_shares) * (1.0 + known.gain) ** fit.additivity
    return Alone(baseline * kept(asked, fit.additivity), asked, fit.additivity)


def decompose(fit: Fit, panel: Panel) -> Decomposition:
    """Split the panel's sales."""
    known = fitted_units(fit, panel)
    baseline = known.baseline * np.exp(slow_drift(panel, known.expected, fit.dispersion, fit.misfit))
    gain = np.expm1(np.clip(np.log1p(known.gain), 0.0, MOST_LIFT))
    own = baseline * (1.0 + gain)
    shares = fit.taking_shares
    own = own * per_asked(known.taking.asked(shares), fit.additivity)
    switched, pulled = known.taking.switched(shares) * own, known.taking.pulled(shares) * own
    halo = known.taking.brought * own
    bearable = np.minimum(1.0, (baseline + halo) / np.maximum(switched + pulled, 1e-9))
    cannibalised, pulled = np.maximum(switched, 0.0) * bearable, np.maximum(pulled, 0.0) * bearable
    uplift = baseline * gain
    explained = baseline + uplift - cannibalised + halo - pulled
    return Decomposition(
        actual=panel.units,
        baseline=baseline,
        uplift=uplift,
        cannibalised=cannibalised,
        halo=halo,
        pulled_forward=pulled,
        unexplained=panel.units - explained,
    )
