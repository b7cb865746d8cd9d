"""What kind of shop this is: the settings in `dealwright.toml`."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import holidays
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from dealwright.core.errors import DealwrightError, InputError
from dealwright.core.money import exponent
from dealwright.data.mapping import is_time_zone

FILE_NAME = "dealwright.toml"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def _currency(code: str) -> str:
    try:
        exponent(code)
    except DealwrightError as error:
        raise ValueError(str(error)) from None
    return code


def _time_zone(name: str) -> str:
    if not is_time_zone(name):
        raise ValueError(f"{name!r} is not an IANA time zone; give one like 'Europe/Berlin' or 'Asia/Shanghai'")
    return name


def _country(code: str) -> str:
    if code not in holidays.list_supported_countries():
        raise ValueError(
            f"{code!r} is not a country whose holidays are known; give an ISO 3166 code like 'DE' or 'CN'"
        )
    return code


class ShopSettings(BaseModel):
    """Currency (ISO 4217), time zone (IANA), country (ISO 3166, for holidays), first day of the week, language of
    reports, whose data it is (`credit`), and the law on prices (`jurisdiction`: a profile's name, "none", or "" for
    that of the country).

    >>> ShopSettings(currency="CNY", time_zone="Asia/Shanghai", country="CN", language="zh").first_weekday_number
    0
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: Annotated[str, AfterValidator(_currency)] = "EUR"
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    country: Annotated[str, AfterValidator(_country)] = "DE"
    first_weekday: Weekday = "monday"
    language: Literal["en", "zh"] = "en"
    credit: str = ""
    jurisdiction: str = ""

    @property
    def first_weekday_number(self) -> int:
        """The first day of the week, counted from Monday = 0."""
        return WEEKDAYS.index(self.first_weekday)


def shop_settings(**given: Any) -> ShopSettings:
    """The settings; InputError listing every mistake.

    >>> shop_settings(currency="Euro", language="en")
    Traceback (most recent call last):
    dealwright.core.errors.InputError: currency: currency 'Euro' is not an ISO 4217 code ...
    """
    try:
        return ShopSettings(**given)
    except ValidationError as error:
        raise InputError(*(_mistake(detail) for detail in error.errors())) from None


def read_settings(folder: Path) -> ShopSettings:
    """The settings of the workspace in this folder; the defaults if it has no settings file."""
    path = folder / FILE_NAME
    if not path.exists():
        return ShopSettings()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f'{path} is not TOML ({error}); each line reads like: currency = "EUR"') from None
    try:
        return shop_settings(**given)
    except InputError as error:
        raise InputError(*(f"{path.name}: {problem}" for problem in error.problems)) from None


def write_settings(folder: Path, settings: ShopSettings) -> Path:
    """Write the settings file of the workspace in this folder; where it is."""
    path = folder / FILE_NAME
    path.write_text(
        _TEMPLATE.format(
            **settings.model_dump(exclude={"credit", "jurisdiction"}),
            credit=json.dumps(settings.credit, ensure_ascii=False),
            jurisdiction=json.dumps(settings.jurisdiction, ensure_ascii=False),
        ),
        encoding="utf-8",
    )
    return path


_TEMPLATE = """\
# What kind of shop this is.
currency = "{currency}"            # ISO 4217; all amounts are in it
time_zone = "{time_zone}"          # IANA; days begin and end by its clock
country = "{country}"              # ISO 3166; whose holidays count
first_weekday = "{first_weekday}"  # weeks start on this day
language = "{language}"            # of reports: en or zh
credit = {credit}                  # whose data this is, if reports must say so
jurisdiction = {jurisdiction}            # law on prices: cn, eu, eu_de, us, none or a file; empty: by country
"""


def _mistake(detail: Any) -> str:
    name = str(detail["loc"][0])
    match detail["type"]:
        case "extra_forbidden":
            return str(InputError.unknown("setting", name, ShopSettings.model_fields))
        case "literal_error":
            return f"{name}: {detail['input']!r} is not allowed; give {detail['ctx']['expected']}"
        case "value_error":
            return f"{name}: {detail['ctx']['error']}"
        case _:
            return f"{name}: {detail['input']!r} is not text; write it in quotation marks"
