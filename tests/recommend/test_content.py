import numpy as np
import pytest

from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.content import Content
from small_shop import bought, score_of

SEEN = bought(("ann", "green tea", 7), ("bob", "beer", 7), ("cy", "black tea", 7))
LABELS = Catalogue({"category": np.array([1, 0, 0])}, {"category": ("tea", "beer")})


def test_an_item_nobody_like_the_customer_bought_is_found_by_its_label() -> None:
    assert SEEN.items == ("beer", "black tea", "green tea")
    fitted = Content().fit(SEEN, LABELS)
    scores = fitted.score(SEEN, np.arange(3))
    assert score_of(SEEN, scores, "ann", "black tea") == pytest.approx(np.log(3 / 2))
    assert score_of(SEEN, scores, "ann", "beer") == -np.inf
    assert list(fitted.explain(SEEN, 0, 1).parts) == ["category tea"]
