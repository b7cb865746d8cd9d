"""What is claimed of plans made from estimated demand, and the table behind it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from demand_claims import Claim
from plan_truth_judge import LEVEL, Judged
from plan_truth_ways import GREEDY_KNOWING, OURS, RIVALS

Floats = NDArray[np.float64]

LEAST_CAPTURED = 0.85
MOST_LOST = 0.01
HELD = (0.85, 0.95)
LEAST_ROOM = 0.03
"""Share of the oracle's gain. Where greedy plans are nearer to the best plan there is, a lead over them is hardly
possible: that is said beside the claim, which stays as it is."""


def claims(family: str, shops: Sequence[Judged]) -> list[Claim]:
    """Of one family's seeds."""
    ours, oracle = _gains(shops, OURS), _gains(shops, "oracle")
    lost = np.array([-shop.gains[OURS] / shop.none for shop in shops])
    over = {rival: _interval(ours - _gains(shops, rival))[1] for rival in RIVALS}
    room = (oracle - _gains(shops, "greedy")).mean()
    share = room / oracle.mean()
    held = float(np.mean([shop.is_held for shop in shops]))
    return [
        Claim(f"{family}: share of the oracle's gain, all seeds", ours.sum() / oracle.sum(), low=LEAST_CAPTURED),
        Claim(f"{family}: share of the oracle's gain, median", float(np.median(ours / oracle)), low=LEAST_CAPTURED),
        *(
            Claim(f"{family}: gain over {rival}, lower end of {LEVEL:.0%} range", low_end, low=0.0)
            for rival, low_end in over.items()
        ),
        Claim(
            f"{family}: the same, of the room there is ({share:.1%} of oracle's)",
            over["greedy"] / room,
            low=0.0 if share >= LEAST_ROOM else -math.inf,
        ),
        Claim(f"{family}: most lost against none on any seed", float(lost.max()), high=MOST_LOST),
        Claim(f"{family}: {LEVEL:.0%} ranges of the promise hold", held, *HELD),
    ]


def report(shops: Sequence[Judged]) -> str:
    """The table of one family."""
    lines = [f"  {'gain over none, mean of seeds':32}{'mean':>10}{'low':>10}{'high':>10}  share of oracle's"]
    oracle = _gains(shops, "oracle")
    for way in shops[0].gains:
        gains = _gains(shops, way)
        lines.append(f"  {way:32}{_row(gains)}  {gains.sum() / oracle.sum():8.3f}")
    most = np.array([shop.most for shop in shops])
    if np.isfinite(most).all():
        lines.append(f"  {'no plan gains more than':32}{_row(most)}  {most.sum() / oracle.sum():8.3f}")
    claimed = np.array([shop.promised.value for shop in shops])
    lines.append(f"  {'plan, promised':32}{_row(claimed)}  {claimed.sum() / oracle.sum():8.3f}")
    lines.append(f"  {'promised less true':32}{_row(claimed - _gains(shops, OURS))}")
    for cause in shops[0].causes:
        lines.append(f"    {cause:30}{_row(np.array([shop.causes[cause] for shop in shops]))}")
    for rival in RIVALS:
        better = _gains(shops, OURS) - _gains(shops, rival)
        lines.append(f"  {'plan less ' + rival:32}{_row(better)}  better on {(better > 0).sum()} of {len(shops)}")
    lines += _room(shops)
    for name in shops[0].held:
        lines.append(f"  80 % ranges of {name} that hold: {np.mean([shop.held[name] for shop in shops]):.3f}")
    return "\n".join(lines)


def _room(shops: Sequence[Judged]) -> list[str]:
    """By how much any plan could be better than the greedy one, and than one that is greedy on the truth itself."""
    oracle, greedy = _gains(shops, "oracle"), _gains(shops, "greedy")
    rooms = {"room above greedy": oracle - greedy}
    if GREEDY_KNOWING in shops[0].gains:
        rooms["room above greedy that knows"] = oracle - _gains(shops, GREEDY_KNOWING)
    lines = [f"  {name:32}{_row(room)}  {room.sum() / oracle.sum():8.3f}" for name, room in rooms.items()]
    won = (_gains(shops, OURS) - greedy).sum() / (oracle - greedy).sum()
    return [*lines, f"  share of the room above greedy that the plan wins: {won:.2f}"]


def of_seed(shop: Judged) -> str:
    """One line."""
    p, causes = shop.promised, ", ".join(f"{cause} {missed:+.0f}" for cause, missed in shop.causes.items())
    mark = "held" if shop.is_held else "MISSED"
    return (
        f"  seed {shop.seed}: true {shop.gains[OURS]:.0f} of {shop.gains['oracle']:.0f}, greedy "
        f"{shop.gains['greedy']:.0f}, promised {p.value:.0f} ({p.low:.0f} to {p.high:.0f}) {mark}; {causes}"
    )


def _gains(shops: Sequence[Judged], way: str) -> Floats:
    return np.array([shop.gains[way] for shop in shops])


def _interval(values: Floats) -> tuple[float, float, float]:
    """Mean over seeds and the ends of its range (Student's t); a single seed has none."""
    mean = float(values.mean())
    if len(values) < 2:
        return mean, np.nan, np.nan
    half = float(stats.t.ppf((1 + LEVEL) / 2, len(values) - 1) * stats.sem(values))
    return mean, mean - half, mean + half


def _row(values: Floats) -> str:
    return "".join(f"{number:10,.1f}" for number in _interval(values))
