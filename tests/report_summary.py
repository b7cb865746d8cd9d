"""A small run's summary, made by hand so that every sum in it can be checked on paper."""

from __future__ import annotations

from typing import Any

from report_customers import known_customers

LEVEL = 0.8
WEEKS = ["2018-01-01", "2018-01-08"]


def estimate(value: float, low: float, high: float) -> dict[str, float]:
    return {"value": value, "low": low, "high": high, "level": LEVEL}


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


def an_explanation(number: int, alternatives: list[dict[str, Any]], **parts: float) -> dict[str, Any]:
    profit = sum(parts.values())
    return {
        "promotion_id": f"P-{number:03d}",
        "parts": [{"code": code, **estimate(value, value, value)} for code, value in parts.items()],
        "profit": estimate(profit, profit, profit),
        "alternatives": alternatives,
        "limits": [],
    }


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


def a_coefficient(sku: str, name: str, *, n_price_points: int) -> dict[str, Any]:
    return {"sku": sku, "name": name, "category": "茶", "n_price_points": n_price_points, "greatest_depth": 0.3}


def a_curve(category: str) -> dict[str, Any]:
    points = [
        {"depth": depth / 20, **estimate(1 + depth / 4, 1 + depth / 5, 1 + depth / 3), "is_seen": depth <= 6}
        for depth in range(11)
    ]
    return {"category": category, "n_products": 2, "greatest_depth": 0.3, "points": points}


def a_past_promotion() -> dict[str, Any]:
    """40 + 50 - 6 + 1 - 2 + 7 = 90."""
    return {
        "sku": "102",
        "name": "红茶",
        "category": "茶",
        "week": "2017-12-18",
        "depth": 0.3,
        "on_display": False,
        "in_mailer": True,
        "parts": {
            "actual": 90.0,
            "baseline": 40.0,
            "uplift": 50.0,
            "cannibalised": 6.0,
            "halo": 1.0,
            "pulled_forward": 2.0,
            "unexplained": 7.0,
        },
        "switched": estimate(20.0, 15.0, 25.0),
        "pulled_after": estimate(4.0, 1.0, 8.0),
        "brought": estimate(0.0, 0.0, 0.0),
    }


def a_segment(en: str, zh: str, size: int, share: float, revenue_share: float) -> dict[str, Any]:
    return {
        "code": en.lower(),
        "parts": [],
        "name_en": en,
        "name_zh": zh,
        "size": size,
        "share": share,
        "revenue_share": revenue_share,
        "medians": {"orders": 12.0, "spend_minor": 45050.0, "basket_value_minor": 2099.0, "deal_share": 0.5},
    }


def a_finding() -> dict[str, Any]:
    return {
        "code": "free_goods",
        "severity": "info",
        "table": "sales",
        "subject": "",
        "count": 24,
        "share": 0.012,
        "sentence": "(as told when the data were checked)",
        "remedy": "(as advised when the data were checked)",
        "examples": [],
    }


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


def a_stock_path(closing: list[float], lost: list[float]) -> dict[str, Any]:
    return {"opening": 100.0, "closing": closing, "lost": lost}


def a_summary() -> dict[str, Any]:
    """Two promotions: P-001 earns 60 - 10 - 9 = 41, P-002 earns 20 - 8 - 4 + 6 - 4 = 10; together they lose 1."""
    return {
        "format": 1,
        "dealwright": "0.1.0",
        "seed": 7,
        "currency": "USD",
        "scenario": a_scenario(),
        "data": a_data_report(),
        "assumptions": the_assumptions(),
        "customers": two_segments(),
        "known_customers": known_customers(),
        "forecast": a_forecast(),
        "lift_curves": [a_curve("茶")],
        "decomposition": a_decomposition(),
        "distributions": the_distributions(),
        "plan": a_plan(),
        "what_ifs": three_what_ifs(),
        "explanations": the_explanations(),
        "products": the_products(),
        "outcomes": the_outcomes(),
        "stock": a_stock(),
    }


def an_empty_summary() -> dict[str, Any]:
    """The same shop, for which no promotion is worth its cost."""
    summary = a_summary()
    depth = {"edges": [0.0, 0.2, 0.4], "counts": [0, 0]}
    return {
        **summary,
        "plan": {
            **summary["plan"],
            "promotions": [],
            "binding": [],
            "profit": 0.0,
            "bound": 0.0,
            "interaction": 0.0,
        },
        "explanations": [],
        "lift_curves": [],
        "outcomes": [*summary["outcomes"][:2], an_outcome("plan", 0.0, (0.0, 0.0, 0.0), 0.0)],
        "distributions": {**summary["distributions"], "planned_depth": depth},
        "stock": {**summary["stock"], "products": [], "extra_units": 0},
    }


def a_scenario() -> dict[str, Any]:
    return {
        "price_ending": 9,
        "depths": [0.1, 0.2, 0.4],
        "n_draws": 400,
        "scope": {"least_selling_weeks": 26},
        "limits": {"budget": "30"},
    }


def a_data_report() -> dict[str, Any]:
    return {
        "findings": [a_finding()],
        "rows": {"sales": 2000, "products": 3},
        "first_day": "2017-01-01",
        "last_day": "2017-12-31",
        "locked": {"stock": "(told in the language of the check)"},
    }


def the_assumptions() -> list[dict[str, Any]]:
    return [
        {"code": "cost", "share": 0.7, "count": 3},
        {"code": "funding", "branded": 0.5, "own_label": 0.0},
        {"code": "support", "display": 5.0, "mailer": 4.0},
        {"code": "stock", "weeks": 2.0, "count": 3},
        {"code": "arrivals"},
        {"code": "priors"},
    ]


def two_segments() -> dict[str, Any]:
    return {
        "n_customers": 100,
        "k": 2,
        "is_stable": True,
        "silhouettes": {"2": 0.31, "3": 0.22},
        "stabilities": {"2": 0.92, "3": 0.61},
        "segments": [
            a_segment("Regulars", "常客", 40, 0.4, 0.75),
            a_segment("Passers-by", "过客", 60, 0.6, 0.25),
        ],
    }


def a_forecast() -> dict[str, Any]:
    return {
        "n_products": 3,
        "first_week": "2017-01-02",
        "last_week": "2017-12-25",
        "left_out": {"sold in too few weeks": 4},
        "stock_out_weeks": 1,
        "wrong_sign": ["103"],
        "shop_elasticity": 2.0,
        "score": {
            "origin": "2017-11-06",
            "weeks": 8,
            "wape": 0.38,
            "bias": 0.07,
            "reference_wape": 0.48,
            "rmsse": 0.6,
            "pinball": 0.21,
            "coverage": 0.8,
            "total_coverage": 0.86,
            "models": [
                {"model": "response", "weight": 0.7, "wape": 0.4, "bias": 0.09, "rmsse": 0.62, "mase": 0.7},
                {"model": "mean4", "weight": 0.3, "wape": 0.48, "bias": 0.02, "rmsse": None, "mase": None},
            ],
        },
        "coverage": {
            "origin": "2017-11-06",
            "n_series": 3,
            "levels": [{"nominal": 0.5, "achieved": 0.55}, {"nominal": 0.8, "achieved": 0.8}],
            "by_week": [0.9, 0.7],
        },
        "blend": {
            "n_trials": 4,
            "correction": 1.0,
            "loss": 0.9,
            "models": [
                {"model": "response", "weight": 0.75, "by_volume": {}, "loss": 1.0},
                {"model": "mean4", "weight": 0.25, "by_volume": {}, "loss": 1.2},
            ],
        },
        "coefficients": [
            a_coefficient("101", "绿茶", n_price_points=4),
            a_coefficient("102", "红茶", n_price_points=3),
            a_coefficient("103", "白茶", n_price_points=1),
        ],
    }


def a_decomposition() -> dict[str, Any]:
    return {
        "weeks": ["2017-12-18", "2017-12-25"],
        "actual": [100.0, 90.0],
        "baseline": [80.0, 80.0],
        "uplift": [30.0, 0.0],
        "cannibalised": [5.0, 0.0],
        "halo": [0.0, 2.0],
        "pulled_forward": [0.0, 6.0],
        "unexplained": [-5.0, 14.0],
        "rule": {"least_cut": 0.05, "least_support": 0.05},
        "promotions": [a_past_promotion()],
    }


def the_distributions() -> dict[str, Any]:
    return {
        "price": {"edges": [0.0, 2.0, 4.0], "counts": [1, 2]},
        "past_depth": {"edges": [0.0, 0.2, 0.4], "counts": [6, 2]},
        "planned_depth": {"edges": [0.0, 0.2, 0.4], "counts": [0, 1]},
        "promoted_share_past": 0.3,
    }


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
        "promotions": [
            a_promotion(1, "101", "绿茶"),
            a_promotion(
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
            ),
        ],
        "limits": [
            {"code": "gap", "params": {"weeks": 1}},
            {"code": "budget", "params": {"limit": "30.00 USD"}},
        ],
        "binding": [
            {
                "code": "gap",
                "params": {"weeks": 1},
                "n_rows": 1,
                "dearest": "101",
                "price": 12.0,
                "per": "unit",
                "total": 12.0,
            },
            {
                "code": "budget",
                "params": {"limit": "30.00 USD"},
                "n_rows": 1,
                "dearest": "all weeks",
                "price": 0.07,
                "per": "money",
                "total": 0.07,
            },
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
