"""Which items are bought together: frequent sets, and the rules "who buys these also buys those".

Sets are mined depth first over bit maps of baskets (Zaki 2000): exact, the same sets as any other algorithm finds.
A rule says how often the consequent is in baskets with the antecedent (confidence), how many times as often as in
all baskets (lift), and whether chance explains it: Fisher's exact test, corrected for the number of rules looked at
under any dependence between them (Benjamini and Yekutieli 2001).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import ibis
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import false_discovery_control, hypergeom, norm

from dealwright.core.errors import InputError
from dealwright.customer.share import share_interval
from dealwright.data import columns as c

Bits = NDArray[np.uint64]
Itemset = tuple[int, ...]

BASKET, ITEM, OTHER, N_BASKETS = "basket", "item", "other", "n_baskets"
LEVEL = 0.9
"""Of the intervals of confidence and lift."""


@dataclass(frozen=True, slots=True)
class Baskets:
    """`bits` (items, words): bit b of an item's row is set if basket b of `n` holds it; `items` names the rows."""

    items: tuple[str, ...]
    bits: Bits
    n: int

    @classmethod
    def of(cls, held: pd.DataFrame, *, n: int) -> Baskets:
        """From one row per basket and item (columns basket, item; no row twice) out of `n` baskets."""
        items, names = pd.factorize(held[ITEM], sort=True)
        baskets, _ = pd.factorize(held[BASKET])
        order = np.argsort(items, kind="stable")
        sizes = np.bincount(items, minlength=len(names))
        ends = np.cumsum(sizes)
        bits = np.zeros((len(names), -(-n // 64)), dtype=np.uint64)
        for row, start, end in zip(bits, ends - sizes, ends, strict=True):
            flags = np.zeros(len(row) * 64, dtype=np.bool_)
            flags[baskets[order[start:end]]] = True
            row[:] = np.packbits(flags, bitorder="little").view(np.uint64)
        return cls(tuple(str(name) for name in names), bits, n)


@dataclass(frozen=True, slots=True)
class FrequentSets:
    """How many of `n` baskets hold each set of items that at least `least` hold; sets are ascending row numbers."""

    items: tuple[str, ...]
    n: int
    least: int
    counts: Mapping[Itemset, int]


def held_items(lines: ibis.Table, *, of: str, least: int) -> ibis.Table:
    """One row per basket (order) and item of column `of` (a sku, a category) that at least `least` baskets hold.

    Lines without an order or without an item, and returns, are left out.
    """
    bought = lines.filter(lines[c.ORDER].notnull(), lines[of].notnull(), lines[c.QUANTITY] > 0)
    held = bought.select(**{BASKET: bought[c.ORDER], ITEM: bought[of]}).distinct()
    return held.mutate(**{N_BASKETS: held.count().over(group_by=ITEM)}).filter(ibis._[N_BASKETS] >= least)


def count_baskets(lines: ibis.Table) -> ibis.Table:
    """One row, one column: the number of baskets (n_baskets) with something bought."""
    bought = lines.filter(lines[c.ORDER].notnull(), lines[c.QUANTITY] > 0)
    return bought.aggregate(**{N_BASKETS: bought[c.ORDER].nunique()})


def frequent_pairs(held: ibis.Table, *, least: int) -> ibis.Table:
    """How many baskets (n_baskets) hold both of two items, item < other, counted where the data are.

    For tables too large to be mined in memory; `held` is what `held_items` gives.
    """
    left = held.select(BASKET, ITEM)
    right = held.view().select(BASKET, **{OTHER: ITEM})
    met = left.join(right, [left[BASKET] == right[BASKET], left[ITEM] < right[OTHER]])
    pairs = met.group_by(ITEM, OTHER).agg(**{N_BASKETS: met.count()})
    return pairs.filter(pairs[N_BASKETS] >= least).order_by(ITEM, OTHER)


def mine(baskets: Baskets, *, least: int, most_items: int = 5) -> FrequentSets:
    """All sets of up to `most_items` items that at least `least` baskets hold.

    Raises InputError if `least` is below 1 or above the number of baskets.
    """
    if not 1 <= least <= max(baskets.n, 1):
        raise InputError(f"a set must be in 1 to {baskets.n} baskets to be frequent; {least} was asked for")
    single = _sizes(baskets.bits)
    frequent = np.flatnonzero(single >= least)
    counts: dict[Itemset, int] = {(int(k),): int(single[k]) for k in frequent}
    counts.update(_grown((), frequent, baskets.bits[frequent], least, most_items))
    return FrequentSets(baskets.items, baskets.n, least, counts)


def _sizes(bits: Bits) -> NDArray[np.int64]:
    return np.asarray(np.bitwise_count(bits).sum(axis=1, dtype=np.int64))


def _grown(
    prefix: Itemset, items: NDArray[np.int64], bits: Bits, least: int, most_items: int
) -> Iterator[tuple[Itemset, int]]:
    """The frequent sets that add two or more of `items` to `prefix`; `bits` are the baskets of prefix and item."""
    if len(prefix) + 2 > most_items:
        return
    for k in range(len(items) - 1):
        both = bits[k + 1 :] & bits[k]
        sizes = _sizes(both)
        is_frequent = sizes >= least
        if not is_frequent.any():
            continue
        extended, partners = (*prefix, int(items[k])), items[k + 1 :][is_frequent]
        for partner, size in zip(partners.tolist(), sizes[is_frequent].tolist(), strict=True):
            yield (*extended, partner), size
        yield from _grown(extended, partners, both[is_frequent], least, most_items)


def rules_of(sets: FrequentSets, *, least_confidence: float = 0.0, most_false: float = 0.05) -> pd.DataFrame:
    """One row per rule with at least `least_confidence`, the strongest evidence first.

    Columns: antecedent, consequent (tuples of names), n_baskets (with both), support, confidence (and _low, _high),
    lift (and _low, _high), conviction (infinite if the rule never fails), p_value (one-sided: as many or more
    meetings by chance), q_value (corrected for all rules), is_significant (q at most `most_false`), and
    improvement: confidence less that of the best rule with fewer of the antecedent's items, which a rule
    must exceed to say anything new (Bayardo and Agrawal 1999).
    """
    rows = [
        (antecedent, tuple(k for k in items if k not in antecedent), both)
        for items, both in sets.counts.items()
        for size in range(1, len(items))
        for antecedent in combinations(items, size)
    ]
    measured = _measured(pd.DataFrame(rows, columns=["antecedent", "consequent", N_BASKETS]), sets, most_false)
    kept = measured[measured["confidence"] >= least_confidence]
    kept = kept.assign(improvement=kept["confidence"] - _simpler(kept, sets))
    told = kept.assign(**{side: kept[side].map(partial(_names, sets)) for side in ("antecedent", "consequent")})
    by = ["p_value", "lift", "antecedent", "consequent"]
    return told.sort_values(by, ascending=[True, False, True, True], ignore_index=True)


def _names(sets: FrequentSets, part: Itemset) -> tuple[str, ...]:
    return tuple(sets.items[k] for k in part)


def _measured(table: pd.DataFrame, sets: FrequentSets, most_false: float) -> pd.DataFrame:
    n = float(sets.n)
    both = table[N_BASKETS].to_numpy(dtype=float)
    with_left = np.array([sets.counts[part] for part in table["antecedent"]], dtype=float)
    with_right = np.array([sets.counts[part] for part in table["consequent"]], dtype=float)
    confidence, share = both / with_left, with_right / n
    low, high = share_interval(both, with_left, level=LEVEL)
    lift = confidence / share
    # Delta method for the logarithm, the four kinds of baskets being a multinomial sample.
    variance = 1.0 / both - 1.0 / with_left - 1.0 / with_right + (2.0 * lift - 1.0) / n
    spread = norm.isf((1.0 - LEVEL) / 2) * np.sqrt(np.maximum(variance, 0.0))
    p_value = np.asarray(hypergeom.sf(both - 1, sets.n, with_left, with_right)).clip(0.0, 1.0)
    q_value = false_discovery_control(p_value, method="by") if len(table) else p_value
    with np.errstate(divide="ignore", invalid="ignore"):  # what is in every basket: 0 over 0
        conviction = np.where(confidence < 1.0, (1.0 - share) / (1.0 - confidence), np.inf)
    return table.assign(
        support=both / n,
        confidence=confidence,
        confidence_low=low,
        confidence_high=high,
        lift=lift,
        lift_low=lift * np.exp(-spread),
        lift_high=lift * np.exp(spread),
        conviction=conviction,
        p_value=p_value,
        q_value=q_value,
        is_significant=q_value <= most_false,
    )


def _simpler(table: pd.DataFrame, sets: FrequentSets) -> NDArray[np.float64]:
    """The best confidence of the same consequent with fewer items, none of them included."""
    best = np.empty(len(table))
    for row, (antecedent, consequent) in enumerate(zip(table["antecedent"], table["consequent"], strict=True)):
        known = [sets.counts[consequent] / sets.n]
        for size in range(1, len(antecedent)):
            for part in combinations(antecedent, size):
                known.append(sets.counts[tuple(sorted((*part, *consequent)))] / sets.counts[part])
        best[row] = max(known)
    return best
