from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

from dealwright.adapters.report import render_report
from dealwright.core.errors import InputError

pytestmark = pytest.mark.xdist_group("report")  # the pages are drawn once

Summary = dict[str, Any]

CODES = {
    "dealwright",
    "report",
    "explain",
    "recommend",
    "assumptions",
    "stock",
    # An example's own data
    "USD",
}
"""What may stand in Latin letters on a Chinese page: names of commands, tables and settings."""


class _Reader(HTMLParser):
    """What a page shows and says, and which addresses it would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.labels: list[str] = []
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self._is_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._is_style = tag == "style"
        for name, value in attrs:
            if name in {"src", "href", "xlink:href", "data", "action", "poster", "srcset"}:
                self.addresses.append(value or "")
            if name in {"aria-label", "title", "alt"}:
                self.labels.append(value or "")

    def handle_data(self, data: str) -> None:
        if not self._is_style:
            self.shown.append(data)


def read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    return reader


def rows_below(page: str, title: str) -> list[list[str]]:
    """The texts of the first table's rows after `title`."""
    body = re.search(r"<tbody>(.*?)</tbody>", page[page.index(f">{title}<") :], re.DOTALL)
    assert body is not None
    rows = re.findall(r"<tr>(.*?)</tr>", body.group(1), re.DOTALL)
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]


def pictures(page: str) -> int:
    return page.count('class="marks"')


def test_every_promotion_is_on_the_page_with_its_reason(summary: Summary, english_page: str) -> None:
    for row in summary["plan"]["promotions"]:
        assert f'<td id="{row["promotion_id"]}">{row["promotion_id"]}</td>' in english_page
    assert english_page.count('class="remark"') == 2


def test_a_long_plan_shows_its_twenty_best_promotions_and_folds_the_others_away(summary: Summary) -> None:
    best = summary["plan"]["promotions"][0]
    plan = {**summary["plan"], "promotions": [{**best, "promotion_id": f"P-{n:03d}"} for n in range(1, 24)]}
    shown, folded = render_report({**summary, "plan": plan}, language="en").split("Show the other 3 promotions")
    assert re.findall(r'<td id="(P-\d+)">', shown) == [f"P-{n:03d}" for n in range(1, 21)]
    assert re.findall(r'<td id="(P-\d+)">', folded) == ["P-021", "P-022", "P-023"]


def test_the_calendar_leads_to_each_promotion(english_page: str) -> None:
    addresses = read(english_page).addresses
    assert [address for address in addresses if address.startswith("#P-")] == ["#P-001", "#P-002"]


def test_the_first_paragraph_says_weeks_profit_range_last_year_cost_and_proof(english_page: str) -> None:
    lead = re.search(r'<p class="lead">(.*?)</p>', english_page, re.DOTALL)
    assert lead is not None
    assert lead.group(1) == (
        "In the 2 weeks from 1 to 14 January 2018, this plan runs 2 promotions on 2 of the 3 products it "
        "considered. Together they are expected to earn about $50.20 more than running no promotion at all "
        "($31.00 to $74.00 in 8 of 10 cases). "
        "Repeating last year&#39;s promotions of the same weeks would earn about $20.00 less than none "
        "($12.00 to $30.00 less in 8 of 10 cases). "
        "The plan costs about $15.00 of the shop&#39;s own money for discounts, displays and mailers; "
        "the extra profit is what remains after that. "
        "It is proven that, by the model&#39;s own figures, no other plan within the same limits could be expected "
        "to earn more than 0.01% on top of the $50.00 expected of this one. "
        "The data hold no complete record of costs and suppliers&#39; contributions, so profit rests on the "
        "assumed figures in the box below. "
        "It also takes the goods: the plan needs about 35 units more than would be ordered without it."
    )


def test_a_page_has_a_picture_for_each_thing_it_shows(english_page: str) -> None:
    # Four of profit, what-ifs, two of ranges, curves, their reach, two of the past, three of customers, prices,
    # depths, two of stock; two of worth, two of the journey, pairs, reasons.
    assert pictures(english_page) == 24


def test_depths_that_were_asked_but_never_seen_are_named_by_category(english_page: str) -> None:
    title = "Which price cuts the past can speak about"
    assert rows_below(english_page, title) == [["茶", "30%", "40%"]]


def test_products_whose_answer_to_price_nobody_knows_are_named(english_page: str) -> None:
    assert "it is not sure that a lower price sells more, and no plan promotes them by price: 白茶 (103)." in (
        english_page
    )
    assert "The price of 1 products never moved" in english_page


def test_of_many_such_products_the_first_are_named_and_the_others_counted(summary: Summary) -> None:
    summary["forecast"]["wrong_sign"] = [f"s{number}" for number in range(10)]
    page = render_report(summary, language="en")
    assert "s0; s1; s2; s3; s4; s5; s6; s7 and 2 more." in page


def test_models_stand_beside_their_blend_the_smallest_error_first(english_page: str) -> None:
    told = [[cell for cell in row if cell] for row in rows_below(english_page, "The models behind it")]
    assert told == [
        ["The blend", "38.0%", "0.60", "7.0%", "–"],
        ["Response to promotions", "40.0%", "0.62", "9.0%", "75%"],
        ["Mean of the last 4 weeks", "48.0%", "–", "2.0%", "25%"],
    ]


def test_a_past_promotion_is_taken_apart_into_parts_that_sum_to_what_was_sold(english_page: str) -> None:
    told = rows_below(english_page, "Large promotions of the past, taken apart")
    assert told == [
        ["Usual sales", "40"],
        ["Extra by the promotion", "50"],
        ["Lost to promoted neighbours", "−6"],
        ["Gained from complements", "1"],
        ["Bought ahead earlier", "−2"],
        ["Unexplained", "7"],
        ["Sold", "90"],
    ]
    assert sum(int(units.replace("−", "-")) for _, units in told[:-1]) == 90


def test_a_past_promotion_is_told_in_a_sentence_of_either_language(english_page: str, chinese_page: str) -> None:
    assert (
        "红茶, week of 18 Dec 2017. At 30% off and in the mailer, it sold 90 units where 40 are usual; the "
        "promotion explains 50 more. Of these, about 20 (15 to 25) were taken from similar products and about 4 "
        "(1 to 8) from its own later weeks. 7 more were sold than can be explained."
    ) in english_page
    assert "Other categories gained" not in english_page
    assert "其中约 20 件（15 至 25）转移自同类商品" in chinese_page


def test_what_past_promotions_brought_to_complements_is_said_or_that_none_was_found(
    summary: Summary, english_page: str
) -> None:
    assert "Promotions of other categories brought 1.1% of all units." in english_page
    past = {**summary["decomposition"], "halo": [0.0, 0.0], "unexplained": [-5.0, 16.0]}
    page = render_report({**summary, "decomposition": past}, language="en")
    assert "No category was found whose promotions clearly sell more of another." in page


def test_a_past_without_a_supported_price_cut_says_that_none_is_taken_apart(summary: Summary) -> None:
    page = render_report(
        {**summary, "decomposition": {**summary["decomposition"], "promotions": []}}, language="en"
    )
    assert "No past product-week had both a price cut and a display or a place in the mailer" in page
    assert pictures(page) == 23


def test_each_picture_is_told_to_who_cannot_see_it(english_page: str) -> None:
    assert len(
        re.findall(r'<div role="img" aria-label="[^"]{20,}"><svg aria-hidden="true"', english_page)
    ) == pictures(english_page)


def test_nothing_is_fetched_and_nothing_runs(english_page: str) -> None:
    reader = read(english_page)
    assert {address[:1] for address in reader.addresses} == {"#", "d"}
    assert [address for address in reader.addresses if address.startswith("d")] == ["data:,"]
    assert "http:" not in english_page.replace("http-equiv", "")
    assert "https:" not in english_page
    assert set(re.findall(r"url\((.)", english_page)) <= {"#"}
    assert "@import" not in english_page
    assert "script" not in reader.tags
    assert "style=" not in english_page
    assert "default-src 'none'; style-src 'sha256-" in english_page


def test_the_ids_of_the_pictures_do_not_collide(english_page: str) -> None:
    ids = re.findall(r'\bid="([^"]+)"', english_page)
    assert len(ids) == len(set(ids))


def test_names_from_the_data_are_text_and_never_markup(summary: Summary) -> None:
    evil = '<img src=x onerror=alert(1)> & "tea"'
    for row in summary["plan"]["promotions"]:
        row["name"] = row["category"] = evil
    summary["lift_curves"][0]["category"] = evil
    summary["stock"]["products"][0]["name"] = evil
    summary["customers"]["segments"][0]["name_en"] = evil
    summary["forecast"]["coefficients"][0]["name"] = evil
    page = render_report(summary, language="en", shop_name=evil)
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; &#34;tea&#34;" in page
    assert "img" not in read(page).tags


def test_what_rests_on_assumptions_says_so_where_it_stands(english_page: str) -> None:
    badge = '<span class="assumed">assumed</span>'
    for title in ("Extra profit", "Spend", "Stock before and after", "Order extra", "Amount", "Worth of more room"):
        assert f"{title} {badge}" in english_page
    assert f"Promotions {badge}" not in english_page
    assert english_page.count(f"<li>{badge}") == 6


def test_nothing_is_called_assumed_that_is_not(summary: Summary) -> None:
    summary["known_customers"]["value"]["margin_share_known_for"] = 1.0
    known = {**summary, "assumptions": [{"code": "priors"}]}
    page = render_report(known, language="en")
    assert page.count('<span class="assumed">') == 1
    assert "profit rests on the assumed figures" not in page


def test_a_chinese_page_has_no_english_words(summary: Summary) -> None:
    reader = read(render_report(summary, language="zh", shop_name="茶馆", generated_on=date(2018, 1, 2)))
    told = " ".join((*reader.shown, *reader.labels))
    assert set(re.findall(r"[A-Za-z]{2,}", told)) - CODES == set()


def test_a_chinese_page_says_what_is_assumed_and_writes_money_and_days_in_chinese(chinese_page: str) -> None:
    assert '<html lang="zh-CN">' in chinese_page
    assert "2018年1月1日至14日促销计划" in chinese_page
    assert "50.20 美元" in chinese_page
    assert '<span class="assumed">假设</span>' in chinese_page


def test_a_plan_without_promotions_says_why(empty_summary: Summary) -> None:
    page = render_report(empty_summary, language="en")
    assert "this plan runs no promotion on any of the 3 products it considered" in page
    assert "Either no offer is expected to earn more than it costs, or the limits leave no room for one" in page
    assert "With no promotion there is no extra profit to take apart." in page
    assert pictures(page) == 20
    assert "没有为 3 个候选商品中的任何一个安排促销" in render_report(empty_summary, language="zh")


def test_a_shop_that_does_not_know_its_customers_is_told_how_to(summary: Summary) -> None:
    page = render_report({**summary, "customers": None}, language="en")
    assert "import customer_id to unlock them" in page
    assert pictures(page) == 15


def test_too_few_customers_are_not_split(summary: Summary) -> None:
    few = {"n_customers": 12, "why_no_segments": "(told in English)", "segments": []}
    page = render_report({**summary, "customers": few}, language="zh")
    assert "已知 12 位顾客" in page
    assert "told in English" not in page


def test_segments_that_are_not_stable_carry_a_warning(summary: Summary, english_page: str) -> None:
    shaky = {**summary["customers"], "is_stable": False}
    assert "These segments are not stable" in render_report({**summary, "customers": shaky}, language="en")
    assert "These segments are not stable" not in english_page


def test_a_forecast_that_could_not_be_tested_says_so(summary: Summary) -> None:
    untested = {**summary, "forecast": {**summary["forecast"], "score": None, "coverage": None}}
    page = render_report(untested, language="en")
    assert "the forecast was not tested" in page
    assert "held back from" not in page


def test_a_forecast_worse_than_repeating_the_mean_is_not_praised(summary: Summary) -> None:
    score = {**summary["forecast"]["score"], "wape": 0.6}
    page = render_report({**summary, "forecast": {**summary["forecast"], "score": score}}, language="en")
    assert "no better than repeating the mean of the last four weeks (48%)" in page


def test_without_a_last_year_the_plan_is_compared_with_no_promotion_only(summary: Summary) -> None:
    young = {**summary, "outcomes": [item for item in summary["outcomes"] if item["code"] != "last_year"]}
    page = render_report(young, language="en")
    assert "last year" not in page.lower()
    assert "No promotion" in page


@pytest.mark.parametrize(
    ("language", "about"),
    [
        ("en", "on top of the $50.00 expected of this one before what choosing flatters is taken off"),
        ("zh", "比本计划扣除挑选高估之前的 50.00 美元 再高"),
    ],
)
def test_a_proof_is_about_what_was_expected_before_what_choosing_flatters_is_taken_off(
    summary: Summary, language: str, about: str
) -> None:
    page = render_report({**summary, "plan": {**summary["plan"], "flattery": -12.0}}, language=language)
    lead = re.search(r'<p class="lead">(.*?)</p>', page, re.DOTALL)
    assert lead is not None
    assert about in lead.group(1)
    assert page.count(about) == 2, "the first paragraph says so, and so does the figure beside the profit"


def test_a_proof_about_another_aim_names_no_profit(summary: Summary) -> None:
    plan = {**summary["plan"], "objective": {**summary["plan"]["objective"], "is_plain": False}, "flattery": -12.0}
    page = render_report({**summary, "plan": plan}, language="en")
    assert "more than 0.01% on top of what this one has of it." in page
    assert "expected of this one" not in page


def test_a_search_without_a_bound_claims_no_proof(summary: Summary) -> None:
    plan = {**summary["plan"], "gap": None, "bound": None, "solver": "greedy"}
    page = render_report({**summary, "plan": plan}, language="en")
    assert "The search did not prove how much better another plan could be." in page
    assert "It is proven" not in page


def test_a_shop_with_all_its_stock_counted_and_no_budget_is_shown_too(summary: Summary) -> None:
    scenario = {**summary["scenario"], "limits": {"budget": None}}
    page = render_report({**summary, "scenario": scenario, "currency": "JPY"}, language="en")
    assert "; budget" not in page
    assert "JP¥50" in page


def test_the_same_summary_gives_the_same_page(summary: Summary, english_page: str) -> None:
    assert render_report(summary, language="en") == english_page


def test_the_footer_names_data_version_seed_day_and_credit(summary: Summary) -> None:
    page = render_report({**summary, "credit": "Data: <a shop>."}, language="en", generated_on=date(2018, 1, 2))
    assert "Data: sales from 1 January to 31 December 2017." in page
    assert "dealwright 0.1.0, seed 7" in page
    assert "Made on 2 Jan 2018." in page
    assert "Data: &lt;a shop&gt;." in page


def test_an_unknown_language_is_refused_with_those_that_are_known(summary: Summary) -> None:
    with pytest.raises(InputError, match=r"no language is called 'fr'.*Allowed: en, zh"):
        render_report(summary, language="fr")


@pytest.mark.parametrize("library", ["altair", "vl_convert"])
def test_without_the_libraries_that_draw_a_report_says_how_to_get_them(library: str) -> None:
    code = (
        f"import sys; sys.modules[{library!r}] = None\n"
        "from dealwright.adapters.report import reason, render_report\n"
        "from dealwright.core.errors import MissingExtraError\n"
        "try:\n    render_report({}, language='en')\n"
        "except MissingExtraError as error:\n    print(error)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert library in told
    assert "pip install 'dealwright[report]'" in told
