"""What the profiles of all customers look like together: the middle of each measure, and the spread around it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dealwright.app.customers.keep_profiles import RefreshedProfiles
from dealwright.app.plain import plain_row
from dealwright.customer.profile import MEASURES

QUARTILES = {"low_quarter": 0.25, "median": 0.5, "high_quarter": 0.75}


def tell_profiles(refreshed: RefreshedProfiles) -> dict[str, Any]:
    """Plain values, for JSON: what was counted, and each measure's quartiles among the customers it is known of."""
    return {
        "at": str(refreshed.at),
        "n_customers": refreshed.n_customers,
        "n_lines_counted": refreshed.n_lines,
        "n_customers_renewed": refreshed.n_renewed,
        "counted_anew_because": refreshed.verdict.code,
        "measures": [plain_row(row) for row in _measures(refreshed).to_dict("records")],
        "findings": [finding.to_dict() for finding in refreshed.findings],
    }


def _measures(refreshed: RefreshedProfiles) -> pd.DataFrame:
    """A row per measure: measure, n_known and the quartiles, missing where it is known of nobody."""
    profiles = refreshed.profiles
    told = profiles.aggregate(
        **{f"{name}:n_known": profiles[name].count() for name in MEASURES},
        **{
            f"{name}:{word}": profiles[name].cast("float64").quantile(share)
            for name in MEASURES
            for word, share in QUARTILES.items()
        },
    )
    row = told.execute().iloc[0]
    return pd.DataFrame(
        [
            {
                "measure": name,
                "n_known": int(row[f"{name}:n_known"]),
                **{word: float(row[f"{name}:{word}"]) for word in QUARTILES},
            }
            for name in MEASURES
        ]
    )
