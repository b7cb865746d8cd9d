"""Rules of baskets: counts by hand, against all subsets, and against chance."""

from __future__ import annotations

from itertools import combinations
from math import comb, inf

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.core.errors import InputError
from dealwright.customer.association import (
    Baskets,
    FrequentSets,
    count_baskets,
    frequent_pairs,
    held_items,
    mine,
    rules_of,
)


def baskets_of(*contents: str) -> Baskets:
    """One basket per word, one item per letter."""
    rows = [(k, letter) for k, word in enumerate(contents) for letter in sorted(set(word))]
    return Baskets.of(pd.DataFrame(rows, columns=["basket", "item"]), n=len(contents))


def rule(rules: pd.DataFrame, antecedent: str, consequent: str) -> dict[str, float]:
    """The figures of one rule, items named by letters."""
    for row in rules.to_dict("records"):
        if (row["antecedent"], row["consequent"]) == (tuple(antecedent), tuple(consequent)):
            return {str(name): float(row[name]) for name in row if name not in ("antecedent", "consequent")}
    raise AssertionError(f"no rule {antecedent} -> {consequent}")


def named(sets: FrequentSets) -> dict[str, int]:
    return {"".join(sets.items[k] for k in items): count for items, count in sets.counts.items()}


FIVE = ("bm", "bm", "bme", "b", "e")  # bread, milk, eggs


def test_sets_are_counted_as_by_hand() -> None:
    assert named(mine(baskets_of(*FIVE), least=1)) == {
        "b": 4,
        "m": 3,
        "e": 2,
        "bm": 3,
        "be": 1,
        "em": 1,
        "bem": 1,
    }
    assert named(mine(baskets_of(*FIVE), least=3)) == {"b": 4, "m": 3, "bm": 3}


def test_a_rule_has_the_figures_of_the_textbook() -> None:
    rules = rules_of(mine(baskets_of(*FIVE), least=3))
    milk = rule(rules, "b", "m")
    assert (milk["n_baskets"], milk["support"], milk["confidence"]) == (3, 3 / 5, 3 / 4)
    assert milk["lift"] == pytest.approx((3 / 4) / (3 / 5))
    assert milk["conviction"] == pytest.approx((1 - 3 / 5) / (1 - 3 / 4))
    # Of the C(5, 3) places milk's three baskets can take, C(4, 3) lie within the four with bread.
    assert milk["p_value"] == pytest.approx(comb(4, 3) / comb(5, 3))
    assert rule(rules, "m", "b")["conviction"] == inf
    assert rule(rules, "m", "b")["improvement"] == pytest.approx(1 - 4 / 5)


@given(st.lists(st.text("abcdef", max_size=6), min_size=1, max_size=70), st.integers(1, 4))
def test_no_set_is_missed_or_miscounted(contents: list[str], least: int) -> None:
    least = min(least, len(contents))
    letters = "abcdef"
    everything = {
        "".join(part): sum(set(part) <= set(word) for word in contents)
        for size in range(1, 6)
        for part in combinations(letters, size)
    }
    found = named(mine(baskets_of(*contents), least=least))
    assert found == {name: count for name, count in everything.items() if count >= least}


def test_items_that_have_nothing_to_do_with_each_other_give_no_rules() -> None:
    rng = np.random.default_rng(7)
    held = rng.random((2_000, 20)) < 0.2
    rows = pd.DataFrame(np.argwhere(held), columns=["basket", "item"])
    rows["item"] = rows["item"].map("i{:02d}".format)
    rules = rules_of(mine(Baskets.of(rows, n=2_000), least=20, most_items=2))
    assert len(rules) == 20 * 19
    assert not rules["is_significant"].any()
    assert ((rules["lift_low"] <= 1.0) & (rules["lift_high"] >= 1.0)).mean() == pytest.approx(0.9, abs=0.05)


def test_a_rule_that_only_repeats_a_simpler_one_improves_nothing() -> None:
    # Jam follows bread whatever else is bought.
    contents = ["bj"] * 30 + ["bjx"] * 10 + ["x"] * 40 + ["bx"] * 5 + ["b"] * 15
    rules = rules_of(mine(baskets_of(*contents), least=1))
    assert rule(rules, "b", "j")["improvement"] == pytest.approx(40 / 60 - 40 / 100)
    assert rule(rules, "bx", "j")["improvement"] == pytest.approx(10 / 15 - 40 / 60)


def test_tables_give_the_same_pairs_in_sql_and_in_memory() -> None:
    lines = ibis.memtable(
        pd.DataFrame(
            {
                "order_id": ["1", "1", "1", "2", "2", "3", "3", None, "4"],
                "sku": ["b", "m", "m", "b", "m", "b", "e", "b", "m"],
                "quantity": [1, 1, 2, 1, 1, 1, 1, 1, -1],
            }
        )
    )
    held = held_items(lines, of="sku", least=2)
    assert count_baskets(lines).execute().iloc[0, 0] == 3
    pairs = frequent_pairs(held, least=2).execute()
    assert pairs.to_numpy().tolist() == [["b", "m", 2]]
    sets = mine(Baskets.of(held.select("basket", "item").execute(), n=3), least=2)
    assert named(sets) == {"b": 3, "m": 2, "bm": 2}


def test_no_baskets_give_no_rules_and_a_limit_out_of_range_is_refused() -> None:
    empty = Baskets.of(pd.DataFrame({"basket": [], "item": []}), n=5)
    assert rules_of(mine(empty, least=1)).empty
    with pytest.raises(InputError, match="1 to 5 baskets"):
        mine(empty, least=0)
