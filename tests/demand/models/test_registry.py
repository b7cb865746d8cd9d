"""Every built-in model keeps the promises of the protocol."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from dealwright.core.errors import InputError
from dealwright.demand.models.recurrent import Recurrent
from dealwright.demand.models.registry import demand_models
from dealwright.testing.check_demand_model import check_demand_model

HEAVY = {"sklearn", "lightgbm", "statsforecast", "jax", "optax"}


@pytest.mark.parametrize("name", list(demand_models()))
def test_the_model_keeps_its_promises(name: str) -> None:
    model = demand_models().make(name)
    assert model.name == name
    # Promises do not depend on how long a network is trained.
    check_demand_model(replace(model, n_steps=40) if isinstance(model, Recurrent) else model)


def test_a_model_that_does_not_exist_is_refused_with_the_nearest_that_does() -> None:
    with pytest.raises(InputError, match="no demand model is called 'mean5'; did you mean 'mean"):
        demand_models().make("mean5")


def test_listing_the_models_loads_no_library() -> None:
    code = (
        "import sys; from dealwright.demand.models.registry import demand_models; list(demand_models());"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == set()
