"""The law on prices that a shop is under, and the check of it that its campaigns must pass."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dealwright.app.campaigns.check_campaign import HouseRules
from dealwright.campaign.campaign import Campaign
from dealwright.campaign.campaign_lint import Check, Facts
from dealwright.campaign.lint import Remark
from dealwright.campaign.promotion import Language
from dealwright.core.errors import WorkspaceError
from dealwright.settings import FILE_NAME, read_settings

if TYPE_CHECKING:
    from dealwright.app.campaigns.check_compliance import PriceLaw
    from dealwright.app.ports import Tables
    from dealwright.compliance.finding import Finding

PATIENCE_SECONDS: Final = 5.0
"""How long a check waits for a workspace that another process has."""


def price_law_of(shop: Path) -> PriceLaw | None:
    """What the shop in this folder is held against; None if there is no profile for it.

    `jurisdiction` in its settings names the profile; left empty, it is that of its country. InputError with the
    nearest name if there is none such.
    """
    from dealwright.adapters.price_law import profile_for, read_record
    from dealwright.app.campaigns.check_compliance import PriceLaw

    settings = read_settings(shop)
    profile = profile_for(settings.jurisdiction, country=settings.country, folder=shop)
    if profile is None:
        return None
    record = read_record(shop)
    return PriceLaw(profile, record.public_segments, record.goods, record.raised)


def check_price_law(
    campaign: Campaign, shop: Path, facts: Facts, *, texts: tuple[str, ...] = ()
) -> tuple[Finding, ...] | None:
    """Every finding on a campaign and on `texts` shown with it; None if no profile is known for the shop."""
    from dealwright.app.campaigns.check_compliance import check_compliance

    law = price_law_of(shop)
    if law is None:
        return None
    with _tables(shop) as tables:
        return check_compliance(campaign, facts, tables=tables, law=replace(law, texts=texts))


def with_price_law(rules: HouseRules, shop: Path | None, *, language: Language = "en") -> HouseRules:
    """The rules, and the law on prices of the workspace in `shop`, if it is one and has a profile."""
    if shop is None or not (shop / FILE_NAME).exists() or price_law_of(shop) is None:
        return rules
    return replace(rules, checks=(*rules.checks, _check(shop, language)))


def _check(shop: Path, language: Language) -> Check:
    def check(campaign: Campaign, facts: Facts) -> tuple[Remark, ...]:
        from dealwright.app.campaigns.check_compliance import prices_unread, remarks

        try:
            found = check_price_law(campaign, shop, facts)
        except WorkspaceError as error:
            return (prices_unread(str(error), is_running=facts.is_running, language=language),)
        return remarks(found or (), language=language)

    return check


@contextmanager
def _tables(shop: Path) -> Iterator[Tables]:
    """The tables of the workspace; while another process has it, wait a little."""
    from dealwright.bootstrap import assemble

    patient_until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            warehouse = assemble(shop).warehouse
            break
        except WorkspaceError as error:
            if "in use" not in str(error) or time.monotonic() > patient_until:
                raise
        time.sleep(0.2)
    try:
        yield warehouse
    finally:
        warehouse.close()
