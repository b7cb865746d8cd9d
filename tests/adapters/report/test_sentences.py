from __future__ import annotations

from typing import Any

import pytest

from dealwright.adapters.report import reason
from dealwright.core.errors import InputError

Summary = dict[str, Any]


def told(summary: Summary, number: int, language: str = "en", **changes: Any) -> str:
    row = {**summary["plan"]["promotions"][number - 1], **changes}
    return reason(row, summary["explanations"][number - 1], language, currency="USD")


def test_a_display_is_told_with_its_lift_its_losses_its_cost_and_what_it_earns(summary: Summary) -> None:
    assert told(summary, 1) == (
        "Shown on display and in the mailer, it sells about 2.5 times its usual 20 units; "
        "similar products sell 5 fewer; display and mailer cost $9.00; it earns $41 ($23 to $63); "
        "the next best, display, would earn $25."
    )


def test_a_price_cut_says_who_pays_it_and_what_the_limits_kept_out(summary: Summary) -> None:
    assert told(summary, 2) == (
        "At 20% off and in the mailer, it sells about 2.5 times its usual 20 units; "
        "the supplier pays half of the discount; similar products sell 5 fewer; mailer costs $4.00; "
        "it earns $10 (−$2 to $21); 10% off would earn $12, but the limits have better use for the room."
    )


def test_the_same_in_chinese(summary: Summary) -> None:
    assert told(summary, 2, "zh") == (
        "8折并上海报，预计销量约为平常 20 件的 2.5 倍；供应商承担一半折扣；同类商品少卖 5 件；海报费用 4.00 美元；"
        "多赚 10 美元（−2 至 21 美元）；9折可多赚 12 美元，但受限制所限，名额另有更好的用处。"
    )


def test_a_shop_without_funding_pays_the_discount_itself(summary: Summary) -> None:
    parts = [part for part in summary["explanations"][1]["parts"] if part["code"] != "supplier_funding"]
    summary["explanations"][1]["parts"] = parts
    assert "the shop pays the discount itself" in told(summary, 2)


def test_a_small_uplift_is_told_in_units_not_in_times(summary: Summary) -> None:
    assert "it sells about 2 units more than its usual 20;" in told(summary, 1, uplift=2.0)


def test_a_product_that_hardly_sells_is_not_told_in_times(summary: Summary) -> None:
    assert "it sells about 6.1 units, where next to none is usual;" in told(summary, 1, baseline=0.1, uplift=6.0)


def test_losses_of_less_than_half_a_unit_go_untold(summary: Summary) -> None:
    assert "fewer" not in told(summary, 1, cannibalised=0.4)
    assert "later weeks lose 3" in told(summary, 1, pulled_forward=3.0)


def test_without_an_explanation_the_row_alone_is_told(summary: Summary) -> None:
    sentence = reason(summary["plan"]["promotions"][1], None, "en")
    assert "discount" not in sentence
    assert sentence.endswith("it earns 10 (−2 to 21).")


def test_an_unknown_language_is_refused(summary: Summary) -> None:
    with pytest.raises(InputError, match="no language is called 'de'"):
        told(summary, 1, "de")
