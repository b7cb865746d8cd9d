import numpy as np
import pytest

from dealwright.recommend.ease import Ease
from dealwright.recommend.hybrid import FittedHybrid, Hybrid
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.known import about_everybody
from dealwright.recommend.promoted import Promoted
from dealwright.recommend.reasons import grouped
from dealwright.testing.check_recommender import NOBODY, sample_shop

SEEN, LABELS = sample_shop()
EVERYONE = np.arange(SEEN.n_customers)
MODEL = Hybrid(n_moments=3, thinning=1, n_trees=20)


@pytest.fixture(scope="module")
def fitted() -> FittedHybrid:
    return MODEL.fit(SEEN, LABELS)


def test_scores_are_probabilities(fitted: FittedHybrid) -> None:
    scores = fitted.score(SEEN, EVERYONE)
    known = scores[np.isfinite(scores)]
    assert known.min() > 0
    assert known.max() < 1


def test_where_nobody_ever_tries_anything_new_only_what_was_bought_is_a_candidate(fitted: FittedHybrid) -> None:
    assert fitted.new is None
    bought = np.zeros((SEEN.n_customers, SEEN.n_items), dtype=bool)
    bought[SEEN.customer, SEEN.item] = True
    assert np.array_equal(np.isfinite(fitted.score(SEEN, EVERYONE)), bought)


def test_a_customer_nobody_knows_has_no_score(fitted: FittedHybrid) -> None:
    assert (fitted.score(SEEN, np.array([NOBODY])) == -np.inf).all()


def test_reasons_are_few_and_in_words_people_use(fitted: FittedHybrid) -> None:
    reasons = fitted.explain(SEEN, 0, int(SEEN.item[0]))
    assert reasons.unit == "log odds"
    assert "usual" in reasons.parts
    assert "how often and lately you bought it" in reasons.parts
    assert not any("_" in name for name in reasons.parts)


def test_earlier_moments_are_looked_at_until_enough_histories_were_seen() -> None:
    def scores(n_moments: int, enough: int = 2_000) -> np.ndarray:
        made = Hybrid(n_moments=n_moments, enough_histories=enough, thinning=1, n_trees=5)
        return made.fit(SEEN, LABELS).score(SEEN, EVERYONE)

    n_known = len(np.unique(SEEN.until(SEEN.end - 28).customer))
    last_alone, two = scores(1), scores(2)
    assert np.array_equal(scores(3, n_known), last_alone)
    assert np.array_equal(scores(3, n_known + 1), two)
    assert not np.array_equal(two, last_alone)


def test_a_past_too_short_to_learn_from_leaves_likeness_alone() -> None:
    short = SEEN.until(20)
    lonely = MODEL.fit(short, LABELS)
    assert lonely.bought is None
    assert np.array_equal(lonely.score(short, EVERYONE), Ease().fit(short, LABELS).score(short, EVERYONE))


def test_everybody_at_once_is_known_as_well_as_one_by_one() -> None:
    about = about_everybody(SEEN, LABELS, Ease())
    alone = about.known.about(SEEN, about.customers)
    assert about.customers.tolist() == sorted(set(SEEN.customer.tolist()))
    new = [one.described(*one.new(3)) for one in (about, alone)]
    for mine, theirs in ((about.bought(4), alone.bought(4)), new):
        assert mine.customer.tolist() == theirs.customer.tolist()
        assert mine.item.tolist() == theirs.item.tolist()
        assert mine.table() == pytest.approx(theirs.table(), abs=1e-4, nan_ok=True)


def test_new_candidates_are_the_most_alike_of_all_that_was_not_bought() -> None:
    about = about_everybody(SEEN, LABELS, Ease())
    open_ = about.alike.copy()
    open_[about.of_row[SEEN.customer], SEEN.item] = -np.inf
    customer, item = about.new(2)
    best = np.sort(np.argsort(-open_, axis=1, kind="stable")[:, :2], axis=1)
    assert customer.tolist() == np.repeat(about.customers, 2).tolist()
    assert item.tolist() == best.ravel().tolist()


def test_moments_that_see_half_of_the_customers_learn_the_same_each_time() -> None:
    def scores(seen: Interactions) -> np.ndarray:
        return Hybrid(n_moments=3, share=0.5, thinning=2, n_trees=5).fit(seen, LABELS).score(seen, EVERYONE)

    assert np.array_equal(scores(SEEN), scores(SEEN))


def test_what_is_planned_to_be_promoted_is_weighed_by_the_weeks_to_come_and_not_by_later_ones() -> None:
    plan = Promoted(
        item=np.array([3, 3, 5]),
        starts=np.array([SEEN.end, SEEN.end + 28, SEEN.end - 14]),
        ends=np.array([SEEN.end + 14, SEEN.end + 35, SEEN.end]),
        display=np.array([1.0, 1.0, 0.5]),
        mailer=np.zeros(3),
    )
    numbers = plan.numbers(SEEN.end, SEEN.n_items, horizon_days=28)
    assert numbers["display_coming"][[3, 5]].tolist() == [0.5, 0.0]
    assert numbers["display_lately"][[3, 5]].tolist() == [0.0, 0.25]
    weighed = Hybrid(n_moments=2, thinning=1, n_trees=5, promoted=plan).fit(SEEN, LABELS)
    assert weighed.bought is not None
    assert {"item_display_coming", "item_mailer_lately"} <= set(weighed.bought.names)


def test_grouped_parts_keep_their_sum() -> None:
    parts = {"lines_4w": 1.0, "weeks_since": -0.5, "item_gap_weeks": 0.25, "unheard_of": 0.1, "usual": -2.0}
    assert grouped(parts) == {
        "how often and lately you bought it": 1.0,
        "its time has come": -0.25,
        "other": 0.1,
        "usual": -2.0,
    }
