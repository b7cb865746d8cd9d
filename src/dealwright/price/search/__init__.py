"""Searches over price ladders for objectives that no formula solves, by name."""

from __future__ import annotations

from dealwright.core.registry import Registry
from dealwright.price.search.annealing import Annealing
from dealwright.price.search.climbing import Climbing
from dealwright.price.search.exhaustive import Exhaustive
from dealwright.price.search.population import Genetic, Swarm
from dealwright.price.search.protocol import BlackBox, Found, Search

SEARCHES: Registry[Search] = Registry(
    "price search",
    {
        "annealing": Annealing,
        "climbing": Climbing,
        "exhaustive": Exhaustive,
        "genetic": Genetic,
        "swarm": Swarm,
    },
)

__all__ = ["SEARCHES", "Annealing", "BlackBox", "Climbing", "Exhaustive", "Found", "Genetic", "Search", "Swarm"]
