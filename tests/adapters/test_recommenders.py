"""A recommender survives the end of the program, in a file that can run nothing and names nobody."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from dealwright.adapters.plain_values import PlainValues
from dealwright.adapters.recommenders import keep_recommender, kept_recommender, recommender_file
from dealwright.app.recommend.keep_recommender import KeptRecommender
from dealwright.core.errors import InputError, WorkspaceError
from dealwright.recommend.registry import recommenders
from dealwright.testing.check_recommender import sample_shop

SEEN, CATALOGUE = sample_shop()


def _kept(model: str) -> KeptRecommender:
    fitted = recommenders(seed=1).make(model).fit(SEEN, CATALOGUE)
    popular = np.arange(SEEN.n_items, dtype=np.float64)
    return KeptRecommender(
        model, 1, 10, SEEN.end, {"sales": "a"}, SEEN.items, ("1",), (), 0, CATALOGUE, popular, fitted
    )


def test_nothing_is_kept_in_a_new_workspace(tmp_path: Path) -> None:
    assert kept_recommender(tmp_path, "ease") is None


@pytest.mark.parametrize("model", list(recommenders()))
def test_every_recommender_scores_the_same_after_it_was_kept(model: str, tmp_path: Path) -> None:
    kept = _kept(model)
    keep_recommender(tmp_path, kept)
    again = kept_recommender(tmp_path, model)
    assert again is not None
    everyone = np.arange(SEEN.n_customers)
    assert np.array_equal(again.fitted.score(SEEN, everyone), kept.fitted.score(SEEN, everyone))
    assert (again.items, again.learnt_until, again.fingerprints) == (kept.items, kept.learnt_until, {"sales": "a"})


def test_the_file_names_no_customer(tmp_path: Path) -> None:
    path = keep_recommender(tmp_path, _kept("hybrid"))
    content = path.read_bytes()
    assert b"sku-3" in content
    assert b"customer-" not in content


def test_a_newer_one_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    for _ in range(2):
        keep_recommender(tmp_path, _kept("popular"))
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["recommender-popular.npz"]


def test_an_unknown_model_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'hybrid'"):
        kept_recommender(tmp_path, "hybird")


def _npz(tree: object) -> bytes:
    file = io.BytesIO()
    np.savez(file, tree=np.frombuffer(json.dumps(tree).encode(), dtype=np.uint8))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"dealwright 0.0.0 recommender\n", "was not written by dealwright"),
        (b"", "was not written by dealwright"),
        (b"HEADER", "is damaged"),
        (b"HEADER" + _npz({"made": "system", "from": {"command": "ls"}}), "is damaged"),
        (b"HEADER" + _npz({"made": "Path", "from": {}}), "is damaged"),
        (b"HEADER" + _npz({"array": "nothing"}), "is damaged"),
        (b"HEADER" + _npz({"tuple": [1, 2]}), "holds something else"),
    ],
)
def test_a_file_that_is_not_ours_is_refused_with_a_remedy(content: bytes, said: str, tmp_path: Path) -> None:
    path = keep_recommender(tmp_path, _kept("popular"))
    header = path.read_bytes().partition(b"\n")[0] + b"\n"
    path.write_bytes(content.replace(b"HEADER", header))
    with pytest.raises(WorkspaceError, match=f"{said}.*--learn"):
        kept_recommender(tmp_path, "popular")


def test_what_is_no_plain_value_is_not_written() -> None:
    for value in (object(), np.array([object()]), recommenders().make("ease")):
        with pytest.raises(TypeError, match="not kept"):
            PlainValues([]).write(value, io.BytesIO())


def test_recommenders_are_kept_by_name(tmp_path: Path) -> None:
    assert recommender_file(tmp_path, "ease") != recommender_file(tmp_path, "hybrid")
