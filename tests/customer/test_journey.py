"""Journeys: chains solved by hand, events counted by hand, and a shop whose chances are known."""

from __future__ import annotations

from datetime import datetime, timedelta

import ibis
import numpy as np
import pandas as pd
import pytest

from dealwright.core.errors import InputError
from dealwright.core.rng import stream
from dealwright.customer.chain import Chain, drawn
from dealwright.customer.journey import Ways, follow, ways_of_events

HALF = Chain(np.array([[0.0, 0.5], [0.0, 0.0]]), np.array([[0.0, 0.5], [0.4, 0.6]]))


def test_a_chain_of_two_states_is_solved_by_hand() -> None:
    # Half of the viewers leave, half fill a cart; 40 % of carts are bought.
    assert HALF.chances.tolist() == [[0.2, 0.8], [0.4, 0.6]]
    assert HALF.steps.tolist() == [1.5, 1.0]
    assert HALF.worth(np.zeros(2), np.array([1000.0, 0.0])).tolist() == [200.0, 400.0]


def test_the_gambler_with_one_coin_of_three_is_ruined_two_times_in_three() -> None:
    fair = Chain(np.array([[0.0, 0.5], [0.5, 0.0]]), np.array([[0.5, 0.0], [0.0, 0.5]]))
    assert fair.chances[0] == pytest.approx([2 / 3, 1 / 3])
    assert fair.steps == pytest.approx([2.0, 2.0])


def test_without_a_state_only_the_ways_around_it_reach_the_goal() -> None:
    around = Chain(np.array([[0.0, 0.5], [0.0, 0.0]]), np.array([[0.1, 0.4], [0.4, 0.6]]))
    assert around.chances[0, 0] == pytest.approx(0.1 + 0.5 * 0.4)
    assert around.without(1, lost_to=1).chances[0, 0] == pytest.approx(0.1)


def events(*rows: tuple[str, int, str]) -> ibis.Table:
    """Customer, minute, kind."""
    start = datetime(2030, 1, 1)
    frame = pd.DataFrame(rows, columns=["customer_id", "minute", "kind"])
    frame["happened_at"] = [start + timedelta(minutes=int(minute)) for minute in frame.pop("minute")]
    return ibis.memtable(frame)


def counted(table: ibis.Table) -> dict[tuple[str, str], int]:
    return {(row.state, row.next): row.times for row in table.execute().itertuples()}


def test_journeys_end_with_a_goal_or_a_pause_and_start_anew() -> None:
    seen = events(
        ("a", 0, "view"),
        ("a", 5, "cart"),
        ("a", 6, "buy"),
        ("a", 7, "view"),  # a new journey: nothing follows within the pause
        ("b", 0, "view"),
        ("b", 40, "view"),  # a new journey after a pause
        ("b", 41, "buy"),
        ("c", 2000, "view"),  # the table ends here: nobody knows what follows
    )
    assert counted(ways_of_events(seen, goals={"buy"})) == {
        ("start", "view"): 5,
        ("view", "cart"): 1,
        ("cart", "buy"): 1,
        ("view", "drop-off"): 2,
        ("view", "buy"): 1,
    }


def test_what_becomes_of_customers_is_told_state_by_state() -> None:
    counts = {
        ("start", "view"): 100,
        ("view", "cart"): 50,
        ("view", "drop-off"): 50,
        ("cart", "buy"): 20,
        ("cart", "drop-off"): 30,
    }
    rows = pd.DataFrame([(*way, times) for way, times in counts.items()], columns=["state", "next", "times"])
    ways = Ways.of(rows, ends=("buy", "drop-off"))
    assert ways.states == ("start", "cart", "view")
    told = follow(ways, end_minor=(1000.0, 0.0), rng=stream(1, "test"))
    assert told["chance"].tolist() == pytest.approx([0.2, 0.4, 0.2])
    assert told["steps"].tolist() == pytest.approx([2.5, 1.0, 1.5])
    assert told["worth"].tolist() == pytest.approx([200.0, 400.0, 200.0])
    assert told["drop_off"].tolist() == pytest.approx([0.0, 0.6, 0.5])
    assert told["removal"].tolist() == pytest.approx([1.0, 1.0, 1.0])
    assert (told["chance_low"] < told["chance"]).all()
    assert (told["chance_high"] > told["chance"]).all()


def test_intervals_of_the_chance_to_buy_hold_the_truth_as_often_as_they_say() -> None:
    truth = np.array([[0.0, 0.5, 0.1, 0.4], [0.2, 0.0, 0.3, 0.5]])
    chance = Chain(truth[:, :2], truth[:, 2:]).chances[0, 0]
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(300):
        counts = np.stack([rng.multinomial(120, row) for row in truth])
        low, high = np.quantile(drawn(counts, 400, rng).chances[:, 0, 0], [0.05, 0.95])
        held += int(low <= chance <= high)
    assert 0.85 <= held / 300 <= 0.95


def test_a_state_that_nobody_ever_leaves_for_an_end_is_named() -> None:
    rows = pd.DataFrame(
        [("start", "view", 3), ("view", "view", 3), ("start", "buy", 1)], columns=["state", "next", "times"]
    )
    with pytest.raises(InputError, match="from view no journey ever ended"):
        follow(Ways.of(rows, ends=("buy", "drop-off")), end_minor=(1.0, 0.0), rng=stream(1, "test"))
    none = Ways.of(rows.head(0), ends=("buy", "drop-off"))
    with pytest.raises(InputError, match="no journey to follow"):
        follow(none, end_minor=(1.0, 0.0), rng=stream(1, "test"))
