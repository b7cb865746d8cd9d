"""Mechanics in the planning problem: what each adds, by hand, and that plain cuts stay what they were."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from dealwright.plan.mechanics import (
    AmountOff,
    Bundle,
    BundleItem,
    BuyXGetY,
    Coupon,
    FixedPrice,
    FlashSale,
    Gift,
    Mechanic,
    MechanicOffers,
    PercentOff,
    Presale,
    Purchases,
    expand,
)
from dealwright.plan.objective import Revenue
from dealwright.plan.offered import terms_of
from dealwright.plan.plan import cell_draws, tabulate
from dealwright.plan.problem import (
    Offer,
    OfferResponse,
    PlanningProblem,
    collect,
    offer_catalogue,
    pursue,
)
from dealwright.plan.terms import Terms
from dealwright.plan.value import Economics, money_of

# One product: price 10.00, cost 6.00, the supplier pays half of discounts, a display costs 5.00.
ONE = Economics(
    price=np.array([1000.0]),
    unit_cost=np.array([600.0]),
    funded_share=np.array([0.5]),
    display_cost=500.0,
    mailer_cost=300.0,
    rest_margin=np.array([200.0]),
)


def with_one(
    mechanic: Mechanic, *, gain: float, quantities: Sequence[int] = (1,)
) -> tuple[PlanningProblem, OfferResponse]:
    """Tea sells 10 a week; the one offer is the mechanic, which sells `gain` times as much more.

    Of the extra units 40 % would switch (half of them from others, worth 2.00), 10 % are taken from the week after.
    """
    response = OfferResponse(
        baseline=np.array([[[10.0]]]),
        gain=np.array([[[0.0, gain]]]),
        switching=np.array([[0.4]]),
        pull_forward=np.array([[0.1]]),
        rival_pull=np.array([[0.0]]),
        shares=np.array([0.5]),
        rest_shares=np.array([0.5]),
        category_of=np.array([0]),
        halo=np.zeros((1, 1)),
    )
    offers = (Offer(0.0), Offer(0.0, mechanic=mechanic, currency="EUR"))
    seen = {"tea": Purchases.observed(quantities)}
    on = {mechanic: expand([mechanic], {"tea": 1000}, purchases=seen)}
    problem = collect(
        response,
        ONE,
        skus=["tea"],
        names=["Tea"],
        categories=["drinks"],
        weeks=[date(2024, 1, 1)],
        offers=offers,
        terms=terms_of(offers, ONE.price, skus=["tea"], price_ending=9, on=on),
        display=np.zeros((1, 2)),
        mailer=np.zeros((1, 2)),
    )
    return problem, response


def test_buy_one_get_one_costs_half_of_every_unit_where_all_take_two() -> None:
    # Half of the price is given, half of that funded: a margin of 1.50 on 20 units instead of 4.00 on 10.
    problem, _ = with_one(BuyXGetY(1, 1), gain=1.0, quantities=[2, 2])
    assert problem.terms.felt_depth[0].tolist() == [0.0, 0.5]
    assert problem.value[0, 0, 1] == pytest.approx(20 * 150 - 4000 - 4 * 0.5 * 200 - 400)
    assert problem.spend[0, 0, 1] == pytest.approx(20 * 250)
    assert problem.given_up[0].tolist() == [0.0, 0.5 * 250]


def test_a_coupon_costs_only_where_it_is_redeemed() -> None:
    # A quarter redeems 20 %: 5 % of the price on average, half of it funded, so that 3.75 are kept of a unit.
    problem, _ = with_one(Coupon(0.2, redeemed=0.25), gain=0.2)
    assert problem.value[0, 0, 1] == pytest.approx(12 * 375 - 4000 - 0.8 * 0.5 * 200 - 80)
    assert problem.spend[0, 0, 1] == pytest.approx(12 * 25)


def test_suppliers_do_not_pay_for_gifts() -> None:
    # A gift of 1.00 with every unit, and 7.00 a week: 3.00 are kept of a unit; it is felt as 2.00 off.
    gift = Gift(100, 400, weekly_cost_minor=700)
    problem, response = with_one(gift, gain=1.0)
    assert problem.terms.felt_depth[0, 1] == pytest.approx(0.2)
    assert problem.value[0, 0, 1] == pytest.approx(20 * 300 - 4000 - 700 - 4 * 0.5 * 200 - 400)
    assert problem.spend[0, 0, 1] == pytest.approx(20 * 100 + 700)
    row = tabulate(problem, response, np.array([[1]]), minor_per_major=100).iloc[0]
    assert (row["funding"], row["subsidy"], row["support"]) == (0.0, 10.0, 7.0)
    assert (row["depth"], row["promo_price"]) == (0.0, 10.0)
    assert row["profit"] == pytest.approx(5.0)


def test_forfeited_deposits_stay_with_the_shop_whatever_was_felt() -> None:
    # A deposit of 1.00 counts as 2.00; for each that is used 0.25 is forfeited: 0.75 given, half of it funded.
    problem, _ = with_one(Presale(100, 200, forfeits=0.2), gain=0.5)
    assert problem.terms.felt_depth[0, 1] == pytest.approx(0.1)
    assert problem.value[0, 0, 1] == pytest.approx(15 * 362.5 - 4000 - 2 * 0.5 * 200 - 200)


def test_what_customers_pay_is_without_the_discount_but_with_what_is_given_beside_it() -> None:
    problem, response = with_one(Gift(100, 400), gain=1.0)
    assert pursue(problem, response, Revenue()).worth.offered[0].tolist() == [1000.0, 1000.0]
    problem, response = with_one(BuyXGetY(1, 1), gain=1.0, quantities=[2])
    assert pursue(problem, response, Revenue()).worth.offered[0].tolist() == [1000.0, 500.0]


def test_a_draw_of_the_objective_knows_what_a_mechanic_costs_by_the_week() -> None:
    problem, response = with_one(Gift(100, 400, weekly_cost_minor=700), gain=1.0)
    choice = np.array([[1]])
    assert problem.objective_draws(response, choice).tolist() == pytest.approx([problem.objective(choice)])
    assert cell_draws(problem, response, 0, 0, 1).profit.tolist() == pytest.approx([problem.objective(choice)])


def test_gifts_and_weekly_costs_in_money_by_hand() -> None:
    # 20 units at the full price, a gift of 1.00 with each, 7.00 for the week.
    money = money_of(
        np.array([[[20.0]]]),
        discount_share=np.array([[0.0]]),
        extra_minor=np.array([[100.0]]),
        fixed_minor=np.array([[700.0]]),
        display=np.zeros((1, 1)),
        mailer=np.zeros((1, 1)),
        rest_lost=np.zeros((1, 1, 1)),
        lost_after=np.zeros((1, 1)),
        rest_lost_after=np.zeros((1, 1)),
        economics=ONE,
    )
    assert (money.revenue.item(), money.discount.item(), money.extra.item()) == (20000.0, 0.0, 2000.0)
    assert money.spend.item() == 2700.0
    assert money.profit.item() == 20000 - 12000 - 2000 - 700


def test_percent_off_as_a_mechanic_is_the_plain_cut() -> None:
    price, skus = np.array([1000.0, 449.0, 5.0]), ["tea", "mug", "mint"]
    offers = (Offer(0.0), Offer(0.2), Offer(0.0, mechanic=PercentOff(0.2)))
    on: dict[Mechanic, MechanicOffers] = {
        PercentOff(0.2): expand([PercentOff(0.2)], dict(zip(skus, (1000, 449, 5), strict=True)))
    }
    terms = terms_of(offers, price, skus=skus, price_ending=9, on=on)
    for name in ("felt_depth", "discount_share", "shelf_depth", "announced_depth", "extra_minor", "fixed_minor"):
        plain, mechanic = getattr(terms, name)[:, 1], getattr(terms, name)[:, 2]
        assert plain == pytest.approx(mechanic, abs=1e-15), name


def test_prices_end_as_all_do_unless_the_price_itself_was_given() -> None:
    mechanics: tuple[Mechanic, ...] = (AmountOff(100), FixedPrice(350), Coupon(0.2, redeemed=1.0))
    offers = tuple(Offer(0.0, mechanic=mechanic) for mechanic in mechanics)
    on = {mechanic: expand([mechanic], {"tea": 450}) for mechanic in mechanics}
    terms = terms_of(offers, np.array([450.0]), skus=["tea"], price_ending=9, on=on)
    assert (450 * (1 - terms.shelf_depth[0])).tolist() == pytest.approx([349, 350, 450])
    assert (450 * (1 - terms.discount_share[0])).tolist() == pytest.approx([349, 350, 360])


def test_a_sale_of_forty_units_lasts_for_half_of_a_week_that_would_sell_eighty() -> None:
    flash = FlashSale(0.5, stock=40)
    offers = (Offer(0.0), Offer(0.0, mechanic=flash))
    terms = terms_of(
        offers, np.array([400.0]), skus=["tea"], price_ending=9, on={flash: expand([flash], {"tea": 400})}
    )
    assert terms.is_limited
    units = np.array([[[30.0, 80.0], [30.0, 40.0]]])  # (products, weeks, offers)
    share = terms.served(units)
    assert share.tolist() == [[1.0, 0.75]]  # half of the first week, all of the second
    assert terms.lasting(share).felt_depth.tolist() == [[0.0, 0.375]]
    assert terms.lasting(share).discount_share.tolist() == [[0.0, 0.375]]


def test_plain_cuts_have_no_limit_and_are_felt_given_and_shown_alike() -> None:
    terms = Terms.of_cuts(np.array([[0.0, 0.2]]))
    assert not terms.is_limited
    assert terms.felt_depth is terms.discount_share is terms.shelf_depth
    assert terms.is_possible.all()


def test_the_catalogue_shows_a_mechanic_with_and_without_support_but_always_with_its_own_vehicles() -> None:
    bogo, seen = BuyXGetY(1, 1), Gift(100, 400, vehicles=("display",))
    told = [str(offer) for offer in offer_catalogue([], [bogo, seen], currency="EUR")]
    assert told == [
        "no promotion",
        "mailer",
        "display",
        "display + mailer",
        "buy 1, get 1 free",
        "buy 1, get 1 free + mailer",
        "buy 1, get 1 free + display",
        "buy 1, get 1 free + display + mailer",
        "a gift worth 4.00 EUR with each purchase of 1 or more + display",
        "a gift worth 4.00 EUR with each purchase of 1 or more + display + mailer",
    ]


def test_a_mechanic_alone_is_a_promotion_and_only_some_cut_the_label() -> None:
    coupon, amount = Offer(0.0, mechanic=Coupon(0.2, redeemed=0.1)), Offer(0.0, mechanic=AmountOff(100))
    assert [coupon.is_promotion, amount.is_promotion, Offer(0.0).is_promotion] == [True, True, False]
    assert [coupon.is_price_cut, amount.is_price_cut, Offer(0.2).is_price_cut] == [False, True, True]


def test_the_table_holds_the_mechanic_as_a_file_writes_it_and_what_it_rests_on() -> None:
    problem, response = with_one(Gift(100, 400), gain=1.0)
    row = tabulate(problem, response, np.array([[1]]), minor_per_major=100).iloc[0]
    assert json.loads(row["mechanic"]) == {"kind": "gift", "cost": "1.00", "value": "4.00"}
    assert "customers take 1 units at once on average (from data)" in row["assumptions"]
    assert row["offer"] == "a gift worth 4.00 EUR with each purchase of 1 or more"


def test_a_bundle_gives_each_item_its_share_on_the_units_that_are_bundled() -> None:
    # Tea 4.00 and a mug 6.00 together for 7.00: 1.20 and 1.80 are given on the half that is bundled.
    bundle = Bundle((BundleItem("tea"), BundleItem("mug")), 700, 0.5)
    offers = (Offer(0.0), Offer(0.0, mechanic=bundle))
    skus, price = ["tea", "cup", "mug"], np.array([400.0, 500.0, 600.0])
    terms = terms_of(
        offers, price, skus=skus, price_ending=9, on={bundle: expand([bundle], {"tea": 400, "mug": 600})}
    )
    assert (terms.discount_share[:, 1] * price).tolist() == pytest.approx([60.0, 0.0, 90.0])
    assert terms.is_possible[:, 1].tolist() == [True, False, True]
    assert terms.shelf_depth.tolist() == [[0.0, 0.0]] * 3
