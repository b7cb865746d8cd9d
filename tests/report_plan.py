"""What a small run's summary says of its plan, made by hand so that every sum can be checked on paper."""

from __future__ import annotations

from typing import Any

from report_figures import estimate

WEEKS = ["2018-01-01", "2018-01-08"]


def a_plan() -> dict[str, Any]:
    return {
        "weeks": WEEKS,
        "last_day": "2018-01-14",
        "solver": "milp",
        "profit": 50.0,
        "bound": 50.0,
        "gap": 0.0,
        "interaction": -1.0,
        "spend": 15.0,
        "promotions": two_promotions(),
        "limits": [
            {"code": "gap", "params": {"weeks": 1}},
            {"code": "budget", "params": {"limit": "30.00 USD"}},
        ],
        "binding": [
            a_binding_limit("gap", 12.0, dearest="101", per="unit", weeks=1),
            a_binding_limit("budget", 0.07, dearest="all weeks", per="money", limit="30.00 USD"),
        ],
        "soft": [],
        "objective": {
            "weights": {"profit": 1.0},
            "is_plain": True,
            "value": 50.0,
            "bound": 50.0,
            "luck": None,
        },
        "n_products": 3,
        "n_categories": 1,
    }


def two_promotions() -> list[dict[str, Any]]:
    """P-001 earns 41 and P-002 earns 10."""
    second = a_promotion(
        2,
        "102",
        "红茶",
        week=WEEKS[1],
        offer="20% off + mailer",
        depth=0.2,
        promo_price=1.99,
        on_display=False,
        profit=10.0,
        profit_low=-2.0,
        profit_high=21.0,
        support=4.0,
        spend=6.0,
        chance_to_pay=0.84,
    )
    return [a_promotion(1, "101", "绿茶"), second]


def a_promotion(number: int, sku: str, name: str, **changes: Any) -> dict[str, Any]:
    row = {
        "promotion_id": f"P-{number:03d}",
        "sku": sku,
        "name": name,
        "category": "茶",
        "week": WEEKS[0],
        "offer": "display + mailer",
        "depth": 0.0,
        "regular_price": 2.5,
        "promo_price": 2.5,
        "on_display": True,
        "in_mailer": True,
        "baseline": 20.0,
        "uplift": 30.0,
        "uplift_low": 20.0,
        "uplift_high": 40.0,
        "cannibalised": 5.0,
        "pulled_forward": 0.0,
        "net_incremental": 25.0,
        "profit": 41.0,
        "profit_low": 23.0,
        "profit_high": 63.0,
        "spend": 9.0,
        "subsidy": 0.0,
        "funding": 0.0,
        "support": 9.0,
        "chance_to_pay": 1.0,
    }
    return {**row, **changes}


def a_binding_limit(code: str, price: float, *, dearest: str, per: str, **params: Any) -> dict[str, Any]:
    row = {"code": code, "params": params, "n_rows": 1, "dearest": dearest}
    return {**row, "price": price, "per": per, "total": price}


def three_what_ifs() -> list[dict[str, Any]]:
    return [
        a_what_if("budget_halved", (-12.0, -15.0, -8.0), budget=15.0),
        {"code": "deepest_removed", "params": {"depth": 0.2}, "answer": None, "why_none": "(told when asked)"},
        a_what_if(
            "slots_doubled",
            (21.0, 12.0, 29.0),
            slots_per_category=4,
            display_slots=50,
            mailer_slots=80,
        ),
    ]


def a_what_if(code: str, difference: tuple[float, float, float], **params: float) -> dict[str, Any]:
    answer = {
        "name": code,
        "n_promotions": 3,
        "extra_profit": estimate(60.0, 40.0, 80.0),
        "spend": estimate(14.0, 14.0, 14.0),
        "objective": 60.0,
        "bound": 60.1,
        "gap": 0.0012,
        "difference": estimate(*difference),
        "counts": {"added": 2, "dropped": 1, "changed": 0},
        "changes": [],
    }
    return {"code": code, "params": params, "answer": answer, "why_none": ""}


def the_explanations() -> list[dict[str, Any]]:
    return [
        an_explanation(
            1,
            [{"offer": "display", "profit": 25.0}],
            margin_on_extra_units=60.0,
            lost_by_neighbours=-10.0,
            display_and_mailer=-9.0,
        ),
        an_explanation(
            2,
            [{"offer": "10% off", "profit": 12.0}],
            margin_on_extra_units=20.0,
            discount_on_usual_units=-8.0,
            discount_on_extra_units=-4.0,
            supplier_funding=6.0,
            display_and_mailer=-4.0,
        ),
    ]


def an_explanation(number: int, alternatives: list[dict[str, Any]], **parts: float) -> dict[str, Any]:
    profit = sum(parts.values())
    return {
        "promotion_id": f"P-{number:03d}",
        "parts": [{"code": code, **estimate(value, value, value)} for code, value in parts.items()],
        "profit": estimate(profit, profit, profit),
        "alternatives": alternatives,
        "limits": [],
    }


def the_products() -> list[dict[str, Any]]:
    return [
        {"sku": "101", "name": "绿茶", "code": "promoted"},
        {"sku": "102", "name": "红茶", "code": "promoted"},
        {"sku": "103", "name": "白茶", "code": "loses_money"},
    ]


def the_outcomes() -> list[dict[str, Any]]:
    return [
        an_outcome("none", 0.0, (0.0, 0.0, 0.0), 0.0),
        an_outcome("last_year", 5.0, (-20.0, -30.0, -12.0), 80.0),
        an_outcome("plan", 2.0, (50.2, 31.0, 74.0), 15.0),
    ]


def an_outcome(code: str, n: float, extra: tuple[float, float, float], spend: float) -> dict[str, Any]:
    return {
        "code": code,
        "n_promotions": n,
        "units": estimate(500.0, 400.0, 600.0),
        "revenue": estimate(1250.0, 1000.0, 1500.0),
        "profit": estimate(375.0 + extra[0], 300.0, 500.0),
        "extra_profit": estimate(*extra),
        "spend": estimate(spend, spend, spend),
    }


def a_stock() -> dict[str, Any]:
    return {
        "is_assumed": True,
        "n_counted": 0,
        "extra_units": 35,
        "totals": {
            "without_plan": a_stock_path([101.0, 102.0], [0.0, 1.0]),
            "with_plan": a_stock_path([80.0, 75.0], [6.0, 9.0]),
        },
        "products": [
            {
                "sku": "101",
                "name": "绿茶",
                "opening": 40,
                "arriving": 40,
                "expected_sales": 90.4,
                "risk_without_plan": 0.004,
                "risk_with_plan": 0.5,
                "extra_units": 35,
            }
        ],
    }


def a_stock_path(closing: list[float], lost: list[float]) -> dict[str, Any]:
    return {"opening": 100.0, "closing": closing, "lost": lost}
