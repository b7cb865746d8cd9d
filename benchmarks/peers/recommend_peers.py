"""Lists of rectools' EASE and implicit's ALS for benchmarks/recommend.py: purchases in one .npz, lists in another.

Prints the CPU seconds of each fit as JSON. EASE sees the 6,000 most popular items once each, as it inverts a matrix
of all items. Runs in an environment of its own; imports are not counted.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from implicit.als import AlternatingLeastSquares
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import EASEModel
from scipy import sparse

Peer = Callable[[Any], tuple[float, dict[str, np.ndarray]]]

MOST_ITEMS = 6000


def ease(given: Any) -> tuple[float, dict[str, np.ndarray]]:
    pairs = pd.DataFrame({Columns.User: given["customer"], Columns.Item: given["item"]}).drop_duplicates()
    popular = pairs[Columns.Item].value_counts().index[:MOST_ITEMS]
    pairs = pairs[pairs[Columns.Item].isin(popular)].assign(**{Columns.Weight: 1, Columns.Datetime: "2017-01-01"})
    data = Dataset.construct(pairs)
    start = time.process_time()
    model = EASEModel(regularization=500, recommend_n_threads=1).fit(data)
    seconds = time.process_time() - start
    shape, k = given["shape"], int(given["k"])
    lists = {}
    for task, is_new in (("all", False), ("new", True)):
        found = model.recommend(pairs[Columns.User].unique(), data, k=k, filter_viewed=is_new)
        lists[task] = np.full((shape[0], k), -1)
        lists[task][found[Columns.User], found[Columns.Rank] - 1] = found[Columns.Item]
    return seconds, lists


def als(given: Any) -> tuple[float, dict[str, np.ndarray]]:
    shape, k = tuple(given["shape"]), int(given["k"])
    ones = np.ones(len(given["item"]), dtype=np.float32)
    taken = sparse.csr_matrix((ones, (given["customer"], given["item"])), shape=shape)
    start = time.process_time()
    model = AlternatingLeastSquares(factors=100, num_threads=1, random_state=0)
    model.fit(taken, show_progress=False)
    seconds = time.process_time() - start
    everyone = np.arange(shape[0])
    lists = {
        task: model.recommend(everyone, taken, N=k, filter_already_liked_items=is_new)[0]
        for task, is_new in (("all", False), ("new", True))
    }
    return seconds, lists


def main() -> None:
    given = np.load(sys.argv[1])
    peers: dict[str, Callable[[Any], tuple[float, dict[str, np.ndarray]]]] = {
        "rectools EASE": ease,
        "implicit ALS": als,
    }
    seconds, lists = {}, {}
    for name, fit in peers.items():
        seconds[name], found = fit(given)
        lists |= {f"{name}-{task}": items for task, items in found.items()}
    np.savez(sys.argv[2], **lists)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
