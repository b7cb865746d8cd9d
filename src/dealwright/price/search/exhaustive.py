"""Look at every choice: exact, where there are few."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dealwright.core.errors import InputError
from dealwright.price.search.protocol import BlackBox, Found, Ledger

_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Exhaustive:
    """Every choice; InputError if there are more than may be evaluated."""

    def find(self, box: BlackBox, *, seed: int, n_evaluations: int) -> Found:
        """The best of all choices; the seed changes nothing."""
        n_choices = float(np.prod(box.n_rungs.astype(np.float64)))
        if n_choices > n_evaluations:
            raise InputError(
                f"{n_choices:,.0f} choices are more than the {n_evaluations:,} that may be evaluated; "
                "allow more, or use 'genetic', 'swarm' or 'annealing'"
            )
        ledger = Ledger(box, n_evaluations)
        for start in range(0, int(n_choices), _AT_ONCE):
            places = np.arange(start, min(start + _AT_ONCE, int(n_choices)))
            ledger.evaluate(np.stack(np.unravel_index(places, tuple(box.n_rungs)), axis=1).astype(np.int64))
        return ledger.found("exhaustive", seed, is_exact=True)
