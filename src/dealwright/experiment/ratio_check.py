"""Whether the arms have the sizes they were meant to have: if not, nothing else may be read from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, gammaln

from dealwright.core.errors import InputError

LEVEL = 0.001
"""A share this small of sound experiments is refused by mistake."""


@dataclass(frozen=True, slots=True)
class RatioCheck:
    """`p_value` of the sizes seen, given the shares meant; `is_sound` unless it is below the level."""

    counts: Mapping[str, int]
    expected: Mapping[str, float]
    p_value: float
    level: float

    @property
    def is_sound(self) -> bool:
        """Whether the sizes are what chance allows."""
        return self.p_value >= self.level

    def __bool__(self) -> bool:
        return self.is_sound


def check_ratio(counts: Mapping[str, int], shares: Mapping[str, float], *, level: float = LEVEL) -> RatioCheck:
    """Pearson's chi-square test of arm sizes, once, at the end.

    >>> check_ratio({"treatment": 5050, "holdout": 4950}, {"treatment": 0.5, "holdout": 0.5}).p_value.__round__(4)
    0.3173
    """
    _check(counts, shares)
    total = sum(counts.values())
    expected = {arm: share * total for arm, share in shares.items()}
    statistic = sum((counts[arm] - expected[arm]) ** 2 / expected[arm] for arm in shares) if total else 0.0
    return RatioCheck(dict(counts), expected, float(chdtrc(len(shares) - 1, statistic)), level)


def check_ratio_always(
    counts: Mapping[str, Sequence[int]],
    shares: Mapping[str, float],
    *,
    level: float = LEVEL,
    strength: float = 10_000,
) -> RatioCheck:
    """The same at every look: `counts` has each arm's sizes so far, one number per look.

    The e-process of Lindon and Malek 2022 ("Anytime-valid inference for multinomial count data"): the sizes' chance
    under shares drawn from a Dirichlet distribution around the meant ones, over their chance under these.
    `strength` is how tight that distribution is; larger finds smaller deviations, later. The p-value is one over
    the largest e-value so far.
    """
    _check(dict.fromkeys(counts, 0), shares)
    sizes = {arm: np.asarray(many, dtype=np.float64) for arm, many in counts.items()}
    n_looks = {len(many) for many in sizes.values()}
    if len(n_looks) != 1 or n_looks == {0}:
        raise InputError("give every arm's size at the same looks, at least one")
    if any((np.diff(many, prepend=0.0) < 0).any() for many in sizes.values()):
        raise InputError("sizes so far do not fall from one look to the next")
    total = sum(sizes.values(), np.zeros(n_looks.pop()))
    log_e = gammaln(strength) - gammaln(strength + total)
    for arm, share in shares.items():
        prior = strength * share
        log_e = log_e + gammaln(prior + sizes[arm]) - gammaln(prior) - sizes[arm] * np.log(share)
    last = {arm: int(many[-1]) for arm, many in sizes.items()}
    expected = {arm: share * float(total[-1]) for arm, share in shares.items()}
    return RatioCheck(last, expected, float(min(1.0, np.exp(-log_e.max()))), level)


def _check(counts: Mapping[str, int], shares: Mapping[str, float]) -> None:
    problems = []
    if set(counts) != set(shares) or len(shares) < 2:
        problems.append(
            f"give a size and a share for the same two or more arms; given {set(counts)}, {set(shares)}"
        )
    if any(count < 0 for count in counts.values()):
        problems.append(f"sizes are 0 or more; given {dict(counts)}")
    if any(share <= 0 for share in shares.values()) or abs(sum(shares.values()) - 1) > 1e-9:
        problems.append(f"shares are above 0 and sum to 1; given {dict(shares)}")
    if problems:
        raise InputError(*problems)
