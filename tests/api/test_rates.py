"""A key may ask as often as it was made for: no more, and never at the cost of others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dealwright.api.rates import Bucket
from service_keys import a_locked_till, shown


@given(
    st.integers(1, 50),
    st.integers(0, 100),
    st.lists(st.floats(0, 0.5), min_size=1, max_size=200),
)
def test_no_more_are_let_in_than_the_rate_and_the_burst_allow(rate: int, more: int, gaps: list[float]) -> None:
    bucket, now, n_let_in = Bucket(rate, rate + more, 0.0), 0.0, 0
    for gap in gaps:
        now += gap
        n_let_in += bucket.take(now)
        assert n_let_in <= rate + more + rate * now + 1e-6


def test_a_client_at_twenty_times_its_rate_gets_its_rate_and_its_burst() -> None:
    bucket = Bucket(10, 20, 0.0)
    n_let_in = sum(bucket.take(n / 200) for n in range(2_000))  # ten seconds at 200 a second
    assert 118 <= n_let_in <= 120, "20 at once and 10 a second for ten seconds, but for the last tenth"


def test_a_clock_that_goes_back_fills_nothing() -> None:
    bucket = Bucket(1, 1, 10.0)
    assert bucket.take(10.0)
    assert not bucket.take(5.0)
    assert not bucket.take(5.5)


def test_what_is_left_is_told_with_every_answer_and_too_many_are_told_when_to_return() -> None:
    with a_locked_till() as locked:
        mine, other = locked.made("viewer", per_second=1, burst=3), locked.made("viewer", per_second=1, burst=3)
        answers = [locked.client.get("/v1/promotions", headers=shown(mine)) for _ in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        assert [one.headers["ratelimit-remaining"] for one in answers] == ["2", "1", "0", "0"]
        assert {one.headers["ratelimit-limit"] for one in answers} == {"3"}
        assert answers[-1].headers["retry-after"] == "1"
        assert answers[-1].json()["code"] == "too_many_requests"
        assert locked.client.get("/v1/promotions", headers=shown(other)).status_code == 200


def test_a_key_without_a_rate_is_told_none() -> None:
    with a_locked_till() as locked:
        free = locked.made("viewer", per_second=0)
        assert "ratelimit-limit" not in locked.client.get("/v1/promotions", headers=shown(free)).headers
