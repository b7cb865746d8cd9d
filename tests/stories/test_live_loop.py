"""The whole loop live: planned, approved, sold, stopped, reviewed and learned from, on a small shop."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import run
from dealwright import workspace
from dealwright.cli.demo_live import show_story
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.live.campaigns import open_campaigns
from dealwright.live.story import HELD_WEEKS, tell_story
from dealwright.live.story_told import Story
from dealwright.till import open_till
from known_shop import make_frames, make_panel

pytestmark = pytest.mark.xdist_group("live_loop")

SCENARIO = "{n_draws: 50, depths: [0.1, 0.2, 0.3], scope: {least_selling_weeks: 8}, limits: {budget: 600}}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve products in six categories over forty weeks, imported as a user would."""
    folder = tmp_path_factory.mktemp("shop")
    panel = make_panel(n=12, n_weeks=40, n_categories=6, base=40.0)
    run("init", folder)
    for name, frame in make_frames(panel).items():
        for column in [str(column) for column in frame if "amount" in str(column)]:
            frame = frame.assign(**{column: (frame[column] / 100).map("{:.2f}".format)})
        frame.to_csv(folder / f"{name}.csv", index=False)
        assert run("import", name, folder / f"{name}.csv", "--shop", folder).code == 0
    (folder / "scenario.yaml").write_text(SCENARIO)
    return folder


@pytest.fixture(scope="module")
def story(folder: Path) -> Story:
    with workspace.open(folder) as shop:
        return tell_story(shop, folder / "live", seed=1)


def states(story: Story, *kinds: str) -> list[str]:
    return [one.state for one in story.campaigns if one.kind in kinds]


def test_the_mistyped_campaign_is_rolled_back_by_itself_a_second_after_its_first_loss(story: Story) -> None:
    assert states(story, "typo") == ["rolled_back"]
    (stopped,) = story.stopped
    (typo,) = (one for one in story.campaigns if one.kind == "typo")
    assert stopped.campaign_id == typo.campaign_id
    assert stopped.shop_seconds == 1.0
    assert stopped.sums.margin_minor < 0
    assert stopped.sums.n_redemptions == stopped.sums.n_orders
    assert typo.sums.n_redemptions == stopped.sums.n_redemptions  # who came later paid the regular price


def test_checks_that_know_the_costs_would_have_stopped_it_before_approval(story: Story) -> None:
    assert story.stopped[0].checks == ("below_floor",)


def test_all_other_campaigns_run_to_their_end(story: Story) -> None:
    others = states(story, "announced", "own_idea")
    assert len(others) >= 2
    assert set(others) == {"ended"}


def test_the_events_tell_to_the_cent_what_the_till_asked(story: Story, folder: Path) -> None:
    replayed = story.replayed
    assert replayed.charged_minor == replayed.told_minor > 0
    assert (replayed.n_refused, replayed.n_dead) == (0, 0)
    assert 0 < replayed.n_sold < replayed.n_orders
    with open_till(f"sqlite:///{folder / 'live' / 'till.db'}") as till:
        assert till.audit() == ()


def test_every_change_is_in_a_log_that_nobody_tampered_with(story: Story, folder: Path) -> None:
    assert story.audit_is_whole
    with open_till(f"sqlite:///{folder / 'live' / 'till.db'}") as till:
        audit = open_campaigns(till).audit
        actors = [link.entry.actor for link in audit.links(subject=f"campaign/{story.stopped[0].campaign_id}")]
        assert audit.verify().is_whole
    assert actors == [
        "the planner",
        "the planner",
        "the second person",
        "the second person",
        "dealwright",
        "dealwright",
    ]


def test_every_announced_promotion_is_reviewed_with_a_range(story: Story) -> None:
    announced = {one.sku for one in story.campaigns if one.kind == "announced"}
    assert {review.sku for review in story.reviews} == announced
    for review in story.reviews:
        assert review.profit.low < review.profit.value < review.profit.high
        assert sum(part.value for part in review.parts.values()) == pytest.approx(review.profit.value)
        assert review.first == next(one.week for one in story.campaigns if one.sku == review.sku)


def test_four_weeks_are_kept_from_the_first_plan(story: Story, folder: Path) -> None:
    with workspace.open(folder) as shop:
        sales = shop.read_tables().table("sales")
        days = sales[c.SOLD_AT].date()
        last = days.max().to_pyarrow().as_py()
    assert (last - story.known_until).days == 7 * HELD_WEEKS
    assert all(week > story.known_until for week in story.weeks)


def test_what_is_believed_moves_and_the_next_plan_begins_where_the_data_end(story: Story) -> None:
    assert len(story.beliefs) == len(story.reviews)
    for belief in story.beliefs:
        assert belief.before is not None
        assert belief.after is not None
        assert belief.before.low < belief.before.high
        assert belief.before.value != belief.after.value
    assert story.next_plan.weeks[0] > story.weeks[-1]
    assert story.next_plan.profit.low <= story.next_plan.profit.value <= story.next_plan.profit.high


def test_the_story_is_told_in_both_languages_and_as_json(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    show_story(story, language="en", as_json=False)
    english = capsys.readouterr().out
    assert "rolled back" in english
    assert "do not answer" in english
    show_story(story, language="zh", as_json=False)
    assert "回滚" in capsys.readouterr().out
    show_story(story, language="en", as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["stopped"][0]["shop_seconds"] == 1.0
    assert {"value", "low", "high"} <= told["reviews"][0]["profit"].keys()


def test_a_shop_with_too_short_a_history_is_told_so(tmp_path: Path) -> None:
    panel = make_panel(n=4, n_weeks=12, n_categories=2)
    run("init", tmp_path)
    make_frames(panel)["sales"].to_csv(tmp_path / "sales.csv", index=False)
    (tmp_path / "scenario.yaml").write_text("{scope: {least_selling_weeks: 4}}\n")
    assert run("import", "sales", tmp_path / "sales.csv", "--shop", tmp_path).code == 0
    with workspace.open(tmp_path) as shop, pytest.raises(InputError, match="more than 12 weeks"):
        tell_story(shop, tmp_path / "live", seed=1)
