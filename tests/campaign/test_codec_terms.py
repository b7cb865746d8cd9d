"""Every condition and benefit of the till, with any values a file may hold: saved, loaded and priced."""

from __future__ import annotations

from dataclasses import Field, fields, is_dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from dealwright.campaign.codec import decode, encode, json_schema, text_from
from dealwright.campaign.describe import describe
from dealwright.campaign.fields import bounds, field_types, is_needed, optional_of
from dealwright.campaign.lint import lint
from dealwright.campaign.promotion import Promotion
from dealwright.campaign.schedule import Schedule, by_the_clock
from dealwright.core.cart import Cart, Delivery, LineItem, Shopper
from dealwright.core.errors import InputError
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.catalogue import BENEFITS, CONDITIONS
from dealwright.engine.evaluate import evaluate
from dealwright.engine.index import compile_promotions

SCHEMA = Draft202012Validator(json_schema(conditions=CONDITIONS, benefits=BENEFITS))
AT = datetime(2026, 11, 11, 12, tzinfo=UTC)
CART = Cart(
    "EUR",
    (
        LineItem("1", "T", 3, 1000, categories=("tea",), tags=("new",)),
        LineItem("2", "R", 1, 500, floor_minor=400),
        LineItem("3", "G", 2, 0),
    ),
    deliveries=(Delivery("post", 490),),
    shopper=Shopper("c", segments=("vip",), n_orders=1, first_seen="2026-01-01", points=500),
)
texts = st.sampled_from(["T", "R", "tea", "vip", "post", "c", "2026-01-01"])


def values(kind: Any, one: Field[Any]) -> st.SearchStrategy[Any]:
    """What the codec lets stand in a field."""
    inner = optional_of(kind)
    if inner is not None:
        return st.none() | values(inner, one)
    if get_origin(kind) is tuple:
        return st.lists(values(get_args(kind)[0], one), min_size=int(is_needed(one)), max_size=3).map(tuple)
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    if kind is Schedule:
        return st.just(by_the_clock("2026-11-11", "2026-11-11", zone="Asia/Shanghai", hours=("10:00-22:00",)))
    if is_dataclass(kind):
        return instances(kind)  # type: ignore[arg-type]
    if kind is bool:
        return st.booleans()
    if kind is str:
        return texts
    least, most = bounds(kind, one)
    if kind is Fraction:
        return st.fractions(least, most, max_denominator=100)
    return st.integers(least, least + 5) | st.integers(least, min(most, 2000)) | st.just(most)


@st.composite
def instances(draw: st.DrawFn, cls: type) -> Any:
    """A term, or a part of one, that can be made."""
    kinds = field_types(cls)
    given = {one.name: draw(values(kinds[one.name], one)) for one in fields(cls)}
    try:
        return cls(**given)
    except InputError:
        from hypothesis import reject

        reject()


def check(promotion: Promotion) -> None:
    text = text_from([promotion])
    assert decode(text, conditions=CONDITIONS, benefits=BENEFITS) == (promotion,)
    assert list(SCHEMA.iter_errors(encode([promotion]))) == []
    assert lint([promotion], language="zh") == lint([promotion], language="zh")
    assert describe(promotion).endswith(".")
    assert describe(promotion, "zh").endswith("。")
    evaluation = evaluate(CART, compile_promotions([promotion]), at=AT, explain_all=True)
    assert 0 <= evaluation.total_minor <= 3990


TERMS = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("kind", sorted(BENEFITS))
@TERMS
@given(data=st.data())
def test_any_benefit_is_saved_loaded_said_judged_and_priced(kind: str, data: st.DataObject) -> None:
    check(Promotion("a", "EUR", data.draw(instances(BENEFITS[kind]))))


@pytest.mark.parametrize("kind", sorted(CONDITIONS))
@TERMS
@given(data=st.data())
def test_any_condition_is_saved_loaded_said_judged_and_priced(kind: str, data: st.DataObject) -> None:
    condition = data.draw(instances(CONDITIONS[kind]))
    check(Promotion("a", "EUR", PercentOff(Fraction(10)), conditions=(condition,)))
