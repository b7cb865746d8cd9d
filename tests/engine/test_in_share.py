"""Shares of customers: always the same ones, more of them as the share grows, whatever arm they are in."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dealwright.core.cart import Shopper
from dealwright.engine.conditions.circumstance import InShare
from dealwright.engine.facts import Facts
from dealwright.engine.policy import DEFAULT_POLICY
from dealwright.engine.usage import NO_USAGE
from dealwright.experiment.assign import arm_of
from till_carts import AT, a_cart, a_line

N = 4_000
CUSTOMERS = [f"c-{n}" for n in range(N)]


def is_in(customer: str, share: Fraction, draw: str = "tea") -> bool:
    cart = a_cart(a_line("1", 1, 100), shopper=Shopper(customer))
    return InShare(draw, share).check(Facts(cart, at=AT, policy=DEFAULT_POLICY, usage=NO_USAGE)) is None


def chosen(share: Fraction, draw: str = "tea") -> set[str]:
    return {one for one in CUSTOMERS if is_in(one, share, draw)}


@given(
    customer=st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable()),
    shares=st.tuples(st.fractions(0, 1), st.fractions(0, 1)),
)
def test_a_larger_share_drops_nobody(customer: str, shares: tuple[Fraction, Fraction]) -> None:
    small, large = sorted(shares)
    assert is_in(customer, large) or not is_in(customer, small)


def test_none_is_nobody_and_all_is_everybody() -> None:
    assert chosen(Fraction(0)) == set()
    assert chosen(Fraction(1)) == set(CUSTOMERS)


def test_a_share_is_of_the_size_it_says() -> None:
    tenth, half = len(chosen(Fraction(1, 10))), len(chosen(Fraction(1, 2)))
    assert abs(tenth - N / 10) < 5 * (N * 0.09) ** 0.5  # five standard deviations
    assert abs(half - N / 2) < 5 * (N * 0.25) ** 0.5


def test_another_draw_picks_others() -> None:
    both = chosen(Fraction(1, 2)) & chosen(Fraction(1, 2), "cake")
    assert abs(len(both) - N / 4) < 5 * (N * 3 / 16) ** 0.5


def test_who_is_in_the_share_says_nothing_of_the_arm_of_the_campaigns_hold_out() -> None:
    held = {one for one in CUSTOMERS if arm_of(one, campaign_id="tea", holdout_share=Fraction(1, 2)) == "holdout"}
    both = chosen(Fraction(1, 2)) & held
    assert abs(len(both) - N / 4) < 5 * (N * 3 / 16) ** 0.5


def test_a_customer_is_in_the_same_share_on_every_machine() -> None:
    """The first eight bytes of SHA-256 of customer, draw and "share", each after its length in eight bytes."""
    assert [one for one in CUSTOMERS[:8] if is_in(one, Fraction(1, 2))] == ["c-1", "c-4", "c-5", "c-6", "c-7"]
