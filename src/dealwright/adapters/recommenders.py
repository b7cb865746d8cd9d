"""Learnt recommenders in files of the workspace, kept until they are learnt anew.

The files are arrays and JSON: whoever can write into a workspace folder must not be able to run code by them.
"""

from __future__ import annotations

import os
from pathlib import Path

from dealwright.adapters.plain_values import PlainValues
from dealwright.app.recommend.keep_recommender import KeptRecommender
from dealwright.core.errors import WorkspaceError
from dealwright.core.version import __version__
from dealwright.recommend.buy_again import FittedBuyAgain
from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.content import Content, FittedContent
from dealwright.recommend.ease import Ease, FittedEase
from dealwright.recommend.factors import Factors
from dealwright.recommend.hybrid import FittedHybrid, Hybrid
from dealwright.recommend.item_facts import ItemFacts
from dealwright.recommend.known import Known
from dealwright.recommend.matrix import Weight
from dealwright.recommend.neighbours import Neighbours
from dealwright.recommend.popular import FittedPopular
from dealwright.recommend.registry import recommenders
from dealwright.recommend.sequence import FittedOrderSequence
from dealwright.recommend.store_facts import StoreFacts
from dealwright.recommend.trees import Trees

_KINDS = (
    KeptRecommender,
    Catalogue,
    Content,
    Ease,
    Factors,
    FittedBuyAgain,
    FittedContent,
    FittedEase,
    FittedHybrid,
    FittedOrderSequence,
    FittedPopular,
    Hybrid,
    ItemFacts,
    Known,
    Neighbours,
    StoreFacts,
    Trees,
    Weight,
)
_HEADER = f"dealwright {__version__} recommender\n".encode()
_AGAIN = "learn anew by adding --learn to: dealwright recommend for"


def recommender_file(folder: Path, model: str) -> Path:
    """Where the recommender called `model` is kept; InputError if there is none of that name."""
    recommenders().make(model)
    return folder / "models" / f"recommender-{model}.npz"


def keep_recommender(folder: Path, kept: KeptRecommender) -> Path:
    """Write it into the workspace `folder`, in place of the one of that name before."""
    path = recommender_file(folder, kept.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(_HEADER)
        PlainValues(_KINDS).write(kept, file)
    os.replace(part, path)
    return path


def kept_recommender(folder: Path, model: str) -> KeptRecommender | None:
    """The one kept in the workspace `folder`, if any; WorkspaceError if it is damaged or of another version."""
    path = recommender_file(folder, model)
    if not path.exists():
        return None
    with path.open("rb") as file:
        if file.readline(len(_HEADER)) != _HEADER:
            raise WorkspaceError(f"{path} was not written by dealwright {__version__}; {_AGAIN}")
        try:
            kept = PlainValues(_KINDS).read(file)
        except Exception as error:  # damaged bytes raise whatever they happen to mean
            raise WorkspaceError(f"{path} is damaged ({error}); {_AGAIN}") from None
    if not isinstance(kept, KeptRecommender):
        raise WorkspaceError(f"{path} holds something else than a recommender; {_AGAIN}")
    return kept
