import numpy as np

from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.popular import Popular
from small_shop import bought, score_of

SEEN = bought(
    ("ann", "tea", 60),
    ("bob", "tea", 60),
    ("cy", "tea", 60),
    ("ann", "milk", 5),
    ("ann", "milk", 6),
    ("bob", "gin", 70),
)
EVERYONE = np.arange(3)


def test_an_item_is_as_popular_as_it_has_buyers_however_often_each_buys() -> None:
    scores = Popular().fit(SEEN, Catalogue()).score(SEEN, EVERYONE)
    assert [score_of(SEEN, scores, "cy", item) for item in ("tea", "milk", "gin")] == [3.0, 1.0, 1.0]


def test_of_late_only_recent_buyers_count_and_earlier_ones_break_ties() -> None:
    scores = Popular(weeks=4).fit(SEEN, Catalogue()).score(SEEN, EVERYONE)
    assert [score_of(SEEN, scores, "ann", item) for item in ("milk", "tea", "gin")] == [1.25, 0.75, 0.25]
