"""Whether customers with the campaign buy less than those held out, said with a known share of false alarms."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from dealwright.campaign.guardrail import Guardrail
from dealwright.monitor.alert import Alert, Plain, first_seen
from dealwright.monitor.expectation import Expectation
from dealwright.monitor.minutes import Tallies, TwoArms, two_arms
from dealwright.monitor.respond import action_of
from dealwright.monitor.sequential import (
    Floats,
    Totals,
    buyers_log_e,
    conversion_log_e,
    family_bound,
    mean_log_e,
    relative_change,
    settled,
)

LEVEL = 0.05


def harm(
    tallies: Tallies,
    expectation: Expectation,
    guardrail: Guardrail,
    now: datetime,
    *,
    level: float = LEVEL,
    n_tests: int = 1,
) -> Alert | None:
    """A statistical guardrail on what is compared with the hold-out; None while there is no proof, or no hold-out.

    At most a share `level` of healthy campaigns ever alarm in any of their `n_tests` statistical guardrails. All
    tallies of the version are looked at, each time anew, so late corrections are in. Conversion is judged by the
    buyers alone where the plan says which share is held out, else by buyers and those exposed.
    """
    arms = two_arms([tally for tally in tallies if tally.start <= now])
    if arms is None:
        return None
    log_e = _log_e(arms, guardrail, expectation.holdout_share)
    if log_e is None or log_e.max() < family_bound(level, n_tests):
        return None
    evidence = _evidence(arms, guardrail.metric)
    return first_seen(
        code="harm",
        severity="critical",
        campaign_id=expectation.campaign_id,
        metric=guardrail.metric,
        subject=guardrail.name,
        currency=expectation.currency,
        at=now,
        evidence={**evidence, "false_share": level, "log_e_value": float(log_e.max()), "n_tests": n_tests},
        action=action_of(guardrail),
    )


def _log_e(arms: TwoArms, guardrail: Guardrail, holdout_share: float) -> Floats | None:
    exposed, held_exposed = arms.of("n_exposed")
    tolerated = float(guardrail.limit)
    if guardrail.metric == "conversion":
        buyers, held_buyers = arms.of("n_buyers")
        if 0 < holdout_share < 1:
            return buyers_log_e(buyers, held_buyers, share=1 - holdout_share, tolerated=tolerated)
        return conversion_log_e(settled(exposed, buyers), settled(held_exposed, held_buyers), tolerated=tolerated)
    money = _money(arms, guardrail.metric)
    if money is None:
        return None
    return mean_log_e(Totals(exposed, money[0]), Totals(held_exposed, money[1]), tolerated=tolerated)


def _money(arms: TwoArms, metric: str) -> tuple[Floats, Floats] | None:
    """What the customers brought, minute by minute; None if margin is asked for and costs are not known."""
    net = arms.of("net_minor")
    if metric == "net_per_customer":
        return net
    if not all(tally.is_cost_known for arm in (arms.treated, arms.held) for tally in arm if tally is not None):
        return None
    cost = arms.of("cost_minor")
    return net[0] - cost[0], net[1] - cost[1]


def _evidence(arms: TwoArms, metric: str) -> dict[str, Plain]:
    exposed = arms.of("n_exposed")
    seen: dict[str, Plain] = {"n_treated": int(exposed[0].sum()), "n_held": int(exposed[1].sum())}
    if metric == "conversion":
        buyers = arms.of("n_buyers")
        change = relative_change(settled(exposed[0], buyers[0]), settled(exposed[1], buyers[1]))
        sides = [float(b.sum() / max(n.sum(), 1)) for b, n in zip(buyers, exposed, strict=True)]
        low, value, high = (None, None, None) if change is None else (change.low, change.value, change.high)
    else:
        money = _money(arms, metric)
        assert money is not None, "an alert needs money that is known"
        sides = [float(m.sum() / max(n.sum(), 1)) for m, n in zip(money, exposed, strict=True)]
        low, value, high = _money_change(money, exposed)
    return {
        **seen,
        "treated": sides[0],
        "held": sides[1],
        "change_share": value,
        "change_low_share": low,
        "change_high_share": high,
    }


def _money_change(
    money: tuple[Floats, Floats], exposed: tuple[Floats, Floats]
) -> tuple[float | None, float | None, float | None]:
    """Change per customer with its 95 % interval at this look, by the scatter of the minutes (delta method)."""
    means = [m.sum() / max(n.sum(), 1) for m, n in zip(money, exposed, strict=True)]
    if means[1] <= 0 or means[0] <= 0:
        return None, None, None
    off = [m - mean * n for m, n, mean in zip(money, exposed, means, strict=True)]
    variances = [
        (one**2).sum() / max(n.sum(), 1) ** 2 / mean**2 for one, n, mean in zip(off, exposed, means, strict=True)
    ]
    reach = 1.96 * float(np.sqrt(sum(variances)))
    ratio = means[0] / means[1]
    low, value, high = (float(ratio * np.exp(step) - 1) for step in (-reach, 0.0, reach))
    return low, value, high
