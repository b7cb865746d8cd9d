"""Which of several effects stand out, when one was bound to by chance alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.stats import false_discovery_control

from dealwright.core.errors import InputError


def holm(p_values: Mapping[str, float]) -> Mapping[str, float]:
    """Adjusted p-values: judged at a level, at most that share of families has any false effect (Holm 1979).

    Right whatever the effects have to do with one another.

    >>> {name: round(p, 3) for name, p in holm({"sales": 0.01, "visits": 0.04, "returns": 0.03}).items()}
    {'sales': 0.03, 'visits': 0.06, 'returns': 0.06}
    """
    _check(p_values)
    names = sorted(p_values, key=lambda name: p_values[name])
    steps = [(len(names) - place) * p_values[name] for place, name in enumerate(names)]
    adjusted = dict(zip(names, np.minimum(np.maximum.accumulate(steps), 1.0).tolist(), strict=True))
    return {name: adjusted[name] for name in p_values}


def benjamini_hochberg(p_values: Mapping[str, float]) -> Mapping[str, float]:
    """Adjusted p-values: of the effects named at a level, at most that share is false on average (Benjamini and
    Hochberg 1995), if effects are independent or move together."""
    _check(p_values)
    adjusted = false_discovery_control(list(p_values.values()))
    return dict(zip(p_values, adjusted.tolist(), strict=True))


def _check(p_values: Mapping[str, float]) -> None:
    wrong = {name: p for name, p in p_values.items() if not 0 <= p <= 1}
    if not p_values or wrong:
        raise InputError(f"give one or more p-values from 0 to 1; given {wrong or 'none'}")
