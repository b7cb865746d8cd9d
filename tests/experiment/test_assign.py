"""Who gets the campaign."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import pytest

from dealwright.core.errors import InputError
from dealwright.experiment.assign import arm_of, assign_exactly

CUSTOMERS = [f"c{n}" for n in range(20_000)]


def arm(customer: str, *, share: Fraction = Fraction(1, 10), campaign: str = "tea", salt: str = "") -> str:
    return arm_of(customer, campaign_id=campaign, holdout_share=share, salt=salt)


def test_the_arm_is_a_number_made_of_the_names_and_nothing_else() -> None:
    raw = b"".join(len(part).to_bytes(8, "big") + part for part in (b"anna", b"tea", b"s", b""))
    number = int.from_bytes(hashlib.sha256(raw).digest()[:8], "big") / 2**64
    below, above = (
        Fraction(number).limit_denominator(10**6) - Fraction(1, 10**5),
        Fraction(number) + Fraction(1, 10**5),
    )
    assert arm_of("anna", campaign_id="tea", salt="s", holdout_share=below) == "treatment"
    assert arm_of("anna", campaign_id="tea", salt="s", holdout_share=above) == "holdout"


def test_a_tenth_is_held_out_to_within_chance() -> None:
    n_held = sum(arm(one) == "holdout" for one in CUSTOMERS)
    assert abs(n_held - 2_000) < 4 * (20_000 * 0.1 * 0.9) ** 0.5


def test_a_larger_hold_out_keeps_those_who_were_held_out() -> None:
    before = {one for one in CUSTOMERS if arm(one) == "holdout"}
    after = {one for one in CUSTOMERS if arm(one, share=Fraction(1, 5)) == "holdout"}
    assert before < after


@pytest.mark.parametrize("other", [{"campaign": "milk"}, {"salt": "2"}])
def test_another_campaign_or_salt_draws_anew(other: dict[str, str]) -> None:
    both = sum(arm(one) == "holdout" == arm(one, **other) for one in CUSTOMERS)  # type: ignore[arg-type]
    assert abs(both - 200) < 4 * (20_000 * 0.01 * 0.99) ** 0.5


def test_names_that_run_together_are_not_confused() -> None:
    halves = [
        (arm_of(f"{n}1", campaign_id="2", holdout_share=0.5), arm_of(f"{n}", campaign_id="12", holdout_share=0.5))
        for n in range(200)
    ]
    assert any(a != b for a, b in halves)


def test_every_stratum_keeps_its_share_to_the_customer() -> None:
    strata = {f"c{n}": ("gold" if n < 35 else "silver") for n in range(1_000)}
    arms = assign_exactly(strata, campaign_id="tea", holdout_share=Fraction(1, 10))
    held = [one for one, its in arms.items() if its == "holdout"]
    assert len(arms) == 1_000
    assert len(held) == 100
    assert sum(strata[one] == "gold" for one in held) in (3, 4)


def test_the_list_may_come_in_any_order() -> None:
    strata = {f"c{n}": str(n % 3) for n in range(300)}
    turned = dict(reversed(strata.items()))
    assert assign_exactly(strata, campaign_id="tea", holdout_share=0.2) == assign_exactly(
        turned, campaign_id="tea", holdout_share=0.2
    )


def test_tiny_strata_together_still_keep_the_share() -> None:
    strata = {f"c{n}": f"town{n}" for n in range(500)}
    arms = assign_exactly(strata, campaign_id="tea", holdout_share=Fraction(1, 10))
    assert sum(its == "holdout" for its in arms.values()) == 50


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(InputError, match=r"holdout_share is 0 to 1; given 1\.5"):
        arm_of("anna", campaign_id="tea", holdout_share=1.5)
