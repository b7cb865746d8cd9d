"""The lifetime models there are, by name."""

from __future__ import annotations

from dealwright.core.registry import Registry
from dealwright.customer.lifetime.beta_geometric import BetaGeometric
from dealwright.customer.lifetime.model import LifetimeModel
from dealwright.customer.lifetime.pareto_nbd import ParetoNbd


def lifetime_models() -> Registry[LifetimeModel]:
    """A registry with the models that come with dealwright; add your own to it.

    >>> list(lifetime_models())
    ['bg_nbd', 'mbg_nbd', 'pareto_nbd']
    """
    return Registry(
        "lifetime model",
        {
            "bg_nbd": lambda: BetaGeometric("bg_nbd", leaves_at_first=False),
            "mbg_nbd": lambda: BetaGeometric("mbg_nbd", leaves_at_first=True),
            "pareto_nbd": ParetoNbd,
        },
    )
