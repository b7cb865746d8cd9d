"""What a small run knows of its customers, made by hand."""

from __future__ import annotations

from typing import Any

WHOM = {"n_customers": 100, "n_drawn": 100}


def ranged(value: float, low: float, high: float, *, level: float = 0.8) -> dict[str, float]:
    return {"value": value, "low": low, "high": high, "level": level}


def known_customers() -> dict[str, Any]:
    """All four parts: value, journey, baskets and one suggestion."""
    return {"value": a_value(), "journey": lives(), "baskets": three_rules(), "suggestion": a_suggestion()}


def a_value() -> dict[str, Any]:
    return {
        **WHOM,
        "until": "2017-12-31",
        "horizon_days": 182,
        "model": "bg_nbd",
        "margin_share": 0.3,
        "margin_share_known_for": 0.25,
        "check": {
            "days": 120,
            "n_customers": 90,
            "purchases": ranged(410.0, 380.0, 440.0),
            "actual": 402,
            "mean_error": 1.5,
            "covered": 0.7,
        },
        "n_valued": 100,
        "level": 0.8,
        "totals": {"purchases": ranged(600.0, 560.0, 640.0), "lifetime_value": ranged(2000.0, 1800.0, 2200.0)},
        "is_money": True,
        "curve": [
            {"share": 0.25, "value": 8.0, "low": 2.0, "high": 15.0},
            {"share": 0.75, "value": 40.0, "low": 20.0, "high": 60.0},
        ],
        "quantiles": [
            {"share": 0.5, "value": 20.0, "low": 10.0, "high": 31.0},
            {"share": 0.9, "value": 55.0, "low": 30.0, "high": 80.0},
        ],
        "segments": [
            {
                "code": "regulars",
                "name_en": "Regulars",
                "name_zh": "常客",
                "n": 40,
                "worth": {"value": 38.0, "low": 18.0, "high": 59.0},
                "stays_away": {"value": 0.05, "low": 0.04, "high": 0.06},
            },
            {
                "code": "passers-by",
                "name_en": "Passers-by",
                "name_zh": "过客",
                "n": 60,
                "worth": {"value": 9.0, "low": 2.0, "high": 16.0},
                "stays_away": None,
            },
        ],
        "leaving": a_leaving(),
    }


def a_leaving() -> dict[str, Any]:
    """12 of 80 stay away; 8 of them are looked at more closely."""
    return {
        "weeks": 4,
        "active_days": 84,
        "n_active": 80,
        "expected": ranged(12.0, 8.0, 16.0),
        "n_likely": {"value": 5, "low": 3, "high": 7},
        "by_days": [
            {"first": 0, "last": 6, "n": 50, "value": 0.05, "low": 0.04, "high": 0.06},
            {"first": 28, "last": 55, "n": 30, "value": 0.3, "low": 0.25, "high": 0.35},
        ],
        "n_likeliest": 8,
        "least_chance": 0.44,
        "signs": [
            {"code": "days_since_purchase", "likeliest": 44.0, "others": 4.0},
            {"code": "times_overdue", "likeliest": 1.4, "others": 0.5},
            {"code": "spend_minor", "likeliest": 199.0, "others": 1499.0},
            {"code": "deal_share", "likeliest": 0.5, "others": 0.25},
        ],
        "customers": [
            {
                "customer": "42",
                "worth": {"value": 19.0, "low": 4.0, "high": 33.0},
                "stays_away": {"value": 0.48, "low": 0.45, "high": 0.51},
                "days_since": 42.0,
                "usual_gap": 14.1,
            },
            {
                "customer": "7",
                "worth": {"value": 11.0, "low": 0.0, "high": 25.0},
                "stays_away": {"value": 0.5, "low": 0.46, "high": 0.55},
                "days_since": 60.0,
                "usual_gap": None,
            },
        ],
    }


def a_way(to: str, times: int, share: float) -> dict[str, Any]:
    return {"to": to, "times": times, "share": share, "low": share - 0.01, "high": share + 0.01}


def a_state(name: str, worth: float, drop_off: float, *ways: dict[str, Any], chance: float = 1.0) -> dict[str, Any]:
    sure = {"chance": chance, "chance_low": chance - 0.02, "chance_high": chance}
    return {
        "state": name,
        "times": sum(way["times"] for way in ways),
        "drop_off": drop_off,
        **sure,
        "removal": 0.5,
        "removal_low": 0.4,
        "removal_high": 0.6,
        "steps": 4.0,
        "steps_low": 3.5,
        "steps_high": 4.6,
        "worth": worth,
        "worth_low": worth - 50.0,
        "worth_high": worth + 50.0,
        "next": list(ways),
    }


def lives() -> dict[str, Any]:
    """New customers order once; half of those who fell silent twice are gone."""
    return {
        **WHOM,
        "kind": "lives",
        "period_days": 28,
        "gone_after": 3,
        "level": 0.9,
        "ends": ["gone"],
        "states": [
            a_state("start", 800.0, 0.0, a_way("1 order", 100, 1.0)),
            a_state("1 order", 750.0, 0.0, a_way("1 order", 60, 0.3), a_way("quiet 1", 140, 0.7)),
            a_state("quiet 1", 600.0, 0.0, a_way("1 order", 70, 0.5), a_way("quiet 2", 70, 0.5)),
            a_state("quiet 2", 350.0, 0.5, a_way("1 order", 35, 0.5), a_way("gone", 35, 0.5)),
        ],
    }


def visits() -> dict[str, Any]:
    """Of ten visits nine put something into the cart, and a third of these buy."""
    return {
        **lives(),
        "kind": "visits",
        "ends": ["buy", "drop-off"],
        "states": [
            a_state("start", 300.0, 0.1, a_way("cart", 90, 0.9), a_way("drop-off", 10, 0.1), chance=0.3),
            a_state("cart", 333.0, 0.67, a_way("buy", 30, 0.33), a_way("drop-off", 60, 0.67), chance=0.33),
        ],
    }


def a_rule(first: str, second: str, lift: float, q_value: float) -> dict[str, Any]:
    return {
        "antecedent": [first],
        "consequent": [second],
        "n_baskets": 60,
        "support": 0.03,
        "confidence": 0.4,
        "confidence_low": 0.35,
        "confidence_high": 0.45,
        "lift": lift,
        "lift_low": lift - 1.0,
        "lift_high": lift + 1.0,
        "q_value": q_value,
    }


def three_rules() -> dict[str, Any]:
    return {
        **WHOM,
        "of": "subcategory",
        "n_baskets": 2000,
        "least_baskets": 20,
        "n_rules": 9,
        "n_telling": 6,
        "n_pairs": 3,
        "level": 0.9,
        "rules": [
            a_rule("绿茶", "茶壶", 12.5, 0.0),
            a_rule("红茶", "糖", 6.0, 0.02),
            a_rule("糖", "牛奶", 3.0, 0.04),
        ],
    }


def a_product(sku: str, name: str, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "name": name, "kind": "茶", **more}


def a_suggestion() -> dict[str, Any]:
    """White tea for who knows green and black: 70 % + 40 % - 20 % of its score, and 10 % by 3 others."""
    because = [
        a_product("101", "绿茶", part=0.7),
        a_product("102", "红茶", part=0.4),
        a_product("104", "糖", part=-0.2),
    ]
    return {
        "customer": "42",
        "n_customers": 100,
        "n_learnt": 50,
        "n_active": 30,
        "n_known": 6,
        "n_items": 20,
        "bought": [a_product("101", "绿茶"), a_product("102", "红茶")],
        "items": [a_product("103", "白茶", because=because, rest=0.1, n_parts=6)],
        "hits": {
            "weeks": 4,
            "n_customers": 25,
            "own": ranged(0.24, 0.2, 0.28, level=0.95),
            "popular": ranged(0.2, 0.16, 0.24, level=0.95),
            "lead": ranged(0.2, -0.04, 0.47, level=0.95),
        },
    }
