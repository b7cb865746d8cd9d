"""What a campaign brought in all, where only sums of the arms are known, block by block of time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate

Floats = NDArray[np.float64]

LEAST_BLOCKS = 8


def total_difference(treated: Floats, held: Floats, *, holdout_share: float, level: float = 0.9) -> Estimate:
    """The sum of the treated beyond what they would have brought as the hold-out did; (blocks,) each, same unit.

    The hold-out stands for all by the share that chance gave it. Blocks are taken as independent, and Student's t
    over them gives the interval: it is honest where customers seldom come back within neighbouring blocks and the
    hold-out bought some forty times or more (with a few sales it is too narrow), and too wide where the campaign
    works much better at some times than at others. InputError with fewer than `LEAST_BLOCKS` blocks.
    """
    if len(treated) != len(held):
        raise InputError(f"both arms need the same blocks; given {len(treated)} and {len(held)}")
    n = len(treated)
    if n < LEAST_BLOCKS:
        raise InputError(f"{n} blocks of time are too few to see what chance does; {LEAST_BLOCKS} are needed")
    if not 0 < holdout_share < 1:
        raise InputError(f"the share of the hold-out is above 0 and below 1; given {holdout_share}")
    extra = treated - held * (1 - holdout_share) / holdout_share
    total = float(extra.sum())
    reach = float(stdtrit(n - 1, (1 + level) / 2) * np.sqrt(n) * extra.std(ddof=1))
    return Estimate(total, total - reach, total + reach, level, "treatment beyond hold-out, t over blocks of time")
