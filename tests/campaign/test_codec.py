"""Promotions as files: what is saved is what was meant, and everything wrong with a file is told at once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from dealwright.campaign.codec import decode, encode, json_schema, text_from
from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.campaign.schedule import Schedule, by_the_clock
from dealwright.core.errors import InputError
from terms_of_tests import BENEFITS, CONDITIONS, During, Off, Spend, Step, Steps

TEA = Promotion(
    "tea",
    "EUR",
    Off(Fraction("10.5"), cap_minor=500, tags=("new",)),
    conditions=(Spend(3000, Items(categories=("tea",), least_price_minor=100)),),
    schedule=by_the_clock("2026-11-11", "2026-11-11", zone="Asia/Shanghai", weekdays=(2,), hours=("18:00-20:00",)),
    limits=Limits(total=100, per_customer=1, budget_minor=100_000),
    exclusive_group="autumn",
    lane=-1,
    funded_percent=30,
)
SCHEMA = Draft202012Validator(json_schema(conditions=CONDITIONS, benefits=BENEFITS))


def read(raw: Any) -> tuple[Promotion, ...]:
    return decode(raw, conditions=CONDITIONS, benefits=BENEFITS)


def document(**changed: Any) -> dict[str, Any]:
    one = {"id": "a", "currency": "EUR", "benefit": {"kind": "off", "percent": "10"}} | changed
    return {"dealwright_promotions": 1, "promotions": [one]}


def problems(raw: Any) -> list[str]:
    with pytest.raises(InputError) as refused:
        read(raw)
    return list(refused.value.problems)


# Saving and loading


def test_a_promotion_is_written_with_what_is_unusual_and_in_the_shops_own_dates() -> None:
    assert encode([TEA]) == {
        "dealwright_promotions": 1,
        "promotions": [
            {
                "id": "tea",
                "currency": "EUR",
                "benefit": {"kind": "off", "percent": "10.5", "cap_minor": 500, "tags": ["new"]},
                "conditions": [
                    {
                        "kind": "spend",
                        "amount_minor": 3000,
                        "items": {"categories": ["tea"], "least_price_minor": 100},
                    }
                ],
                "schedule": {
                    "start": "2026-11-11",
                    "end": "2026-11-11",
                    "zone": "Asia/Shanghai",
                    "weekdays": [2],
                    "hours": ["18:00-20:00"],
                },
                "lane": -1,
                "exclusive_group": "autumn",
                "limits": {"total": 100, "per_customer": 1, "budget_minor": 100000},
                "funded_percent": 30,
            }
        ],
    }


def test_what_is_loaded_is_what_was_saved() -> None:
    assert read(text_from([TEA])) == (TEA,)
    assert read(text_from([TEA]).encode()) == (TEA,)
    assert read(encode([TEA])) == (TEA,)


def test_a_hundred_saves_move_nothing() -> None:
    text = first = text_from([TEA, replace(TEA, id="b", schedule=Schedule(end=datetime(2026, 1, 1, tzinfo=UTC)))])
    for _ in range(100):
        text = text_from(read(text))
    assert text == first


zones = st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Pacific/Chatham"])
days = st.dates(min_value=datetime(2020, 1, 1).date(), max_value=datetime(2035, 12, 31).date())
clock_times = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 12, 31))
said = st.one_of(
    st.just(""),
    days.map(str),
    clock_times.map(lambda moment: moment.isoformat()),
    clock_times.map(lambda moment: moment.replace(tzinfo=UTC).isoformat()),
)
schedules = st.builds(
    lambda start, end, zone, weekdays: {"start": start, "end": end, "zone": zone, "weekdays": weekdays},
    said,
    said,
    zones,
    st.lists(st.integers(0, 6), unique=True),
)
percents = st.fractions(min_value=0, max_value=100, max_denominator=1000)


@given(schedule=schedules, percent=percents, name=st.text(max_size=20))
def test_whatever_was_said_one_save_settles_it(schedule: dict[str, Any], percent: Fraction, name: str) -> None:
    if any(ord(letter) < 32 or ord(letter) == 127 or 0xD800 <= ord(letter) < 0xE000 for letter in name):
        name = ""
    benefit = {"kind": "off", "percent": f"{percent.numerator}/{percent.denominator}"}
    once = read(document(schedule=schedule, benefit=benefit, name=name))
    text = text_from(once)
    assert read(text) == once
    assert text_from(read(text)) == text
    assert once[0].benefit == Off(percent)


def test_an_end_date_stays_that_date_and_an_instant_stays_that_instant() -> None:
    schedule = {"end": "2026-11-11T00:00:00+08:00", "zone": "Asia/Shanghai"}
    assert encode(read(document(schedule=schedule)))["promotions"][0]["schedule"] == {
        "end": "2026-11-10T16:00:00Z",
        "zone": "Asia/Shanghai",
    }
    (dated,) = read(document(schedule={"end": "2026-11-11", "zone": "Asia/Shanghai"}))
    assert dated.schedule.end == datetime(2026, 11, 11, 16, tzinfo=UTC)


def test_a_term_may_hold_a_schedule_and_steps_of_its_own() -> None:
    steps = Steps((Step(1000, 100), Step(2000, 300)), seats=3)
    happy = Promotion("a", "EUR", steps, conditions=(During(Schedule(hours=("18:00-20:00",))),))
    assert read(text_from([happy])) == (happy,)


# Mistakes


def test_all_mistakes_are_told_at_once_with_their_places() -> None:
    raw = {
        "dealwright_promotions": 1,
        "promotions": [
            {
                "id": "a",
                "curency": "EUR",
                "benefit": {"kind": "of", "percent": 10},
                "conditions": [{"kind": "spend", "amount_minor": -1}, {"kind": "spend"}, 3],
                "limits": {"total": "ten"},
                "lane": True,
            },
            {"id": "b", "currency": "EUR", "benefit": {"kind": "off", "percent": 10.5}},
        ],
    }
    told = problems(json.dumps(raw))
    assert told == [
        "promotions[0] (a): no field is called 'curency'; did you mean 'currency'? Allowed here: batch, benefit, "
        "code, conditions, currency, exclusive_group, funded_percent, id, is_exclusive, lane, layer, limits, name, "
        "priority, schedule, version",
        "promotions[0] (a): currency is needed here",
        "promotions[0] (a).benefit: no benefit is called 'of'; did you mean 'off'? Allowed here: off, steps",
        "promotions[0] (a).conditions[0].amount_minor: give 0 to 1000000000000000; given -1",
        "promotions[0] (a).conditions[1]: amount_minor is needed here",
        'promotions[0] (a).conditions[2]: a condition is an object with a kind, like {"kind": …}; given 3',
        "promotions[0] (a).lane: give a whole number; given true",
        'promotions[0] (a).limits.total: give a whole number; given "ten"',
        'promotions[1] (b).benefit.percent: give a whole number, or decimals as text like "10.5"; given 10.5',
    ]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"benefit": {"kind": "off", "percent": "100.01"}}, "give 0 to 100"),
        ({"benefit": {"kind": "off", "percent": "1e1"}}, "give a number as text"),
        ({"benefit": {"kind": "off", "percent": "١٠"}}, "give a number as text"),
        ({"benefit": {"kind": "off", "percent": "1/0"}}, "give a number as text"),
        ({"benefit": {"kind": "off", "percent": "9" * 5000}}, "give a number as text"),
        ({"benefit": {"kind": "off", "percent": "5", "pick": "best"}}, "give cheapest or dearest"),
        ({"benefit": {"kind": "off", "percent": "5", "tags": "new"}}, "give a list"),
        ({"benefit": {"kind": "off", "percent": "5", "tags": ["x"] * 10_001}}, "at most 10000 parts"),
        ({"benefit": {"kind": "off", "percent": "5", "tags": [1]}}, r"benefit.tags\[0\]: give text"),
        ({"benefit": {"kind": "steps", "tiers": []}}, "give a list of at least one"),
        (
            {"benefit": {"kind": "steps", "tiers": [{"spend_minor": 1, "off_minor": 2}]}},
            "benefit: tiers: a step takes",
        ),
        ({"benefit": {"kind": "steps", "tiers": [{"spend_minor": 1, "off_minor": 1}], "seats": 1}}, "give 2 to 10"),
        ({"benefit": {"percent": "5"}}, "kind is needed here; one of off, steps"),
        ({"benefit": {"kind": ["off"], "percent": "5"}}, "no benefit is called"),
        ({"benefit": None}, "a benefit is an object with a kind"),
        ({"id": ""}, "give text that is not empty"),
        ({"id": " a"}, "no space around it"),
        ({"id": "a\x00b"}, "no control characters"),
        ({"id": "\ud800"}, "no half surrogate pairs"),
        ({"name": "x" * 501}, "at most 500 characters"),
        ({"currency": "euro"}, "not an ISO 4217 code"),
        ({"code": "A", "batch": "B"}, "not both"),
        ({"version": 0}, "give 1 to"),
        ({"funded_percent": 101}, "give 0 to 100"),
        ({"layer": "basket"}, "give catalogue or cart or delivery"),
        ({"limits": {"total": 10**400}}, r"1000… \(401 digits\)"),
        ({"limits": {"per_customer_days": 7}}, "needs limits.per_customer"),
        ({"limits": []}, "give an object with total"),
        ({"schedule": {"zone": "Mars/Base"}}, "no time zone is called 'Mars/Base'"),
        ({"schedule": {"start": "11/11/2026"}}, "a moment is written like"),
        ({"schedule": {"start_said": "2026-11-11"}}, "no field is called 'start_said'; did you mean 'start'"),
        ({"schedule": {"hours": ["6pm"]}}, "hours are written like"),
        ({"schedule": {"weekdays": [7]}}, "give 0 to 6"),
        ({"schedule": {"weekdays": [1, 1]}}, "weekdays are 0"),
        ({"conditions": {"kind": "spend"}}, "give a list"),
    ],
)
def test_a_field_that_cannot_be_is_refused_with_the_remedy(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        read(document(**changed))


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("", "this is not JSON"),
        ("{", "this is not JSON"),
        (b"\xff\xfe", "not JSON in UTF-8"),
        ("[]", "a document is"),
        ("null", "a document is"),
        ("{}", "give 1, the version"),
        ('{"dealwright_promotions": 2, "promotions": []}', "the version this release reads; given 2"),
        ('{"dealwright_promotions": true, "promotions": []}', "the version this release reads; given true"),
        ('{"dealwright_promotions": 1, "promotions": {}}', "give a list"),
        ('{"dealwright_promotions": 1, "promotion": []}', "did you mean 'promotions'"),
        ('{"dealwright_promotions": 1, "promotions": [1]}', "give an object with id"),
        ('{"dealwright_promotions": 1, "promotions": [], "promotions": []}', "the field is there twice"),
        ("[" * 100_000, "nested 100000 deep"),
        ('{"dealwright_promotions": 1, "promotions": [{"id": NaN}]}', "given NaN"),
        ('{"dealwright_promotions": 1, "promotions": [{"version": 1e999}]}', "given 1e999"),
        ('{"dealwright_promotions": 1, "promotions": [{"version": ' + "9" * 5000 + "}]}", "given 5000 characters"),
    ],
)
def test_a_text_that_is_no_document_is_refused(raw: str | bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read(raw)


def test_an_id_that_is_there_twice_is_refused() -> None:
    raw = document()
    raw["promotions"] *= 2
    assert problems(raw) == ["promotions[1] (a): the id is there twice; a promotion has one id and one version"]


def test_of_thousands_of_mistakes_fifty_are_told() -> None:
    raw = document()
    raw["promotions"] = [{"id": f"p{i}"} for i in range(5_000)]
    told = problems(raw)
    assert len(told) == 51
    assert told[-1] == "and 9950 more"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(field=st.sampled_from(["id", "benefit", "conditions", "schedule", "limits", "lane", "code"]), value=anything)
def test_no_value_does_anything_but_be_read_or_be_refused(field: str, value: Any) -> None:
    try:
        promotions = read(document(**{field: value}))
    except InputError:
        return
    assert read(text_from(promotions)) == promotions


# The schema


def test_the_schema_is_one_and_accepts_what_is_written() -> None:
    Draft202012Validator.check_schema(SCHEMA.schema)
    assert list(SCHEMA.iter_errors(encode([TEA]))) == []
    assert list(SCHEMA.iter_errors(document(schedule={"start": None, "end": "2026-11-11"}))) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"curency": "EUR"},
        {"benefit": {"kind": "of"}},
        {"benefit": {"kind": "off", "percent": 10.5}},
        {"benefit": {"kind": "off", "percent": "5", "pick": "best"}},
        {"benefit": {"kind": "steps", "tiers": [{"spend_minor": 1}]}},
        {"lane": "first"},
        {"limits": {"total": -1}},
        {"schedule": {"start": "soon"}},
    ],
)
def test_the_schema_refuses_what_the_codec_refuses(changed: dict[str, Any]) -> None:
    assert problems(document(**changed))
    assert list(SCHEMA.iter_errors(document(**changed)))


def test_ten_thousand_promotions_are_read_within_seconds() -> None:
    text = text_from(replace(TEA, id=f"p{i}") for i in range(10_000))
    started = datetime.now(UTC)
    assert len(read(text)) == 10_000
    assert datetime.now(UTC) - started < timedelta(seconds=20)
