"""The command that makes coupon codes from end to end."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from command_line import Ran, run
from dealwright.till import open_till


class Shop:
    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "codes.csv"
        self.database = f"sqlite:///{folder / 'till.db'}"

    def generate(self, *words: object) -> Ran:
        fixed = ("--batch", "autumn", "--promotion", "tea10", "--out", self.file, "--database", self.database)
        return run("coupon", "generate", *fixed, *words)

    def rows(self) -> list[dict[str, str]]:
        with self.file.open(encoding="utf-8", newline="") as text:
            return list(csv.DictReader(text))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_the_codes_of_the_file_hold_at_the_till(shop: Shop) -> None:
    assert shop.generate("--count", 20, "--prefix", "TEA", "--uses", 3, "--json").document["codes"] == 20
    codes = [row["code"] for row in shop.rows()]
    assert len(set(codes)) == 20
    till = open_till(shop.database)
    assert {till.coupons.look_up(code).uses_left for code in codes} == {3}
    assert {till.coupons.look_up(code).promotion_id for code in codes} == {"tea10"}
    till.close()


def test_every_customer_of_a_file_gets_a_code(shop: Shop) -> None:
    customers = shop.folder / "customers.txt"
    customers.write_text("ann\n\nbob\n", "utf-8")
    assert shop.generate("--customers", customers, "--end", "2099-12-31", "--zone", "Asia/Shanghai").code == 0
    assert [(row["customer_id"], row["end"]) for row in shop.rows()] == [
        ("ann", "2099-12-31T16:00:00+00:00"),
        ("bob", "2099-12-31T16:00:00+00:00"),
    ]


def test_a_batch_is_not_issued_twice_and_a_file_not_overwritten(shop: Shop) -> None:
    assert shop.generate().code == 0
    before = shop.file.read_text("utf-8")
    assert "codes.csv" in shop.generate().said
    assert shop.file.read_text("utf-8") == before
    shop.file.unlink()
    assert "was issued before" in shop.generate().said
    assert not shop.file.exists()


def test_what_cannot_be_is_refused_before_anything_is_written(shop: Shop) -> None:
    assert "capital letters" in shop.generate("--prefix", "tea!").said
    assert "no time zone is called" in shop.generate("--zone", "Berlin").said
    assert not shop.file.exists()
