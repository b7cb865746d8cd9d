"""One price at a time: the plainest search, and the mark that the others must reach."""

from __future__ import annotations

from dataclasses import dataclass

from dealwright.price.search.protocol import BlackBox, Found, Ledger, begin


@dataclass(frozen=True, slots=True)
class Climbing:
    """From the start (or one random choice), each price moves to its best rung until none helps."""

    def find(self, box: BlackBox, *, seed: int, n_evaluations: int) -> Found:
        """The best choice seen."""
        ledger = Ledger(box, n_evaluations)
        begin(box, ledger, seed=seed)
        return ledger.found("climbing", seed)
