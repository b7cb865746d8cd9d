import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.recommend.buy_again import BuyAgain
from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.popular import buyers
from dealwright.recommend.rank import Taste
from dealwright.recommend.serve import Event, Serving
from small_shop import bought

SEEN = bought(("ann", "tea", 7), ("ann", "tea", 14), ("ann", "milk", 14), ("bob", "gin", 7), ("cy", "gin", 7))


def _serving() -> Serving:
    return Serving(BuyAgain().fit(SEEN, Catalogue()), SEEN, fallback=buyers(SEEN))


def _items(serving: Serving, customer: str, **taste: object) -> list[str]:
    return [shown.item for shown in serving.recommend(customer, Taste(**taste))]  # type: ignore[arg-type]


def test_a_list_is_filled_up_with_what_is_popular() -> None:
    shown = _serving().recommend("ann", Taste(k=3))
    assert [(s.item, s.is_bought_before, s.is_fallback) for s in shown] == [
        ("tea", True, False),
        ("milk", True, False),
        ("gin", False, True),
    ]


def test_an_event_changes_the_next_answer_of_its_customer_and_of_nobody_else() -> None:
    serving = _serving()
    serving.warm()
    before = _items(serving, "bob", k=2)
    assert serving.record(Event("ann", "gin", SEEN.end))
    assert serving.record(Event("ann", "gin", SEEN.end + 1))
    assert _items(serving, "ann", k=1) == ["gin"]
    assert _items(serving, "bob", k=2) == before


def test_what_was_just_bought_is_not_new_any_more() -> None:
    serving = _serving()
    serving.record(Event("ann", "gin", SEEN.end))
    assert _items(serving, "ann", k=5, is_new_only=True) == []


def test_an_unknown_customer_gets_what_is_popular_and_is_known_from_the_first_event_on() -> None:
    serving = _serving()
    assert [s.is_fallback for s in serving.recommend("dan", Taste(k=1))] == [True]
    serving.record(Event("dan", "milk", SEEN.end))
    first = serving.recommend("dan", Taste(k=1))[0]
    assert (first.item, first.is_fallback) == ("milk", False)


def test_an_item_that_was_not_there_at_the_fit_is_told_and_changes_nothing() -> None:
    serving = _serving()
    assert not serving.record(Event("ann", "rum", SEEN.end))
    assert _items(serving, "ann", k=1) == ["tea"]


def test_events_in_any_order_and_twice_give_the_same_history() -> None:
    day = SEEN.end
    forth, back = _serving(), _serving()
    for event in (Event("ann", "gin", day), Event("ann", "milk", day + 2)):
        forth.record(event)
    for event in (Event("ann", "milk", day + 2), Event("ann", "gin", day), Event("ann", "gin", day)):
        back.record(event)
    assert forth.recommend("ann", Taste(k=3)) == back.recommend("ann", Taste(k=3))


def test_what_may_not_be_shown_is_not() -> None:
    passing = np.array([item != "tea" for item in SEEN.items])
    assert "tea" not in [s.item for s in _serving().recommend("ann", Taste(k=3), passing=passing)]


def test_a_long_tail_moves_what_fewer_buy_up_and_tells_the_score_as_it_is() -> None:
    seen = bought(("ann", "tea", 7), ("ann", "milk", 8), *((f"c{k}", "tea", 7) for k in range(9)))
    serving = Serving(BuyAgain().fit(seen, Catalogue()), seen, fallback=buyers(seen))
    assert _items(serving, "ann", k=2) == ["tea", "milk"]
    assert _items(serving, "ann", k=2, long_tail=0.5) == ["milk", "tea"]
    scores = [shown.score for shown in serving.recommend("ann", Taste(k=2, long_tail=0.5))]
    assert scores == pytest.approx([0.5 ** (8 / 7 / 12), 0.5 ** (1 / 12)])


def test_margin_moves_an_item_up_and_must_be_known() -> None:
    margin = np.array([{"tea": 1.0, "milk": 19.0, "gin": 10.0}[item] for item in SEEN.items])
    fitted = BuyAgain().fit(SEEN, Catalogue())
    keen = Taste(k=1, margin_share=1.0)
    assert Serving(fitted, SEEN, fallback=buyers(SEEN), margin=margin).recommend("ann", keen)[0].item == "milk"
    with pytest.raises(InputError, match="margins are not known"):
        _serving().recommend("ann", keen)
