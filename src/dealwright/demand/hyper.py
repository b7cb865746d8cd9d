"""How the shop's averages, and how far categories, groups and series stray from them, are learnt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dealwright.demand.blocks import BlockFit
from dealwright.demand.features import N_HARMONICS
from dealwright.demand.nested import Precision
from dealwright.demand.pooling import LEAST_TOLD, Told, pool
from dealwright.demand.prior import SHARED, Prior

Floats = NDArray[np.float64]

_ALONE = 1e6
_NO_SURPRISE = 0.02
_DOUBT = 1.28  # standard errors: one shop in five that prices blindly is still asked whether it answers to demand
_SPREAD_EVIDENCE = 10.0  # series' worth of belief in the prior's spread
_SHOP_KNOWN = 0.7  # once the shop's mean is learnt, what is left to vary is between categories


@dataclass(frozen=True, slots=True)
class Hyper:
    """The shop's averages and how far categories, groups and series stray; learnt by empirical Bayes.

    `unknown` (P,) are standard deviations of the shop's averages.
    """

    shared: Floats
    shared_sd: Floats
    group_spread: Floats
    item_spread: float
    prior: Prior
    unknown: Floats

    @classmethod
    def start(cls, prior: Prior) -> Hyper:
        """What is believed before any sales were seen."""
        none = np.zeros(len(SHARED))
        return cls(prior.shared, prior.shared_sd, prior.grouped_spread, prior.item_spread, prior, none)

    def learn(self, fits: Sequence[BlockFit], *, by_store: bool) -> Hyper:
        """Move to what the categories' data say beyond the prior.

        In a panel by store, where products answer apart within their category, how far categories stray is left as
        believed: learning it there made forecasts of a real chain's stores worse by up to one per cent.
        """
        prior = self.prior
        shop_sd, spread = prior.shared_sd.copy(), prior.shared_sd * _SHOP_KNOWN
        shop_sd[0], spread[0] = prior.elasticity_sd, prior.category_spread
        values = np.concatenate([f.at.shared[:, : len(SHARED)] for f in fits])
        variances = np.concatenate([f.variances.shared[:, : len(SHARED)] for f in fits])
        pooled = [
            pool(
                Told.beyond(
                    values[:, k],
                    variances[:, k],
                    mean=self.shared[k],
                    sd=self.shared_sd[k],
                    least=LEAST_TOLD * spread[k] ** -2.0,
                ),
                mean=prior.shared[k],
                sd=shop_sd[k],
                spread=spread[k],
            )
            for k in range(len(SHARED))
        ]
        shared = np.array([p.mean for p in pooled])
        shared_sd, unknown = np.array([p.spread for p in pooled]), np.array([p.unknown for p in pooled])
        if by_store:
            shared_sd = spread.copy()
        k = SHARED.index("trend")
        shared[k], shared_sd[k], unknown[k] = 0.0, spread[k], 0.0
        k = SHARED.index("surprise")
        answers = _answers_to_demand(values[:, k], variances[:, k], self.shared[k], self.shared_sd[k])
        if answers:
            shared_sd[k] = prior.surprise_spread
        else:
            shared[k], shared_sd[k], unknown[k] = 0.0, _NO_SURPRISE, 0.0
        return replace(
            self,
            shared=shared,
            shared_sd=shared_sd,
            unknown=unknown,
            group_spread=np.array(
                [
                    _spread([f.at.group[:, r] for f in fits], [f.variances.group[:, r] for f in fits], spread)
                    for r, spread in enumerate(prior.grouped_spread)
                ]
            ),
            item_spread=_spread([f.at.own[:, 1] for f in fits], [f.variances.own for f in fits], prior.item_spread),
        )

    def precision(self, n_calendar: int, *, is_alone: NDArray[np.bool_]) -> Precision:
        """Prior precisions; a group that `is_alone` (g,) in its category strays only as its series do."""
        n_waves = 2 * N_HARMONICS
        calendar_sd = [self.prior.season_sd] * n_waves + [self.prior.holiday_sd] * (n_calendar - n_waves)
        return Precision(
            own=np.array([0.01, self.item_spread**-2.0]),
            group=np.where(is_alone[:, None], _ALONE, self.group_spread**-2.0),
            shared=np.concatenate([self.shared_sd, calendar_sd]) ** -2.0,
        )


def _answers_to_demand(values: Floats, variances: Floats, mean: float, used_sd: float) -> bool:
    """Whether the categories' own evidence on `surprise`, the prior taken out, is clearly away from zero together.

    Where it is not, prices are taken to be set without regard to hidden demand: keeping the question open would
    cost every elasticity much of its precision.
    """
    if used_sd <= _NO_SURPRISE:
        return False
    information = np.maximum(1.0 / variances - 1.0 / used_sd**2, 0.0)
    evidence = float((values / variances - mean / used_sd**2).sum())
    return bool(information.sum() > 0 and abs(evidence) > _DOUBT * np.sqrt(information.sum()))


def _spread(modes: list[Floats], variances: list[Floats], prior: float) -> float:
    """The EM step for a standard deviation around zero: spread of the modes plus what is unknown of each."""
    square, unknown = np.concatenate(modes) ** 2, np.concatenate(variances)
    total = (square + unknown).sum() + _SPREAD_EVIDENCE * prior**2
    return float(np.clip(np.sqrt(total / (len(square) + _SPREAD_EVIDENCE)), 0.05, 1.5))
