"""What stands in the values of a column."""

import datetime
from zoneinfo import ZoneInfo

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.core.errors import InputError
from dealwright.core.money import Money
from dealwright.data.mapping import Options
from dealwright.data.parse_number import minor_units
from dealwright.data.parsed import Parsed
from dealwright.data.readings import number_reading
from dealwright.data.shapes import as_date, as_number, shape_of
from dealwright.data.zones import changes, converted


@pytest.mark.parametrize("text", ["1.2.3", "1,23,4.5", "12-3", "1e", "--1", "", "abc", "1 2 a", "2017-01-02"])
def test_what_is_no_number_is_not_read_as_one(text: str) -> None:
    assert as_number(shape_of(text)) is None


@pytest.mark.parametrize("text", ["2017-13", "1/2/17", "2017-1-2 5", "99/99", "12:30", "17-01-02"])
def test_what_is_no_day_is_not_read_as_one(text: str) -> None:
    assert as_date(shape_of(text)) is None


def test_most_values_decide_the_decimal_mark_and_the_others_are_named() -> None:
    reading = number_reading(
        "x", {"9.99": 5, "9,9": 2, "9,999": 1, "": 1, "inf": 1, "x": 1}, Options(), is_whole=False
    )
    assert reading.decimal == "."
    assert reading.good == ("9.99", "9,999")
    assert reading.other_mark == ("9,9",)
    assert (reading.missing, reading.infinite) == (("",), ("inf",))


def test_as_many_points_as_commas_cannot_be_decided() -> None:
    with pytest.raises(InputError, match="2 values with a decimal point and as many with a decimal comma"):
        number_reading("x", {"9.99": 2, "9,99": 2}, Options(), is_whole=False)


def test_a_fraction_after_a_leading_zero_shows_the_decimal_mark() -> None:
    assert number_reading("x", {"0,999": 1, "9,999": 4}, Options(), is_whole=False).decimal == ","


@given(st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=30))
def test_amounts_are_rounded_as_money_is(eighths_of_a_cent: list[int]) -> None:
    majors = [number / 800 for number in eighths_of_a_cent]
    table = ibis.memtable({"major": [number / 8 for number in eighths_of_a_cent]})
    rounded = minor_units(Parsed(table.major / 100), "EUR", keeps_fractions=False, noise=0.0)
    found = table.select(minor=rounded.value).to_pyarrow()["minor"].to_pylist()
    nearest = [Money.nearest(number / 8, "JPY").minor for number in eighths_of_a_cent]
    assert found == nearest, majors


ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Shanghai", "Asia/Kolkata", "Australia/Lord_Howe"]


@given(
    st.lists(st.datetimes(datetime.datetime(2016, 1, 1), datetime.datetime(2018, 1, 1)), min_size=1, max_size=20),
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
)
def test_the_clock_of_another_zone_shows_what_the_zone_database_says(
    moments: list[datetime.datetime], from_zone: str, to_zone: str
) -> None:
    moments = [moment.replace(microsecond=0, fold=0) for moment in moments]
    table = ibis.memtable({"at": moments}, schema={"at": "timestamp"})
    shown = converted(table.at, given=from_zone, wanted=to_zone, first=min(moments), last=max(moments))
    expected = [
        moment.replace(tzinfo=ZoneInfo(from_zone))
        .astimezone(datetime.UTC)
        .astimezone(ZoneInfo(to_zone))
        .replace(tzinfo=None)
        for moment in moments
    ]
    assert table.select(shown=shown).to_pyarrow()["shown"].to_pylist() == [m.replace(fold=0) for m in expected]


def test_a_zone_without_daylight_saving_has_no_changes() -> None:
    assert changes("Asia/Shanghai", datetime.datetime(2016, 1, 1), datetime.datetime(2026, 1, 1)) == ()
