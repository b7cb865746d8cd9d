"""Who meets the rules that a shop wrote down, how many they are, and how far such segments overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import yaml

from dealwright.app.customers.keep_profiles import RefreshedProfiles
from dealwright.app.plain import plain_row
from dealwright.core.errors import InputError
from dealwright.customer.profile import MEASURES
from dealwright.customer.rule_segments import (
    RuleSegment,
    read_rule_segments,
    rule_members,
    rule_overlap,
    rule_sizes,
)
from dealwright.data.finding import Finding


@dataclass(frozen=True, slots=True)
class RuledCustomers:
    """`sizes` has a row per segment, `overlap` how many customers are in both of two, `members` who is in which.

    See `customer.rule_segments`; all as of the day `at`, of `n_customers`.
    """

    at: date
    n_customers: int
    segments: tuple[RuleSegment, ...]
    sizes: pd.DataFrame
    overlap: pd.DataFrame
    members: pd.DataFrame
    findings: tuple[Finding, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON: all but the members."""
        return {
            "at": str(self.at),
            "n_customers": self.n_customers,
            "segments": [
                {**segment.to_dict(), **plain_row(row)}
                for segment, row in zip(self.segments, self.sizes.to_dict("records"), strict=True)
            ],
            "overlap": [
                {"segment": str(name), "with": {str(other): int(n) for other, n in row.items()}}
                for name, row in self.overlap.iterrows()
            ],
            "findings": [finding.to_dict() for finding in self.findings],
        }


def read_segment_rules(text: str, *, source: str) -> tuple[RuleSegment, ...]:
    """The rules of a YAML file: a list of `name` and `all_of`, or one under the key `segments`.

    InputError tells all mistakes at once, each with the file it is in.
    """
    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError(f"{source} is not YAML: {error}") from None
    rows = given["segments"] if isinstance(given, dict) and set(given) == {"segments"} else given
    try:
        return read_rule_segments(rows, features=MEASURES)
    except InputError as error:
        raise InputError(*(f"{source}: {problem}" for problem in error.problems)) from None


def segment_by_rules(refreshed: RefreshedProfiles, segments: Sequence[RuleSegment]) -> RuledCustomers:
    """Apply the rules to the profiles of all customers."""
    with refreshed.profiles.cache() as profiles:
        return RuledCustomers(
            refreshed.at,
            refreshed.n_customers,
            tuple(segments),
            rule_sizes(profiles, segments),
            rule_overlap(profiles, segments),
            rule_members(profiles, segments).execute(),
            refreshed.findings,
        )
