"""Campaigns of a shop's plan, with what the plan expects of them."""

from __future__ import annotations

from pathlib import Path

from dealwright.adapters.approved import read_approved
from dealwright.adapters.results import read_summary
from dealwright.app.campaigns.draft_from_plan import Drafts, draft_from_plan
from dealwright.campaign.promotion import Language
from dealwright.settings import read_settings
from dealwright.workspace.plans import PLAN_FOLDER


def drafts_of(shop: Path, *, approved: Path | None = None, owner: str = "", language: Language = "en") -> Drafts:
    """Campaigns for the promotions of the workspace's latest plan that are in `approved`; without it, for all.

    `approved` is the folder of a plan, or its plan.csv, plan.parquet or summary.json. InputError if it cannot be
    read, WorkspaceError if there is no plan.
    """
    settings, folder = read_settings(shop), shop / PLAN_FOLDER
    summary = read_summary(folder)
    plan = read_approved(approved or folder, currency=settings.currency)
    return draft_from_plan(summary, plan.promotions, zone=settings.time_zone, owner=owner, language=language)
