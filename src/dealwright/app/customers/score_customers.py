"""Which fifth of all customers each one is in, and how many are in each cell of fifths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from dealwright.app.customers.keep_profiles import RefreshedProfiles
from dealwright.app.plain import plain_row
from dealwright.core.errors import InputError
from dealwright.customer.quintiles import SCORES, cell_sizes, rfm_scores
from dealwright.data.finding import Finding


@dataclass(frozen=True, slots=True)
class ScoredCustomers:
    """`scores` has a row per customer (`customer.quintiles.rfm_scores`), `cells` one per cell with anybody in it
    (`cell_sizes`), made by the scores `by`, as of the day `at`.
    """

    at: date
    by: tuple[str, ...]
    scores: pd.DataFrame
    cells: pd.DataFrame
    findings: tuple[Finding, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON: all but the single customers."""
        return {
            "at": str(self.at),
            "by": list(self.by),
            "n_customers": len(self.scores),
            "cells": [plain_row(row) for row in self.cells.to_dict("records")],
            "findings": [finding.to_dict() for finding in self.findings],
        }


def score_customers(refreshed: RefreshedProfiles, *, by: Sequence[str] = SCORES) -> ScoredCustomers:
    """Score all customers by how recently, how often and how much they buy; InputError for scores nobody knows."""
    unknown = [str(InputError.unknown("score", name, SCORES)) for name in by if name not in SCORES]
    if unknown:
        raise InputError(*unknown)
    asked = tuple(name for name in SCORES if name in by)
    if not asked:
        raise InputError(f"cells are made of one score or more: {', '.join(SCORES)}")
    with refreshed.profiles.cache() as profiles, rfm_scores(profiles).cache() as scores:
        cells = cell_sizes(scores, profiles, by=asked).execute()
        return ScoredCustomers(refreshed.at, asked, scores.execute(), cells, refreshed.findings)
