"""The kept recommender of a shop: learnt once, asked often, served from memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dealwright.adapters.recommenders import keep_recommender, kept_recommender
from dealwright.app.ports import Progress, silent
from dealwright.app.recommend.keep_recommender import Freshness, KeptRecommender, ask_kept, how_fresh, to_keep
from dealwright.app.recommend.recommend_items import LearntRecommender, learn_recommender
from dealwright.app.recommend.serve_recommendations import Recommendations
from dealwright.app.shop.read_histories import LEAST_BUYERS
from dealwright.workspace.shop import SEED, Shop


@dataclass(frozen=True, slots=True)
class Asked:
    """A recommender that can be asked about some customers, and how old what it learnt is."""

    recommender: LearntRecommender
    freshness: Freshness


def ask_recommender(
    shop: Shop,
    customers: Sequence[str] | None,
    *,
    model: str = "hybrid",
    seed: int = SEED,
    learn: bool = False,
    progress: Progress = silent,
) -> Asked:
    """The recommender kept in the workspace, with the histories of `customers` (None: all) as they are now.

    Where none is kept, one of another seed is, or with `learn=True`, it is learnt first and kept. WorkspaceError if
    the one kept is damaged or of another version.
    """
    kept = _kept(shop, model, seed=seed, learn=learn, progress=progress)
    tables = shop.read_tables()
    progress("reading what they bought", 0.9)
    asked = Asked(ask_kept(kept, tables, customers), how_fresh(kept, tables))
    progress("done", 1.0)
    return asked


def open_recommendations(
    shop: Shop, *, model: str = "hybrid", seed: int = SEED, learn: bool = False, progress: Progress = silent
) -> Recommendations:
    """The same, in memory: answers any customer in microseconds and counts each purchase it is told of at once.

    It stays valid when the workspace is closed.
    """
    asked = ask_recommender(shop, None, model=model, seed=seed, learn=learn, progress=progress)
    return Recommendations(asked.recommender, asked.freshness)


def _kept(shop: Shop, model: str, *, seed: int, learn: bool, progress: Progress) -> KeptRecommender:
    kept = None if learn else kept_recommender(shop.folder, model)
    if kept is not None and (kept.seed, kept.least_buyers) == (seed, LEAST_BUYERS):
        return kept
    tables = shop.read_tables()
    learnt = learn_recommender(
        tables, model=model, seed=seed, progress=lambda what, share: progress(what, 0.85 * share)
    )
    kept = to_keep(learnt, tables)
    keep_recommender(shop.folder, kept)
    return kept
