"""Recommenders against their peers on real purchases, and how fast they answer; fails when a claim does.

Run with: make bench-recommend, or python benchmarks/recommend.py [--data FOLDER] [--tuning]

1. Complete Journey: learn from weeks 1-49, recommend 20 products to each household, count what they buy in weeks
50-53: of everything (task all) and of what they never bought before (task new). Products are those that ten
households bought by then. rectools and implicit see the same purchases in an environment of their own; if they
cannot be had, the page says so. `--tuning` does the same four weeks earlier, where everything was chosen.
2. Serving (recommend_serving.py): 20,000 products, answers of customers seen before, of strangers, and of customers
with a purchase just before.
3. With `--data`, a folder of Beauty.parquet, Sports_and_Outdoors.parquet and Toys_and_Games.parquet (user,
position, item): everybody's last review is left out and looked for among ten of all items they had not reviewed.

The network that reads sequences of orders takes most of the time: minutes of CPU time for each of these shops.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clocks import Reading, peak_mib
from dealwright.app.recommend.evaluate_recommenders import ALL, NEW, judge
from dealwright.recommend.both_neighbours import BothNeighbours
from dealwright.recommend.buy_again import BuyAgain
from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.covisit import CoVisit
from dealwright.recommend.ease import Ease
from dealwright.recommend.hybrid import Hybrid
from dealwright.recommend.item_item import ItemItem
from dealwright.recommend.popular import Popular
from dealwright.recommend.protocol import FittedRecommender, Recommender
from dealwright.recommend.rank import Taste
from dealwright.recommend.score import Score, Wanted, score
from dealwright.recommend.sequence import OrderSequence
from recommend_peer import ask
from recommend_serving import serving
from recommend_shops import LeftOut, Split, amazon, journey

K = 20
PLAIN, PLANNED = "hybrid", "hybrid, knows plan"
LONG_TAIL = 0.06
"""Shows as many different products as the best peer does; chosen by `--tuning`."""
LEAD = 1.05
EASE_FIRST = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """The best row of peers measured before, by this protocol."""

    ndcg: float
    recall: float
    coverage: float


BARS = {ALL: Bar(0.3597, 0.1671, 0.446), NEW: Bar(0.0496, 0.0390, 0.054)}
AMAZON = {"Beauty": (0.0781, 0.0434), "Sports_and_Outdoors": (0.0542, 0.0300), "Toys_and_Games": (0.0836, 0.0492)}
"""HR@10 and NDCG@10 of EASE (penalty 100, each item once), measured before by this protocol."""


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path)
    asked.add_argument("--tuning", action="store_true")
    asked.add_argument("--peer-python")
    given = asked.parse_args()
    import lightgbm  # noqa: F401  # its import is no part of a fit

    failures = [*households(45 if given.tuning else 49, given.peer_python, is_final=not given.tuning), *serving()]
    if given.data is not None:
        failures += left_out(given.data)
    print(f"peak memory {peak_mib():,.0f} MiB")
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if failures else 0


def households(last_week: int, python: str | None, *, is_final: bool) -> Iterator[str]:
    split = journey(last_week)
    print(f"Complete Journey, weeks 1-{last_week}: {split.seen.n_items:,} products, {len(split.seen):,} purchases")
    print(f"{'':28}{'fit CPU s':>10}{'NDCG@20':>22}{'recall@20':>22}{'coverage':>9}")
    models: list[tuple[str, Recommender]] = [
        ("popular, last 4 weeks", Popular(4.0)),
        ("buy again", BuyAgain()),
        ("EASE, counts", Ease(500.0, None)),
        ("EASE, decayed counts", Ease()),
        ("sequence of orders", OrderSequence()),
        (PLAIN, Hybrid()),
        (PLANNED, Hybrid(promoted=split.promoted)),
    ]
    found, seconds = dict[str, dict[str, Score]](), dict[str, float]()
    for label, model in models:
        start = Reading.now()
        fitted = model.fit(split.seen, split.catalogue)
        seconds[label] = Reading.now().cpu_seconds - start.cpu_seconds
        scores = fitted.score(split.seen, np.arange(split.seen.n_customers))
        for shown, taste in tastes(label):
            found[shown] = judged(split, scores, taste)
            for task, scored in found[shown].items():
                tell(shown, task, seconds[label], scored)
    peer_seconds = against_peers(split, python)
    for task in (ALL, NEW):
        for other in ("buy again", "EASE, decayed counts"):
            leads = {m: found[PLAIN][task].lead(found[other][task], m) for m in ("ndcg", "recall")}
            told = ", ".join(f"{m} {e.value:+.1%} ({e.low:+.1%} to {e.high:+.1%})" for m, e in leads.items())
            print(f"the hybrid leads {other}, task {task}: {told}")
    if is_final:
        yield from short_of_bars(found[f"{PLAIN}, long tail"])
    if peer_seconds is not None and seconds[PLAIN] > peer_seconds:
        yield f"the fit takes {seconds[PLAIN]:.1f} CPU s, rectools' EASE {peer_seconds:.1f}"


def short_of_bars(found: dict[str, Score]) -> Iterator[str]:
    """Peers do not know the promotion plan, so they are compared with what does not know it either."""
    for task, bar in BARS.items():
        for metric, value in (("ndcg", bar.ndcg), ("recall", bar.recall)):
            mean = found[task].mean(metric)
            if mean < LEAD * value:
                yield f"task {task}: {metric} {mean:.4f} is below {LEAD:.2f} x {value:.4f} of the best peer"
        if found[task].coverage < bar.coverage:
            yield f"task {task}: coverage {found[task].coverage:.3f} is below {bar.coverage:.3f} of the best peer"


def tastes(label: str) -> Iterator[tuple[str, Taste]]:
    yield label, Taste(K)
    if label == PLAIN:
        yield f"{PLAIN}, long tail", Taste(K, long_tail=LONG_TAIL)


def judged(split: Split, scores: NDArray[np.float64], taste: Taste) -> dict[str, Score]:
    seen = split.seen
    popular = Popular(4.0).fit(seen, split.catalogue).by_item
    return {task: judge(seen, split.then, scores, popular, task=task, taste=taste) for task in (ALL, NEW)}


def against_peers(split: Split, python: str | None) -> float | None:
    """Prints the peers' rows; CPU seconds of the fit of EASE, None if the peers cannot be had."""
    answer = ask(split.seen, k=K, python=python)
    if answer.trouble:
        print(f"peers could not be asked: {answer.trouble}")
        return None
    seen = split.seen
    has_history = np.diff(seen.starts) > 0
    for peer in answer.peers:
        for task, lists in peer.lists.items():
            pairs = split.then.pairs if task == ALL else np.setdiff1d(split.then.pairs, seen.pairs)
            pairs = pairs[has_history[pairs // seen.n_items]]
            wanted = Wanted.of(
                pairs // seen.n_items, pairs % seen.n_items, n_rows=seen.n_customers, n_items=seen.n_items
            )
            tell(peer.name, task, peer.fit_seconds, score(lists.astype(np.int64), wanted))
    return answer.peers[EASE_FIRST].fit_seconds


def tell(label: str, task: str, seconds: float, found: Score) -> None:
    ndcg, recall = (found.estimate(metric) for metric in ("ndcg", "recall"))
    told = "".join(f"{e.value:8.4f} ({e.low:.4f}-{e.high:.4f})" for e in (ndcg, recall))
    print(f"{label:22}{task:>6}{seconds:10.1f}{told}{found.coverage:9.3f}", flush=True)


def left_out(folder: Path) -> Iterator[str]:
    print(f"{'left out':24}{'':12}{'fit CPU s':>10}{'HR@10':>9}{'NDCG@10':>9}")
    for name, (hit_bar, ndcg_bar) in AMAZON.items():
        asked = amazon(folder / f"{name}.parquet")
        for model in (Popular(), ItemItem(), CoVisit(), OrderSequence(), BothNeighbours()):
            start = Reading.now()
            fitted = model.fit(asked.seen, Catalogue())
            seconds = Reading.now().cpu_seconds - start.cpu_seconds
            hits, ndcg = found_again(asked, fitted)
            print(f"{name:24}{model.name:12}{seconds:10.1f}{hits:9.4f}{ndcg:9.4f}", flush=True)
        if hits <= hit_bar or ndcg <= ndcg_bar:
            yield f"{name}: HR@10 {hits:.4f} and NDCG@10 {ndcg:.4f} are not above {hit_bar:.4f} and {ndcg_bar:.4f}"


def found_again(asked: LeftOut, fitted: FittedRecommender) -> tuple[float, float]:
    """HR@10 and NDCG@10 over all items not reviewed before; what ties with the right one is placed before it."""
    seen, places = asked.seen, np.empty(len(asked.item), dtype=np.int64)
    for start in range(0, len(places), 500):
        part = slice(start, start + 500)
        scores = fitted.score(seen, asked.customer[part])
        rows = seen.of(asked.customer[part])
        row_of = np.full(seen.n_customers, -1)
        row_of[asked.customer[part]] = np.arange(len(scores))
        right = scores[np.arange(len(scores)), asked.item[part]].copy()
        scores[row_of[rows.customer], rows.item] = -np.inf
        places[part] = np.where(np.isfinite(right), (scores >= right[:, None]).sum(axis=1) - 1, seen.n_items)
    is_hit = places < 10
    gain: NDArray[np.float64] = np.where(is_hit, 1.0 / np.log2(places + 2.0), 0.0)
    return float(is_hit.mean()), float(gain.mean())


if __name__ == "__main__":
    sys.exit(main())
