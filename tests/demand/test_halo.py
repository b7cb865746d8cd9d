"""Complements are estimated where baskets point, their total without bias, and refused where nothing shows."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from dealwright.data.keen_buyers import Complement
from dealwright.demand.halo import Candidates, Halo, find_halo

N_PERIODS, NOISE = 104, 30.0
STARTS = tuple(date(2022, 1, 3) + timedelta(weeks=k) for k in range(N_PERIODS))
NAMES = tuple("abcdefgh")
REACH = 0.35


def shop(
    seed: int, *, slope: float = 0.05, has_customers: bool = True
) -> tuple[np.ndarray, np.ndarray, np.ndarray, Candidates]:
    """Surplus, uplift, variance and candidates: a brings to b, c to d; baskets cannot tell the direction."""
    rng = np.random.default_rng(seed)
    uplift = rng.gamma(2.0, 400.0, (8, N_PERIODS)) * (rng.random((8, N_PERIODS)) < 0.4)
    surplus = rng.normal(0.0, NOISE, (8, N_PERIODS))
    surplus[1] += slope * uplift[0]
    surplus[3] += slope * uplift[2]
    brought = {("a", "b"): slope * uplift[0], ("c", "d"): slope * uplift[2]}
    pairs = [
        Complement(
            of,
            to,
            strength=0.1,
            per_unit=0.1,
            starts=STARTS,
            extra=REACH * brought.get((of, to), 0.0) + rng.normal(0.0, 4.0, N_PERIODS),
            known=np.full(N_PERIODS, 1000.0),
            reach=REACH if has_customers else 0.0,
        )
        for of, to in (("a", "b"), ("b", "a"), ("c", "d"), ("d", "c"))
    ]
    return surplus, uplift, np.full((8, N_PERIODS), NOISE**2), Candidates.of_complements(pairs, NAMES, STARTS)


def total(halo: Halo, uplift: np.ndarray) -> float:
    return float((halo.matrix(8) @ uplift).sum())


def true_total(uplift: np.ndarray, slope: float = 0.05) -> float:
    return slope * float(uplift[[0, 2]].sum())


def test_promotions_bring_to_the_complement_and_not_the_other_way_round() -> None:
    surplus, uplift, variance, candidates = shop(1)
    m = find_halo(surplus, uplift, variance, candidates).matrix(8)
    assert m[1, 0] == pytest.approx(0.05, abs=0.015)
    assert m[3, 2] == pytest.approx(0.05, abs=0.015)
    assert m[0, 1] + m[2, 3] < 0.02
    others = m.copy()
    others[[1, 0, 3, 2], [0, 1, 2, 3]] = 0.0
    assert (others == 0).all()


@pytest.mark.parametrize("has_customers", [True, False])
def test_the_total_over_many_shops_is_not_biased(has_customers: bool) -> None:
    ratios = []
    for seed in range(40):
        surplus, uplift, variance, candidates = shop(seed, has_customers=has_customers)
        ratios.append(total(find_halo(surplus, uplift, variance, candidates), uplift) / true_total(uplift))
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.06)


def test_customers_make_the_total_surer() -> None:
    def error(seed: int, *, has_customers: bool) -> float:
        surplus, uplift, variance, candidates = shop(seed, slope=0.03, has_customers=has_customers)
        found = find_halo(surplus, uplift, variance, candidates)
        return abs(total(found, uplift) / true_total(uplift, 0.03) - 1)

    known = np.mean([error(seed, has_customers=True) for seed in range(20)])
    unknown = np.mean([error(seed, has_customers=False) for seed in range(20)])
    assert known < unknown


def test_bought_together_without_any_effect_of_promotions_is_no_halo_and_that_is_said() -> None:
    refused = []
    for seed in range(20):
        surplus, uplift, variance, candidates = shop(seed, slope=0.0)
        refused.append(find_halo(surplus, uplift, variance, candidates))
    none = [halo for halo in refused if not halo.verdict]
    # One shop in ten would seem to have a halo by chance.
    assert len(none) >= 15
    assert all(len(halo.of) == 0 and halo.verdict.code == "no_credible_halo" for halo in none)
    assert all("of what baskets suggest" in halo.verdict.reason for halo in none)


def test_draws_are_never_below_zero_and_have_the_stated_mean_and_deviation() -> None:
    halo = Halo(
        np.array([0, 1]), np.array([1, 0]), np.array([0.05, 0.004]), np.array([0.02, 0.008]), np.array([0.6, 0.6])
    )
    drawn = halo.draw(40_000, np.random.default_rng(1))
    assert (drawn >= 0).all()
    assert drawn.mean(axis=0) == pytest.approx(halo.mean, rel=0.05)
    assert drawn.std(axis=0) == pytest.approx(halo.sd, rel=0.06)
    assert np.asarray(np.corrcoef(drawn.T))[0, 1] > 0.15
    assert Halo.none().draw(3, np.random.default_rng(1)).shape == (3, 0)


def test_without_baskets_strong_pairs_are_found_among_all_and_chance_is_not() -> None:
    surplus, uplift, variance, _ = shop(1)
    found = find_halo(surplus, uplift, variance)
    assert {(int(a), int(b)) for a, b in zip(found.of, found.to, strict=True)} >= {(0, 1), (2, 3)}
    surplus, uplift, variance, _ = shop(1, slope=0.0)
    none = find_halo(surplus, uplift, variance)
    assert (len(none.of), none.verdict.code) == (0, "no_pair_beyond_chance")


def test_no_pairs_bought_together_and_too_few_promotions_are_told_apart() -> None:
    surplus, uplift, variance, candidates = shop(1)
    empty = candidates.only(np.zeros(0, dtype=np.int64))
    assert find_halo(surplus, uplift, variance, empty).verdict.code == "none_bought_together"
    assert find_halo(surplus, uplift * 0, variance, candidates).verdict.code == "too_few_promotions"


def test_candidates_of_categories_and_periods_that_are_not_there_tell_nothing() -> None:
    pair = Complement("a", "b", 0.1, 0.1, starts=STARTS[:4], extra=np.arange(4.0), known=np.ones(4), reach=0.3)
    inside = Candidates.of_complements([pair], NAMES, STARTS[1:3])
    assert inside.extra.tolist() == [[1.0, 2.0]]
    assert Candidates.of_complements([pair], NAMES, STARTS[:5]).reach.tolist() == [0.0]
    assert len(Candidates.of_complements([pair], ("a", "z"), STARTS[:4]).of) == 0
