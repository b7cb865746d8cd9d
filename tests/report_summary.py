"""A small run's summary, made by hand so that every sum in it can be checked on paper."""

from __future__ import annotations

from typing import Any

from report_customers import known_customers
from report_demand import a_curve, a_decomposition, a_forecast, the_distributions
from report_plan import a_plan, a_stock, an_outcome, the_explanations, the_outcomes, the_products, three_what_ifs


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
