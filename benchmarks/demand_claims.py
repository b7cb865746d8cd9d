"""What this benchmark claims: numbers measured, and the bounds they must keep."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from demand_metrics import Score

BETTER_BY = 0.03
"""How much better than the best peer, in WAPE and RMSSE."""
MOST_BIAS, MOST_MEAN_BIAS = 0.10, 0.05
COVERED = (0.77, 0.83)
MOST_CPU_TIMES = 2.0
STABLE_WITHIN = 1.10
"""A peer is stable if on every window WAPE and RMSSE stay within this of the best mean of recent weeks."""
MEANS = ("mean4", "mean8", "mean13")


@dataclass(frozen=True, slots=True)
class Claim:
    """`measured` lies in [low, high]; a number that could not be measured keeps no claim."""

    what: str
    measured: float
    low: float = -math.inf
    high: float = math.inf

    @property
    def holds(self) -> bool:
        """Whether the number keeps its bounds."""
        return self.low <= self.measured <= self.high


def stable_peers(windows: Sequence[Mapping[str, Score]]) -> list[str]:
    """Names of peers that judged all `windows` and stay near the best mean on each of them."""
    names = [name for name in windows[0] if all(name in scores for scores in windows)]
    return [name for name in names if all(_is_near_means(name, scores) for scores in windows)]


def _is_near_means(name: str, scores: Mapping[str, Score]) -> bool:
    means = [scores[mean] for mean in MEANS if mean in scores]
    return scores[name].wape <= STABLE_WITHIN * min(mean.wape for mean in means) and scores[
        name
    ].rmsse <= STABLE_WITHIN * min(mean.rmsse for mean in means)


def accuracy_claims(place: str, ours: Score, peers: Mapping[str, Score], *, stable: Sequence[str]) -> list[Claim]:
    """That ours is better than every stable peer on one window, and its ranges are honest."""
    best_wape = min(stable, key=lambda name: peers[name].wape)
    best_rmsse = min(stable, key=lambda name: peers[name].rmsse)
    pinballs = {name: score.wql for name, score in peers.items() if score.wql is not None}
    best_wql = min(pinballs, key=lambda name: pinballs[name])
    least = 1 - BETTER_BY
    return [
        Claim(f"{place}: WAPE over that of {best_wape}", ours.wape / peers[best_wape].wape, high=least),
        Claim(f"{place}: RMSSE over that of {best_rmsse}", ours.rmsse / peers[best_rmsse].rmsse, high=least),
        Claim(f"{place}: pinball loss over that of {best_wql}", _or_nan(ours.wql) / pinballs[best_wql], high=1.0),
        Claim(f"{place}: bias", ours.bias, -MOST_BIAS, MOST_BIAS),
        Claim(f"{place}: 80 % intervals cover", _or_nan(ours.coverage), *COVERED),
    ]


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value


def table(claims: Sequence[Claim]) -> str:
    """One line a claim."""
    lines = [f"{'claim':64} {'measured':>9} {'at least':>9} {'at most':>9}"]
    for claim in claims:
        bounds = [f"{bound:9.3f}" if math.isfinite(bound) else f"{'-':>9}" for bound in (claim.low, claim.high)]
        verdict = "PASS" if claim.holds else "FAIL"
        lines.append(f"{claim.what:64} {claim.measured:9.3f} {' '.join(bounds)}  {verdict}")
    return "\n".join(lines)
