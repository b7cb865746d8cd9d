"""What a shop's settings may say."""

from pathlib import Path

import pytest

from dealwright.core.errors import InputError
from dealwright.settings import ShopSettings, read_settings, shop_settings, write_settings


def test_settings_are_read_as_they_were_written(tmp_path: Path) -> None:
    given = shop_settings(
        currency="CNY", time_zone="Asia/Shanghai", country="CN", first_weekday="sunday", language="zh"
    )
    assert write_settings(tmp_path, given) == tmp_path / "dealwright.toml"
    assert read_settings(tmp_path) == given
    assert given.first_weekday_number == 6


def test_a_folder_without_settings_has_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == ShopSettings()


def test_all_mistakes_in_the_settings_are_told_at_once(tmp_path: Path) -> None:
    lines = ('currency = "euro"', 'time_zone = "Berlin"', 'country = "XX"', 'first_weekday = "domingo"')
    text = "\n".join((*lines, "language = 3", 'langage = "zh"'))
    (tmp_path / "dealwright.toml").write_text(text)
    with pytest.raises(InputError) as refusal:
        read_settings(tmp_path)
    assert [problem.removeprefix("dealwright.toml: ") for problem in refusal.value.problems] == [
        "currency: currency 'euro' is not an ISO 4217 code like 'EUR'",
        "time_zone: 'Berlin' is not an IANA time zone; give one like 'Europe/Berlin' or 'Asia/Shanghai'",
        "country: 'XX' is not a country whose holidays are known; give an ISO 3166 code like 'DE' or 'CN'",
        "first_weekday: 'domingo' is not allowed; give 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', "
        "'saturday' or 'sunday'",
        "language: 3 is not allowed; give 'en' or 'zh'",
        "no setting is called 'langage'; did you mean 'language'? "
        "Allowed: country, credit, currency, first_weekday, jurisdiction, language, time_zone",
    ]


def test_a_settings_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dealwright.toml").write_text("currency: EUR\n")
    with pytest.raises(InputError, match=r'is not TOML .* each line reads like: currency = "EUR"'):
        read_settings(tmp_path)
