from __future__ import annotations

import re
from typing import Any

import pytest

from dealwright.adapters.report import render_report
from report_customers import visits

pytestmark = pytest.mark.xdist_group("report")  # the pages are drawn once

Summary = dict[str, Any]


def part_of(page: str, anchor: str) -> str:
    """The section's texts, tags taken out."""
    section = re.search(rf'<section id="{anchor}".*?</section>', page, re.DOTALL)
    assert section is not None
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", section.group(0))).replace(" .", ".")


def test_worth_is_told_with_its_ranges_and_checked_against_the_past(english_page: str) -> None:
    told = part_of(english_page, "value")
    assert (
        "In the next 26 weeks, these 100 customers are expected to make 600 (560 to 640 in 8 of 10 cases) "
        "purchases, if they go on as they did. They would leave about $2,000 of margin ($1,800 to $2,200). "
        "The customer in the middle is worth $20 ($10 to $31); one in ten is worth more than $55 ($30 to $80)."
    ) in told
    assert (
        "410 (380 to 440) purchases were expected of 90 customers, 402 were made. Ranges of single customers, "
        "meant to hold 80% of them, held 70%. Take the ranges of single customers as too narrow"
    ) in told


def test_worth_in_money_that_rests_on_assumed_costs_says_so(english_page: str) -> None:
    told = part_of(english_page, "value")
    assert "Costs are known for 25% of spend and assumed for the rest" in told
    assert "Worth of the customer in the middle assumed" in told


def test_worth_of_known_costs_is_not_called_assumed(summary: Summary) -> None:
    summary["known_customers"]["value"]["margin_share_known_for"] = 1.0
    told = part_of(render_report(summary, language="en"), "value")
    assert "assumed" not in told


def test_who_is_leaving_is_told_with_what_tells_it(english_page: str) -> None:
    told = part_of(english_page, "value")
    assert (
        "Of 80 customers who came within the last 12 weeks, about 12 (8 to 16 in 8 of 10 cases) will buy nothing "
        "in the next 4. For 5 (3 to 7) of them that is likelier than not."
    ) in told
    assert "Days since the last order 44 4 Days since the last order, in times of the usual 1.4 0.5" in told
    assert "42 $19 ($4 to $33) 48.0% 45.0% to 51.0% last came 42 days ago, usually comes every 14 days" in told
    assert "came once, 60 days ago" in told


def test_a_segment_whose_chances_nobody_knows_has_none(english_page: str) -> None:
    assert "Passers-by 60 $9.00 ($2 to $16) –" in part_of(english_page, "value")


def test_customers_whose_spend_is_not_known_are_told_apart_by_purchases(summary: Summary) -> None:
    value = summary["known_customers"]["value"]
    value["is_money"] = False
    del value["totals"]["lifetime_value"]
    told = part_of(render_report(summary, language="en"), "value")
    assert "The customer in the middle is worth 20 (10 to 31);" in told
    assert "What they spend cannot be foreseen" in told
    assert "$" not in told.replace("$199", "").replace("$1,499", "")


def test_the_journey_says_what_a_new_customer_is_worth_and_where_most_are_lost(english_page: str) -> None:
    told = part_of(english_page, "journey")
    assert "A new customer is expected to spend $800 ($750 to $850 in 9 of 10 cases) over 4.0 (3.5 to 4.6)" in told
    assert "Most are lost after &#34;Silent twice&#34;: 50% (49% to 51%) are gone in the next period." in told
    assert "Silent twice 70 50.0% 49.0% to 51.0%" in told


def test_ways_that_nobody_took_are_no_shares(english_page: str) -> None:
    assert "New 100 100.0% 99.0% to 101.0% – – –" in part_of(english_page, "journey")


def test_visits_are_told_by_their_goal(summary: Summary) -> None:
    summary["known_customers"]["journey"] = visits()
    told = part_of(render_report(summary, language="en"), "journey")
    assert "Of visits that start, 30.0% (28.0% to 30.0%) reach the goal; one is worth $300 ($250 to $350" in told
    assert "Most are lost after &#34;cart&#34;: 67% (66% to 68%) stop there." in told
    assert "Reach the goal" in told


def test_what_is_bought_together_is_told_with_support_confidence_lift_and_false_alarms(english_page: str) -> None:
    told = part_of(english_page, "baskets")
    assert "In 2,000 orders, 3 pairs of subcategories are found together in 20 or more of them" in told
    assert "绿茶 茶壶 60 3.00% of all 40.0% 35.0% to 45.0% 12.5 (11.5 to 13.5) under 0.1%" in told
    assert "红茶 糖 60 3.00% of all 40.0% 35.0% to 45.0% 6.0 (5.0 to 7.0) 2.0%" in told


def test_where_no_pair_is_telling_the_page_says_so(summary: Summary) -> None:
    summary["known_customers"]["baskets"]["rules"] = []
    told = part_of(render_report(summary, language="en"), "baskets")
    assert "In 2,000 orders, no pair of products is found together in 20 or more of them" in told


def test_a_suggestion_has_reasons_that_sum_and_was_judged(english_page: str) -> None:
    told = part_of(english_page, "suggestion")
    assert "Take customer 42, the one in the middle of 30 who came within the last four weeks" in told
    assert "1 白茶 103 绿茶 (101): 70%; 红茶 (102): 40%" in told
    assert "糖 (104) −20% 3 other products together 10% In all 100%" in told
    assert (
        "of 25 customers, 24% (20% to 28% in 95% of cases) then bought something of theirs for the first time; "
        "showing everybody what sells best would have met 20% (16% to 24%). Compared customer by customer, that is "
        "20% (−4% to 47%) more. The lead may be chance."
    ) in told
    assert "Learnt from 50 of 100 customers, drawn by chance" in told


def test_a_lead_that_is_sure_is_not_called_chance(summary: Summary) -> None:
    summary["known_customers"]["suggestion"]["hits"]["lead"]["low"] = 0.01
    assert "The lead may be chance" not in render_report(summary, language="en")


def test_a_sample_of_customers_is_told_as_one(summary: Summary) -> None:
    summary["known_customers"]["value"] |= {"n_customers": 9000, "n_drawn": 5000}
    told = part_of(render_report(summary, language="en"), "value")
    assert "Looked at were 5,000 of 9,000 customers, drawn by chance; totals are theirs." in told


def test_a_part_that_cannot_be_known_says_why_in_the_page_s_language(summary: Summary) -> None:
    for name in summary["known_customers"]:
        summary["known_customers"][name] = {"why_not": "(told when asked)"}
    english, chinese = (render_report(summary, language=language) for language in ("en", "zh"))
    assert "they are too few or too short, or nobody came twice" in part_of(english, "value")
    assert "销售数据太少，无法学会推荐。" in part_of(chinese, "suggestion")
    assert "(told when asked)" not in english + chinese


def test_a_shop_whose_sales_name_no_customer_has_none_of_these_pages_and_is_told_why(summary: Summary) -> None:
    summary |= {"customers": None, "known_customers": None}
    page = render_report(summary, language="en")
    assert [anchor for anchor in ("value", "journey", "baskets", "suggestion") if f'id="{anchor}"' in page] == []
    assert "No order line names its customer, so there are no segments, and nothing is told" in page


def test_the_summary_of_an_older_run_has_none_of_these_pages(summary: Summary) -> None:
    del summary["known_customers"]
    page = render_report(summary, language="en")
    assert 'id="customers"' in page
    assert 'id="value"' not in page
