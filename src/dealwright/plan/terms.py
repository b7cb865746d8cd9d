"""What offers come to on every product: what customers feel, what they are given, what the label says."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.mechanics import Assumption

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """K offers on n products, arrays (n, K); shares are of the regular price, means over the units sold.

    `felt_depth`: the cut that demand answers to. `discount_share`: what customers do not pay; suppliers fund a part
    of it. `extra_minor`: what the shop spends beside it per unit sold (gifts, delivery), `fixed_minor`: per week.
    `shelf_depth`: the cut on the label, 0 where there is none; `announced_depth`: the same before prices were
    rounded to their ending, and the felt depth where no label changes. `uses_per_unit` and `most_uses` in a week
    (infinite: no limit) are what `served` is worked out from. `is_possible`: whether the product can have it.
    `assumptions` (K tuples) are what an offer rests on. For plain price cuts the first two and the label agree.
    """

    felt_depth: Floats
    discount_share: Floats
    extra_minor: Floats
    fixed_minor: Floats
    shelf_depth: Floats
    announced_depth: Floats
    uses_per_unit: Floats
    most_uses: Floats
    is_possible: Flags
    assumptions: tuple[tuple[Assumption, ...], ...]

    @classmethod
    def of_cuts(cls, depth: Floats, *, announced: Floats | None = None) -> Terms:
        """Plain price cuts of `depth` (n, K): felt, given and shown alike."""
        nothing = np.zeros_like(depth)
        return cls(
            felt_depth=depth,
            discount_share=depth,
            extra_minor=nothing,
            fixed_minor=nothing,
            shelf_depth=depth,
            announced_depth=depth if announced is None else announced,
            uses_per_unit=nothing,
            most_uses=np.full_like(depth, np.inf),
            is_possible=np.ones(depth.shape, dtype=np.bool_),
            assumptions=((),) * depth.shape[1],
        )

    @property
    def is_limited(self) -> bool:
        """Whether some offer may not last for all who want it."""
        return bool(np.isfinite(self.most_uses).any())

    def served(self, units: Floats) -> Floats:
        """The share of the `units` (n, T, K) of each week that an offer lasts for, mean over the weeks, (n, K)."""
        wanted = self.uses_per_unit[:, None, :] * units
        limit = np.broadcast_to(self.most_uses[:, None, :], wanted.shape)
        share = np.divide(limit, wanted, out=np.ones_like(wanted), where=wanted > limit)
        return np.asarray(share.mean(axis=1))

    def lasting(self, share: Floats) -> Terms:
        """For a `share` (n, K) of the units sold: who comes later pays the regular price and feels it."""
        return replace(
            self,
            felt_depth=share * self.felt_depth,
            discount_share=share * self.discount_share,
            extra_minor=share * self.extra_minor,
        )
