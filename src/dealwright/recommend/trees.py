"""Boosted trees that tell how likely a candidate is taken, the same for the same examples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.recommend.pairs import Pairs

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """Candidates of one moment, which of them were taken, and for how many each counts."""

    pairs: Pairs
    is_taken: NDArray[np.bool_]
    weight: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """A LightGBM booster and the features it was grown on, in order."""

    booster: Any
    names: tuple[str, ...]

    def log_odds(self, pairs: Pairs) -> Floats:
        """Of each candidate being taken (n)."""
        assert pairs.names == self.names, "candidates have other features than the trees were grown on"
        if not len(pairs):
            return np.zeros(0)
        return np.asarray(self.booster.predict(pairs.table(), raw_score=True, num_threads=1))

    def parts(self, pairs: Pairs) -> list[dict[str, float]]:
        """What each feature adds to the log odds of each candidate (Shapley values), and the usual."""
        if not len(pairs):
            return []
        added = np.asarray(self.booster.predict(pairs.table(), pred_contrib=True, num_threads=1))
        return [
            {name: float(value) for name, value in zip([*self.names, "usual"], row, strict=True)} for row in added
        ]


def grow(examples: Sequence[Example], *, n_trees: int, rate: float, most_leaves: int, seed: int) -> Trees:
    """One thread and a fixed order of rows, so that a fit can be repeated to the last digit."""
    import lightgbm

    names = examples[0].pairs.names
    data = lightgbm.Dataset(
        np.concatenate([example.pairs.table() for example in examples]),
        np.concatenate([example.is_taken for example in examples]).astype(np.float32),
        weight=np.concatenate([example.weight for example in examples]),
        feature_name=list(names),
        free_raw_data=True,
    )
    settings = {
        "objective": "binary",
        "learning_rate": rate,
        "num_leaves": most_leaves,
        "min_data_in_leaf": 100,
        "feature_fraction": 0.5,
        "bagging_fraction": 0.6,
        "bagging_freq": 1,
        "max_bin": 63,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "seed": seed,
        "verbosity": -1,
    }
    return Trees(lightgbm.train(settings, data, n_trees), names)
