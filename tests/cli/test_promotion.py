"""The commands about files of promotions from end to end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from command_line import run

TEA = {
    "id": "tea10",
    "currency": "EUR",
    "benefit": {"kind": "percent_off", "percent": "10", "items": {"categories": ["tea"]}},
    "schedule": {"end": "2099-11-11", "zone": "Europe/Berlin"},
}
CART = {
    "currency": "EUR",
    "lines": [{"line": "1", "sku": "T", "quantity": 3, "unit_price_minor": 1000, "categories": ["tea"]}],
}


def written(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content), "utf-8")
    return path


@pytest.fixture
def promotions(tmp_path: Path) -> Path:
    return written(tmp_path / "promotions.json", {"dealwright_promotions": 1, "promotions": [TEA]})


def with_changes(path: Path, **changed: Any) -> Path:
    return written(path, {"dealwright_promotions": 1, "promotions": [TEA | changed]})


def the_tests(path: Path, **expect: Any) -> Path:
    tests = [
        {"name": "before the end", "at": "2099-11-11T22:59:59Z", "cart": CART, "expect": expect},
        {
            "name": "after the end",
            "at": "2099-11-11T23:00Z",
            "cart": CART,
            "expect": {"refused": {"tea10": "ended"}},
        },
    ]
    return written(path, {"dealwright_tests": 1, "promotions": "promotions.json", "tests": tests})


def test_lint_finds_nothing_in_a_sound_file(promotions: Path) -> None:
    ran = run("promotion", "lint", promotions)
    assert (ran.code, ran.out.strip()) == (0, "Nothing to remark on 1 promotions.")


def test_lint_tells_mistakes_with_remedies_and_ends_with_1_if_one_is_an_error(promotions: Path) -> None:
    with_changes(promotions, benefit={"kind": "percent_off", "percent": "100"})
    ran = run("promotion", "lint", promotions, "--json")
    assert ran.code == 1
    assert [(one["code"], one["severity"]) for one in ran.document["remarks"]] == [("gives_everything", "error")]
    assert "没有门槛" in run("promotion", "lint", promotions, "--lang", "zh").out
    with_changes(promotions, benefit={"kind": "percent_off", "percent": "50"})
    assert run("promotion", "lint", promotions).code == 0


def test_describe_says_each_promotion_in_one_sentence(promotions: Path) -> None:
    ran = run("promotion", "describe", promotions)
    assert "10% off category tea, to the end of 2099-11-11 (Europe/Berlin)." in ran.out
    assert (
        run("promotion", "describe", promotions, "--json", "--lang", "zh").document["promotions"][0]["id"]
        == "tea10"
    )


def test_expected_amounts_that_come_out_pass(promotions: Path, tmp_path: Path) -> None:
    file = the_tests(
        tmp_path / "tests.json",
        total_minor=2700,
        discount_minor=300,
        applied=["tea10"],
        lines={"1": 2700},
        discounts={"tea10": 300},
    )
    assert run("promotion", "test", file, "--json").document == {"passed": 2, "failed": []}
    assert promotions.exists()


def test_an_amount_that_does_not_come_out_is_told_beside_what_did(promotions: Path, tmp_path: Path) -> None:
    file = the_tests(tmp_path / "tests.json", total_minor=2600, applied=[], lines={"1": 2700})
    ran = run("promotion", "test", file, "--promotions", promotions, "--json")
    assert ran.code == 1
    assert ran.document == {
        "passed": 1,
        "failed": [
            {
                "id": "before the end",
                "expected": {"total_minor": 2600, "applied": []},
                "got": {"total_minor": 2700, "applied": ["tea10"]},
            }
        ],
    }
    out = run("promotion", "test", file).out
    assert "before the end" in out
    assert "1 passed, 1 failed." in out


def test_mistakes_in_a_file_of_tests_are_told_at_once(promotions: Path, tmp_path: Path) -> None:
    tests = [
        {"name": "a", "at": "today", "cart": CART | {"price_basis": "?"}, "expect": {"totl_minor": 1}},
        {"name": "b"},
    ]
    file = written(tmp_path / "tests.json", {"dealwright_tests": 2, "promotions": str(promotions), "tests": tests})
    said = run("promotion", "test", file).said
    for part in ("give 1, the version", "did you mean 'total_minor'", "tests[1]: cart is needed here"):
        assert part in said


def test_conformance_cases_pass_or_tell_what_differs(tmp_path: Path) -> None:
    case = {
        "id": "case-1",
        "source": "own",
        "kind": "price",
        "policy": {"rounding": "half_up", "allocation": "largest_remainder", "stacking": "sequential"},
        "cart": {
            "currency": "EUR",
            "lines": [{"line": "L1", "sku": "T", "qty": 3, "unit_price": "10.00"}],
            "shipping": "0.00",
            "customer": {},
            "codes": [],
        },
        "promotions": [
            {
                "id": "p",
                "trigger": "auto",
                "priority": 0,
                "exclusive": False,
                "conditions": [],
                "benefit": {"type": "percent_off", "scope": "line", "percent": "10"},
            }
        ],
        "expected": {"total": "27.00"},
    }
    file = written(tmp_path / "cases.json", {"schema_version": 1, "cases": [case]})
    assert run("promotion", "conformance", file, "--json").document == {"passed": 1, "failed": []}
    written(file, {"schema_version": 1, "cases": [case | {"expected": {"total": "26.00"}}]})
    ran = run("promotion", "conformance", file, "--json")
    assert ran.code == 1
    assert [(one["id"], one["got"]["total"]) for one in ran.document["failed"]] == [("case-1", "27.00")]
    assert run("promotion", "conformance", file).code == 1


def test_the_schema_is_printed_or_written(tmp_path: Path) -> None:
    printed = run("promotion", "schema").document
    assert "benefit.percent_off" in printed["$defs"]
    file = tmp_path / "schema.json"
    assert run("promotion", "schema", file).code == 0
    assert json.loads(file.read_text("utf-8")) == printed


def test_a_typo_in_a_file_is_answered_with_the_nearest_name(promotions: Path) -> None:
    with_changes(promotions, benefit={"kind": "percent_of", "percent": "10"})
    ran = run("promotion", "lint", promotions)
    assert ran.code == 1
    assert "no benefit is called 'percent_of'; did you mean 'percent_off'?" in ran.said


@pytest.mark.parametrize("command", ["schema", "reference"])
def test_a_file_of_promotions_is_not_overwritten_by_a_schema_or_a_reference(promotions: Path, command: str) -> None:
    before = promotions.read_bytes()
    ran = run("promotion", command, promotions)
    assert ran.code == 1
    assert "it is not overwritten" in ran.said
    assert promotions.read_bytes() == before
    out = promotions.parent / "out"
    assert [run("promotion", command, out).code for _ in range(2)] == [0, 0]
