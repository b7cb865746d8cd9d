"""An approved plan comes back exactly as it was written, from each of its files."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dealwright.adapters.approved import read_approved
from dealwright.adapters.results import write_plan
from dealwright.app.plan.replan_promotions import ApprovedPlan
from dealwright.core.errors import InputError
from dealwright.plan.constraints import Keep
from dealwright.plan.mechanics import mechanic_from
from dealwright.plan.problem import Offer

ONE, TWO, THREE = date(2024, 1, 1), date(2024, 1, 8), date(2024, 1, 15)
GET_ONE = {"kind": "buy_x_get_y", "buy": 2, "get": 1}
KEEPS = (
    Keep("0017", ONE, Offer(0.125, on_display=True)),
    Keep("NA", TWO, Offer(0.1 + 0.2, in_mailer=True)),
    Keep("=1+1", TWO, Offer(0.0, on_display=True, in_mailer=True)),
    Keep("'quoted", TWO, Offer(0.2)),
    Keep("TEA", TWO, Offer(0.0, mechanic=mechanic_from(GET_ONE))),
)
APPROVED = ApprovedPlan(KEEPS, THREE)


def table(*keeps: Keep) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sku": [keep.sku for keep in keeps],
            "name": ["ordinary" for _ in keeps],
            "week": [keep.week for keep in keeps],
            "offer_depth": [keep.offer.depth for keep in keeps],
            "on_display": [keep.offer.on_display for keep in keeps],
            "in_mailer": [keep.offer.in_mailer for keep in keeps],
            "mechanic": [json.dumps(GET_ONE) if keep.offer.mechanic else "" for keep in keeps],
        }
    )


def write(folder: Path, *keeps: Keep) -> Path:
    frame = table(*keeps)
    rows = [{name: str(v) if name == "week" else v for name, v in row.items()} for row in frame.to_dict("records")]
    summary: dict[str, Any] = {"plan": {"weeks": [str(ONE), str(TWO), str(THREE)], "promotions": rows}}
    write_plan(frame, summary, folder)
    return folder


def read(path: Path) -> ApprovedPlan:
    return read_approved(path, currency="EUR")


def test_the_folder_and_the_summary_bring_back_every_promotion_and_the_last_week(tmp_path: Path) -> None:
    folder = write(tmp_path / "plan", *KEEPS)
    assert read(folder) == APPROVED
    assert read(folder / "summary.json") == APPROVED


@pytest.mark.parametrize("name", ["plan.csv", "plan.parquet"])
def test_a_table_alone_brings_back_every_promotion(name: str, tmp_path: Path) -> None:
    found = read(write(tmp_path, *KEEPS) / name)
    assert found == ApprovedPlan(KEEPS, TWO)


def test_a_plan_without_promotions_comes_back_from_its_folder_but_not_from_a_table(tmp_path: Path) -> None:
    folder = write(tmp_path, *())
    assert read(folder) == ApprovedPlan((), THREE)
    with pytest.raises(InputError, match=r"plan\.csv holds no promotion, so it does not say which weeks"):
        read(folder / "plan.csv")


def test_a_table_that_was_edited_by_hand_is_not_passed_over(tmp_path: Path) -> None:
    folder = write(tmp_path, *KEEPS)
    path = folder / "plan.csv"
    path.write_text(path.read_text("utf-8-sig").replace("0.125", "0.25"), "utf-8")
    with pytest.raises(InputError, match="do not hold the same promotions; name the file that is approved"):
        read(folder)
    assert read(path).promotions[0].offer == Offer(0.25, on_display=True)


def test_every_row_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(
        "sku,week,offer_depth,on_display,in_mailer,mechanic\n"
        "A,soon,0.1,true,false,\nA,2024-01-01,20,no,no,\nA,2024-01-01,0.1,perhaps,no,\n"
        'A,2024-01-01,0.1,YES,0,\nA,2024-01-01,0.2,0,0,\nA,2024-01-08,0,0,0,"{""kind"": ""cupon""}"\n'
    )
    with pytest.raises(InputError) as refusal:
        read(path)
    problems = refusal.value.problems
    assert [problem.split(":")[0] for problem in problems] == [
        *(f"mine.csv, promotion {number}" for number in (1, 2, 3, 6)),
        "mine.csv",
    ]
    assert problems[1].endswith("offer_depth is a share from 0 to below 1, not 20")
    assert problems[2].endswith("on_display is true or false, not 'perhaps'")
    assert "did you mean 'coupon'?" in problems[3]
    assert problems[4] == "mine.csv: A has two promotions in the week of 2024-01-01; leave one"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("plan.csv", "sku,week\nA,2024-01-01\n", "has no column offer_depth, on_display, in_mailer"),
        ("plan.json", "{}", "is not the summary of a plan"),
        ("plan.json", '{"plan": {"weeks": [], "promotions": []}}', "is not the summary of a plan"),
        ("plan.parquet", "no parquet", "cannot be read as Parquet"),
        ("plan.csv", "", "cannot be read as CSV"),
        ("plan.txt", "", "an approved plan is a folder, or a file ending in .csv, .parquet, .json"),
    ],
)
def test_what_is_no_plan_is_refused_in_words(name: str, content: str, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError) as refusal:
        read(tmp_path / name)
    assert said in str(refusal.value)


def test_a_plan_that_is_not_there_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no approved plan"):
        read(tmp_path / "nowhere")
    with pytest.raises(InputError, match="there is no plan in"):
        read(tmp_path)
