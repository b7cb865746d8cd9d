import numpy as np
import pytest

from dealwright.recommend.als import Als, solve
from dealwright.recommend.bpr import Bpr
from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.protocol import Recommender
from small_shop import bought, score_of

TWO_TASTES = bought(
    *((f"t{k}", f"tea{j}", 7) for k in range(8) for j in range(4) if j != k % 4),
    *((f"b{k}", f"beer{j}", 7) for k in range(8) for j in range(4) if j != k % 4),
)


@pytest.mark.parametrize("model", [Als(n_factors=4, penalty=0.1), Bpr(n_factors=4, n_passes=60, batch=16)])
def test_a_tea_drinker_is_shown_the_tea_they_lack_before_any_beer(model: Recommender) -> None:
    scores = model.fit(TWO_TASTES, Catalogue()).score(TWO_TASTES, np.arange(TWO_TASTES.n_customers))
    beers = [score_of(TWO_TASTES, scores, "t0", f"beer{j}") for j in range(4)]
    assert score_of(TWO_TASTES, scores, "t0", "tea0") > max(beers)


def test_tastes_solve_the_weighted_least_squares_problem() -> None:
    from scipy import sparse

    items = np.array([[1.0], [2.0]])
    taken = sparse.csr_matrix(np.array([[1.0, 0.0]]))
    # Confidence 2 x (1 - x)^2 + 1 x (0 - 2 x)^2 + 1 x^2 is least at x = 2 / 7.
    assert solve(taken, items, penalty=1.0, alpha=1.0).tolist() == [[pytest.approx(2 / 7)]]
