"""Simulated annealing, from SciPy: worse choices are accepted now and then, ever more rarely.

It starts from what moving one price at a time finds, and keeps a quarter of the allowance to climb on from the best
choice found.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import dual_annealing

from dealwright.price.given import Floats, Ints
from dealwright.price.search.protocol import BlackBox, Found, Ledger, begin, climb


@dataclass(frozen=True, slots=True)
class Annealing:
    """Generalised simulated annealing (`scipy.optimize.dual_annealing`) without its search by gradients."""

    def find(self, box: BlackBox, *, seed: int, n_evaluations: int) -> Found:
        """The best choice seen."""
        ledger = Ledger(box, n_evaluations)
        begin(box, ledger, seed=seed)
        most = n_evaluations - n_evaluations // 4

        def loss(position: Floats) -> float:
            return -float(ledger.evaluate(_rungs(position, box)[None])[0])

        # Each rung owns an equal stretch of its line; a ladder of one rung has nothing to choose.
        free = box.n_rungs > 1
        if free.any():
            dual_annealing(
                loss if free.all() else lambda position: loss(_filled(position, free)),
                bounds=[(-0.5, n - 0.5) for n in box.n_rungs[free].tolist()],
                maxiter=most,
                maxfun=most,
                seed=seed,
                no_local_search=True,
                x0=None if ledger.best is None else ledger.best[free].astype(np.float64),
                callback=lambda _x, _f, _context: ledger.n_evaluations >= most or ledger.is_spent,
            )
        climb(box, ledger)
        return ledger.found("annealing", seed)


def _filled(position: Floats, free: NDArray[np.bool_]) -> Floats:
    whole = np.zeros(len(free))
    whole[free] = position
    return whole


def _rungs(position: Floats, box: BlackBox) -> Ints:
    return np.clip(np.rint(position), 0, box.n_rungs - 1).astype(np.int64)
