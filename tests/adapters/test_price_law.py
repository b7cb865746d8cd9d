"""Profiles of price law and a shop's record are read from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from dealwright.adapters.price_law import CODES, Record, packaged, profile_for, read_record
from dealwright.core.errors import InputError


def test_a_country_has_its_own_profile_before_that_of_its_union() -> None:
    found = {country: profile_for("", country=country) for country in ("CN", "DE", "FR", "US", "JP")}
    assert {country: profile and profile.code for country, profile in found.items()} == {
        "CN": "cn",
        "DE": "eu_de",
        "FR": "eu",
        "US": "us",
        "JP": None,
    }
    assert profile_for("none", country="DE") is None


def test_no_country_is_in_two_profiles() -> None:
    countries = [country for code in CODES for country in packaged(code).countries]
    assert len(countries) == len(set(countries))


def test_a_shop_can_bring_a_profile_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "profile: mine\nextends: eu\nname: {en: Ours, zh: 我们}\nversion: 3\neffective_on: 2026-01-01\n"
        "currency: EUR\ncountries: []\nrules:\n  prior_price: {days: 60, answer: warn}\n",
        "utf-8",
    )
    found = profile_for("mine.yaml", country="DE", folder=tmp_path)
    assert found is not None
    assert (found.code, found.version) == ("mine", 3)
    assert (found.rules["prior_price"].days, found.rules["prior_price"].answer) == (60, "warn")
    assert found.rules["claims"] == packaged("eu").rules["claims"]


def test_a_profile_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"mine\.yaml cannot be read"):
        profile_for("mine.yaml", country="DE", folder=tmp_path)
    (tmp_path / "mine.yaml").write_text("rules: [", "utf-8")
    with pytest.raises(InputError, match="is not YAML"):
        profile_for("mine.yaml", country="DE", folder=tmp_path)


def test_a_shops_record_tells_public_groups_goods_and_raises(tmp_path: Path) -> None:
    assert read_record(tmp_path) == Record()
    text = "public_segments: [member]\ngoods: {MILK: perishable, 7: overstock}\nraised: {TEA: harvest failed}\n"
    (tmp_path / "price-law.yaml").write_text(text, "utf-8")
    assert read_record(tmp_path) == Record(
        ("member",), {"MILK": "perishable", "7": "overstock"}, {"TEA": "harvest failed"}
    )


def test_every_mistake_in_a_record_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "price-law.yaml").write_text("good: {}\ngoods: [MILK]\npublic_segments: member\n", "utf-8")
    with pytest.raises(InputError) as told:
        read_record(tmp_path)
    assert len(told.value.problems) == 3
    assert "did you mean 'goods'" in str(told.value)
