"""What a small run's summary says of past demand and of the forecast, made by hand."""

from __future__ import annotations

from typing import Any

from report_figures import estimate


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


def a_coefficient(sku: str, name: str, *, n_price_points: int) -> dict[str, Any]:
    return {"sku": sku, "name": name, "category": "茶", "n_price_points": n_price_points, "greatest_depth": 0.3}


def a_curve(category: str) -> dict[str, Any]:
    points = [
        {"depth": depth / 20, **estimate(1 + depth / 4, 1 + depth / 5, 1 + depth / 3), "is_seen": depth <= 6}
        for depth in range(11)
    ]
    return {"category": category, "n_products": 2, "greatest_depth": 0.3, "points": points}


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


def the_distributions() -> dict[str, Any]:
    return {
        "price": {"edges": [0.0, 2.0, 4.0], "counts": [1, 2]},
        "past_depth": {"edges": [0.0, 0.2, 0.4], "counts": [6, 2]},
        "planned_depth": {"edges": [0.0, 0.2, 0.4], "counts": [0, 1]},
        "promoted_share_past": 0.3,
    }
