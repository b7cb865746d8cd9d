"""What a planner wants, as one readable file: horizon, offers, limits, and what is assumed."""

from __future__ import annotations

from dealwright.plan.scenario.limits import Limits
from dealwright.plan.scenario.parts import Assumptions, Scope
from dealwright.plan.scenario.whole import Scenario

__all__ = ["Assumptions", "Limits", "Scenario", "Scope"]
