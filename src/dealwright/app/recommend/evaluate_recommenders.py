"""Which recommender a shop should use: each learns from the past and is judged by what customers took later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.plain import plain_row
from dealwright.app.ports import Progress, Tables, silent
from dealwright.app.recommend.recommend_items import FALLBACK_WEEKS, WEIGHS_PROMOTIONS
from dealwright.app.shop.read_histories import LEAST_BUYERS, read_histories, read_promoted
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.recommend.interactions import EPOCH, Interactions
from dealwright.recommend.popular import Popular, buyers
from dealwright.recommend.protocol import Told
from dealwright.recommend.rank import Taste, rank
from dealwright.recommend.registry import recommenders
from dealwright.recommend.score import METRICS, Score, Wanted, score

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MODELS = ("popular", "recent_popular", "buy_again", "ease", "hybrid")
MODEL, TASK, N_CUSTOMERS = "model", "task", "n_customers"
ALL, NEW = "all", "new"
_ROWS_AT_ONCE = 256


@dataclass(frozen=True, slots=True, eq=False)
class JudgedRecommenders:
    """`table` has a row per task and model, the best first: means of metrics over customers with their intervals.

    Task "all" asks for whatever a customer takes in the test period, "new" only for what they never took before.
    """

    k: int
    weeks: int
    table: pd.DataFrame

    def best(self, task: str = ALL) -> str:
        """The model with the highest NDCG."""
        return str(self.table[self.table[TASK] == task].iloc[0][MODEL])

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {"k": self.k, "weeks": self.weeks, "rows": [plain_row(row) for row in self.table.to_dict("records")]}


def evaluate_recommenders(
    tables: Tables,
    *,
    models: Sequence[str] = MODELS,
    weeks: int = 4,
    k: int = 20,
    least_buyers: int = LEAST_BUYERS,
    seed: int,
    progress: Progress = silent,
) -> JudgedRecommenders:
    """Learn from all but the last `weeks`, recommend `k` items to each customer, and count what they took of them.

    Items are those that `least_buyers` customers bought before. InputError if too little history is there.
    """
    registry = recommenders(seed=seed)
    for name in models:  # an unknown name, or a library that is not there, is told before anything slow
        registry.make(name)
    whole = read_histories(tables, least_buyers=1).seen
    end = EPOCH + timedelta(days=whole.end - 7 * weeks)
    known = read_histories(tables, end=end, least_buyers=least_buyers)
    seen, then = known.seen, _afterwards(whole, known.seen)
    promoted = None
    if WEIGHS_PROMOTIONS in models:
        # A plan counts only if there is one for the weeks to come as well: what is judged is what would be used.
        promoted = read_promoted(tables, seen.items, end=EPOCH + timedelta(days=whole.end))
    popular = Popular(FALLBACK_WEEKS).fit(seen, known.catalogue).by_item
    everyone = np.arange(seen.n_customers)
    share = buyers(seen) / max(seen.n_customers, 1)
    rows = []
    for done, name in enumerate(models):
        told = _told_within(progress, f"judging {name}", done, len(models))
        told(0.0)
        maker = recommenders(seed=seed, promoted=promoted, told=told).make(name)
        scores = maker.fit(seen, known.catalogue).score(seen, everyone)
        for task in (ALL, NEW):
            found = judge(seen, then, scores, popular, task=task, taste=Taste(k), bought_share=share)
            rows.append({TASK: task, MODEL: name} | _told(found))
    table = pd.DataFrame(rows).sort_values([TASK, "ndcg"], ascending=[True, False], ignore_index=True)
    return JudgedRecommenders(k, weeks, table)


def judge(
    seen: Interactions,
    then: Interactions,
    scores: Floats,
    popular: Floats,
    *,
    task: str = ALL,
    taste: Taste,
    bought_share: Floats | None = None,
) -> Score:
    """Lists from `scores` (n_customers, n_items), filled up with what is popular, against purchases of `then`.

    Customers without history are not judged: nobody could know them. InputError if nobody took anything.
    """
    if task not in (ALL, NEW):
        raise InputError.unknown("task", task, (ALL, NEW))
    n_items, pairs = seen.n_items, then.pairs
    taste = replace(taste, is_new_only=task == NEW)
    if task == NEW:
        pairs = np.setdiff1d(pairs, seen.pairs)
    has_history = np.diff(seen.starts) > 0
    pairs = pairs[has_history[pairs // n_items]]
    lists = np.concatenate(
        [
            _lists(seen, scores, popular, slice(start, start + _ROWS_AT_ONCE), taste)
            for start in range(0, len(scores), _ROWS_AT_ONCE)
        ]
    )
    wanted = Wanted.of(pairs // n_items, pairs % n_items, n_rows=seen.n_customers, n_items=n_items)
    return score(lists, wanted, bought_share=bought_share)


def _lists(seen: Interactions, scores: Floats, popular: Floats, part: slice, taste: Taste) -> Ints:
    """The lists of some customers that follow one another."""
    passing = np.ones(scores[part].shape, dtype=np.bool_)
    if taste.is_new_only:
        rows = slice(seen.starts[part.start], seen.starts[part.start + len(passing)])
        passing[seen.customer[rows] - part.start, seen.item[rows]] = False
    return rank(scores[part], taste, fallback=popular, passing=passing).items


def _told_within(progress: Progress, what: str, done: int, n: int) -> Told:
    """Tells how far one of `n` steps is, of which `done` are done."""
    return lambda share: progress(what, (done + share) / n)


def _told(found: Score) -> dict[str, Any]:
    row: dict[str, Any] = {N_CUSTOMERS: len(found.rows)}
    for metric in METRICS:
        estimate = found.estimate(metric)
        row |= {metric: estimate.value, f"{metric}_low": estimate.low, f"{metric}_high": estimate.high}
    return row | {"coverage": found.coverage, "novelty_bits": found.novelty_bits}


def _afterwards(whole: Interactions, seen: Interactions) -> Interactions:
    """What was bought from the end of `seen` on, with its customers and items."""
    later = whole.where(whole.day >= seen.end)
    rows = pd.DataFrame(
        {
            c.CUSTOMER: np.array(whole.customers, dtype=object)[later.customer],
            c.SKU: np.array(whole.items, dtype=object)[later.item],
            "day": later.day,
            "order": later.order,
            "units": later.units,
        }
    )
    customers = {name: k for k, name in enumerate(seen.customers)}
    items = {name: k for k, name in enumerate(seen.items)}
    who, what = rows[c.CUSTOMER].map(customers), rows[c.SKU].map(items)
    is_known = (who.notna() & what.notna()).to_numpy()
    return Interactions(
        customers=seen.customers,
        items=seen.items,
        customer=np.asarray(who[is_known], dtype=np.int64),
        item=np.asarray(what[is_known], dtype=np.int64),
        day=later.day[is_known],
        order=later.order[is_known],
        units=later.units[is_known],
        end=whole.end,
    )
