"""Promotion calendars of many items under shared limits, solved with a proof (pure arrays: `solve_calendar`)."""

from __future__ import annotations

from dealwright.plan.calendar.answer import CalendarAnswer
from dealwright.plan.calendar.problem import CalendarProblem, CouplingRows, ExtraColumns, ItemRules, Past
from dealwright.plan.calendar.solve import solve_calendar, solve_linearised

__all__ = [
    "CalendarAnswer",
    "CalendarProblem",
    "CouplingRows",
    "ExtraColumns",
    "ItemRules",
    "Past",
    "solve_calendar",
    "solve_linearised",
]
