"""Which customers meet rules that the shop wrote down, and how far such segments overlap."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from dealwright.core.errors import InputError
from dealwright.customer.rfm import SPEND
from dealwright.data import columns as c

_SEGMENT_KEYS = ("name", "all_of")
_BOUND_KEYS = ("feature", "at_least", "at_most")


@dataclass(frozen=True, slots=True)
class Bound:
    """A feature lies between `at_least` and `at_most`, both included; `None` is no limit."""

    feature: str
    at_least: float | None = None
    at_most: float | None = None

    def holds(self, profiles: ibis.Table) -> ir.BooleanValue:
        """Whether it does, for each customer; not, where the feature is missing."""
        value = profiles[self.feature]
        holds: ir.BooleanValue = value.notnull()
        if self.at_least is not None:
            holds = holds & (value >= self.at_least)
        if self.at_most is not None:
            holds = holds & (value <= self.at_most)
        return holds.fill_null(False)


@dataclass(frozen=True, slots=True)
class RuleSegment:
    """Customers for whom every bound of `all_of` holds."""

    name: str
    all_of: tuple[Bound, ...]

    def to_dict(self) -> dict[str, object]:
        """Plain values that `read_rule_segments` reads back."""
        bounds = [
            {key: value for key, value in asdict(bound).items() if value is not None} for bound in self.all_of
        ]
        return {"name": self.name, "all_of": bounds}


def read_rule_segments(data: object, *, features: Collection[str]) -> tuple[RuleSegment, ...]:
    """The segments described by plain data, as YAML or JSON hold them: a list of `{name, all_of}`.

    `features` are the numbers a rule may ask about (`profile.MEASURES`, or those of `rfm.FEATURES`). Raises
    InputError telling all mistakes at once.

    >>> read_rule_segments(
    ...     [{"name": "regulars", "all_of": [{"feature": "orders", "at_least": 10}]}], features=["orders"]
    ... )
    (RuleSegment(name='regulars', all_of=(Bound(feature='orders', at_least=10, at_most=None),)),)
    """
    if not isinstance(data, Sequence) or isinstance(data, str) or not data:
        raise InputError(f"rule segments are a list of segments, each with name and all_of; {data!r} was given")
    problems = [problem for place, row in enumerate(data, start=1) for problem in _wrong(row, place, features)]
    problems += _twice([row.get("name") for row in data if isinstance(row, Mapping)])
    if problems:
        raise InputError(*problems)
    return tuple(RuleSegment(row["name"], tuple(Bound(**bound) for bound in row["all_of"])) for row in data)


def rule_members(profiles: ibis.Table, segments: Sequence[RuleSegment]) -> ibis.Table:
    """Who is in which segment: segment, customer_id, in that order; a customer may be in several or in none."""
    named = [_members(profiles, segment).mutate(segment=ibis.literal(segment.name)) for segment in segments]
    rows = ibis.union(*named) if len(named) > 1 else named[0]
    return rows.select("segment", c.CUSTOMER).order_by("segment", c.CUSTOMER)


def rule_sizes(profiles: ibis.Table, segments: Sequence[RuleSegment]) -> pd.DataFrame:
    """A row per segment, in the order given: segment, n_customers, share (of all), spend_minor, spend_share."""
    flags = [_holds(profiles, segment) for segment in segments]
    spend = profiles[SPEND]
    counted = profiles.aggregate(
        n=profiles.count(),
        spend=spend.sum().fill_null(0),
        **{f"n_{i}": flag.sum().fill_null(0) for i, flag in enumerate(flags)},
        **{f"spend_{i}": spend.sum(where=flag).fill_null(0) for i, flag in enumerate(flags)},
    )
    found = counted.execute().iloc[0]
    rows = [
        {
            "segment": segment.name,
            "n_customers": int(found[f"n_{i}"]),
            "share": float(found[f"n_{i}"]) / max(int(found["n"]), 1),
            SPEND: int(found[f"spend_{i}"]),
            "spend_share": float(found[f"spend_{i}"]) / max(int(found["spend"]), 1),
        }
        for i, segment in enumerate(segments)
    ]
    return pd.DataFrame(rows)


def rule_overlap(profiles: ibis.Table, segments: Sequence[RuleSegment]) -> pd.DataFrame:
    """How many customers are in both of two segments: a square table with names on both sides."""
    flags = [_holds(profiles, segment) for segment in segments]
    pairs = {
        f"{i}_{j}": (one & other).sum().fill_null(0) for i, one in enumerate(flags) for j, other in enumerate(flags)
    }
    found = profiles.aggregate(**pairs).execute().iloc[0]
    names = [segment.name for segment in segments]
    places = range(len(names))
    return pd.DataFrame([[int(found[f"{i}_{j}"]) for j in places] for i in places], index=names, columns=names)


def _members(profiles: ibis.Table, segment: RuleSegment) -> ibis.Table:
    return profiles.filter(_holds(profiles, segment)).select(c.CUSTOMER)


def _holds(profiles: ibis.Table, segment: RuleSegment) -> ir.BooleanValue:
    return ibis.and_(*(bound.holds(profiles) for bound in segment.all_of))


def _twice(names: Sequence[object]) -> list[str]:
    texts = [name for name in names if isinstance(name, str)]
    return [
        f"two segments are called {name!r}; name each once"
        for name in sorted({n for n in texts if texts.count(n) > 1})
    ]


def _wrong(row: object, place: int, features: Collection[str]) -> Iterator[str]:
    where = f"segment {place}"
    if not isinstance(row, Mapping):
        yield f"{where}: {row!r} is not a segment; give name and all_of"
        return
    for key in row:
        if key not in _SEGMENT_KEYS:
            yield f"{where}: {InputError.unknown('key', str(key), _SEGMENT_KEYS)}"
    if not isinstance(row.get("name"), str) or not row["name"].strip():
        yield f"{where}: its name is {row.get('name')!r}; give it some text"
    bounds = row.get("all_of")
    if not isinstance(bounds, Sequence) or isinstance(bounds, str) or not bounds:
        yield f"{where}: all_of is {bounds!r}; give a list of at least one {{feature, at_least, at_most}}"
        return
    for bound in bounds:
        yield from _wrong_bound(bound, where, features)


def _wrong_bound(bound: object, where: str, features: Collection[str]) -> Iterator[str]:
    if not isinstance(bound, Mapping):
        yield f"{where}: {bound!r} is not a rule; give feature and at_least or at_most"
        return
    for key in bound:
        if key not in _BOUND_KEYS:
            yield f"{where}: {InputError.unknown('key', str(key), _BOUND_KEYS)}"
    feature = bound.get("feature")
    if not isinstance(feature, str) or feature not in features:
        yield f"{where}: {InputError.unknown('feature', str(feature), features)}"
    limits = {key: bound[key] for key in _BOUND_KEYS[1:] if bound.get(key) is not None}
    odd = {key: value for key, value in limits.items() if not _is_number(value)}
    for key, value in odd.items():
        yield f"{where}: {key} of {feature!r} is {value!r}; give a number"
    if not limits:
        yield f"{where}: {feature!r} has neither at_least nor at_most; give one or both"
    elif len(limits) == 2 and not odd and limits["at_least"] > limits["at_most"]:
        yield f"{where}: {feature!r} cannot be at least {limits['at_least']} and at most {limits['at_most']}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
