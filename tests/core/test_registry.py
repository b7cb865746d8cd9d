"""A name stands for one implementation, and a wrong name is answered with the nearest right one."""

from __future__ import annotations

import pytest

from dealwright.core.errors import InputError
from dealwright.core.registry import Registry


def a_registry() -> Registry[list[str]]:
    return Registry[list[str]]("solver", {"milp": lambda: ["milp"], "greedy": lambda: ["greedy"]})


def test_every_make_gives_a_new_thing() -> None:
    solvers = a_registry()
    assert solvers.make("greedy") == solvers.make("greedy")
    assert solvers.make("greedy") is not solvers.make("greedy")


def test_the_names_come_in_order_of_the_alphabet() -> None:
    assert list(a_registry()) == ["greedy", "milp"]


def test_what_was_added_can_be_made() -> None:
    solvers = a_registry()
    solvers.add("random", lambda: ["random"])
    assert solvers.make("random") == ["random"]


def test_a_name_can_be_taken_once() -> None:
    solvers = a_registry()
    with pytest.raises(InputError, match="a solver called 'milp' is registered already"):
        solvers.add("milp", lambda: ["another"])
    assert solvers.make("milp") == ["milp"]


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"no solver is called 'greddy'; did you mean 'greedy'\?"):
        a_registry().make("greddy")


def test_a_registry_does_not_share_the_table_it_was_given() -> None:
    factories = {"milp": lambda: ["milp"]}
    Registry[list[str]]("solver", factories).add("greedy", lambda: ["greedy"])
    assert list(factories) == ["milp"]
