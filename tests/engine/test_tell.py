"""What was decided is told in whatever shapes the asker wants, and says what it draws on."""

from __future__ import annotations

from dataclasses import astuple, replace
from datetime import UTC, datetime
from fractions import Fraction
from random import Random
from typing import Any

from dealwright.campaign.promotion import Promotion
from dealwright.core.cart import Cart, LineItem
from dealwright.engine.benefits.extras import FreeGift
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.evaluate import evaluate
from dealwright.engine.evaluation import Evaluation, Shapes, Teller
from dealwright.engine.index import compile_promotions
from till_carts import a_promotion
from till_random import any_benefit, some_cart, some_promotions

AT = datetime(2026, 11, 11, tzinfo=UTC)
TEA = Cart("EUR", (LineItem("1", "TEA", 2, 450),))
TENTH = a_promotion("tenth", PercentOff(Fraction(10)))


def as_tuple(*fields: Any) -> tuple[Any, ...]:
    return fields


PLAIN = Shapes(as_tuple, as_tuple, as_tuple, as_tuple, as_tuple, as_tuple, as_tuple)


def priced(cart: Cart, *promotions: Promotion) -> Evaluation:
    return evaluate(cart, compile_promotions(promotions), at=AT)


def teller_of(cart: Cart, *promotions: Promotion) -> Teller:
    teller = priced(cart, *promotions).teller
    assert teller is not None
    return teller


def test_every_part_says_the_same_in_other_shapes() -> None:
    random = Random(23)
    for _ in range(200):
        cart, promotions = some_cart(random, full=True), some_promotions(random, any_benefit, most=6)
        teller, ours = teller_of(cart, *promotions), priced(cart, *promotions)
        for part in ("lines", "deliveries", "applied", "refused", "next_steps"):
            assert teller.tell(part, PLAIN) == tuple(astuple(each) for each in getattr(ours, part))
        assert teller.tell("currency", PLAIN) == "EUR"
        assert teller.tell("at", PLAIN) == AT


def test_units_of_a_line_are_not_told_where_nobody_wants_them() -> None:
    one_of_two = a_promotion("one", PercentOff(Fraction(10), most_units=1))
    ((*_, shares, units),) = teller_of(TEA, one_of_two).tell("lines", PLAIN)
    assert (shares, units) == ((("one", 45, "item"),), ((1, 450), (1, 405)))
    ((*_, shares, units),) = teller_of(TEA, one_of_two).tell("lines", PLAIN._replace(units=None))
    assert (shares, units) == ((("one", 45, "item"),), ())


def test_an_evaluation_draws_on_promotions_that_apply_and_on_the_shelf_for_its_gifts() -> None:
    gift = a_promotion("gift", FreeGift("MUG"))
    assert teller_of(TEA, TENTH).draws_on({"tenth"})
    assert not teller_of(TEA, TENTH).draws_on({"other"})
    assert teller_of(TEA, TENTH, gift).draws_on(())
    with_mug = replace(TEA, lines=(*TEA.lines, LineItem("2", "MUG", 1, 300, is_gift=True)))
    assert [one.line for applied in priced(with_mug, gift).applied for one in applied.gifts] == ["2"]
    assert not teller_of(with_mug, TENTH, gift).draws_on(())


def test_an_evaluation_made_of_its_parts_has_nobody_who_tells_them() -> None:
    assert replace(priced(TEA, TENTH), unknown_codes=("GUESS",)).teller is None
