"""Whether the shop has moved away from what the plan was made with, at whatever moment that began."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from dealwright.campaign.guardrail import Guardrail, metric_word
from dealwright.monitor.alert import Alert, first_seen
from dealwright.monitor.expectation import Expectation
from dealwright.monitor.minutes import Tallies, promoted, sums_of, within
from dealwright.monitor.sequential import Floats

MEAN_QUIET_SPANS = 365.0
"""Spans between two false alarms, on average at least."""
_CHANGES = (0.7, 0.85, 1.15, 1.3)


def detector(actual: Floats, expected: Floats, *, dispersion: float) -> Floats:
    """The logarithm of the Shiryaev-Roberts e-detector after each block (blocks,).

    While blocks sell what is expected, its mean after t blocks is t, so that an alarm at A comes on average no
    sooner than after A blocks; what was normal long ago does not delay it (Shin, Ramdas and Rinaldo 2023,
    "E-detectors: a nonparametric framework for sequential change detection"). `dispersion` is variance over mean.
    """
    running = np.full(len(_CHANGES), -np.inf)
    out = np.empty(len(actual))
    steps = np.log(np.array(_CHANGES)) / dispersion
    if dispersion > 1.0:
        prices = -np.log1p(-(dispersion - 1.0) * np.expm1(steps)) / (dispersion - 1.0)
    else:
        prices = np.expm1(steps)
    for i, (sold, meant) in enumerate(zip(actual, expected, strict=True)):
        running = np.logaddexp(running, 0.0) + sold * steps - meant * prices
        out[i] = np.logaddexp.reduce(running) - np.log(len(_CHANGES))
    return out


def drift(
    tallies: Tallies,
    expectation: Expectation,
    guardrail: Guardrail | None,
    now: datetime,
    *,
    dispersion: float | None = None,
) -> Alert | None:
    """Units of the spans that are over have moved from what was expected of them; None while they have not.

    `dispersion` (else that of the expectation, else 1) must hold how much such spans scatter without any drift.
    """
    del guardrail
    spans = [span for span in expectation.spans if span.end <= now and span.units.value > 0]
    if not spans:
        return None
    seen = promoted(tallies)
    sold = np.array([sums_of(within(seen, span.start, span.end)).units for span in spans], dtype=np.float64)
    meant = np.array([span.units.value for span in spans]) * (1 - expectation.holdout_share)
    scatter = dispersion or expectation.dispersion.get("units", 1.0)
    if detector(sold, meant, dispersion=scatter)[-1] < np.log(MEAN_QUIET_SPANS):
        return None
    return first_seen(
        code="drift",
        severity="info",
        campaign_id=expectation.campaign_id,
        metric="units",
        at=now,
        evidence={
            "what": metric_word("units"),
            "value": float(sold.sum()),
            "expected": float(meant.sum()),
            "n_blocks": len(spans),
        },
    )
