"""The value chain: figures of links, proposed shifts, goals of links, feedback."""

import random
from typing import Any

import pytest

from guantong.engine.valuechain import feedback_entries, value_chain_entries
from tests.make.acme import ORGANISATION, UNITS, changed, goal, settings
from tests.make.company import CYCLES, Row, found, snapshot


def link(name: str, cost: int, value: int, cycle: str = "2026", **cells: Any) -> Row:
    return {"cycle": cycle, "link": name, "cost": cost, "value": value, **cells}


CHANNEL: tuple[Row, ...] = (
    link("research", 2_000_000, 8_000_000),
    link("production", 3_000_000, 6_000_000),
    link("marketing", 4_000_000, 4_000_000),
    link("service", 1_000_000, 2_000_000),
)
"""A dear and weak sales channel, in minor units."""
LIVE = [row if row["link"] != "marketing" else link("marketing", 3_200_000, 5_200_000) for row in CHANNEL]
"""The year after, selling live: cost -20%, sales +30%."""


def earlier(rows: Any, cycle: str = "2025") -> list[Row]:
    return [{**row, "cycle": cycle} for row in rows]


def entries(*rows: Row, as_of: str = "2026-06-30", **tables: Any) -> dict[str, dict[str, Any]]:
    found_entries = value_chain_entries(snapshot(as_of, **tables, value_chain=rows))
    assert [one["link"] for one in found_entries] == sorted(one["link"] for one in found_entries)
    return {one.pop("link"): one for one in found_entries}


def broken(rule: str, as_of: str = "2026-06-30", setting: str = "", **tables: Any) -> dict[str, Any]:
    world = {**(settings(setting) if setting else {}), **tables}
    return {
        code: (one.severity, one.subject.type, one.evidence)
        for code, one in found(rule, as_of, **{name: rows for name, rows in world.items() if rows is not None}).items()
    }


# Figures of links


def test_a_links_index_is_its_share_of_value_over_its_share_of_cost() -> None:
    figures = entries(*CHANNEL, link("finance", 2_500_000, 0))
    assert {name: one["index"] for name, one in figures.items()} == {
        "research": 2.0,
        "production": 1.0,
        "marketing": 0.5,
        "service": 1.0,
        "finance": None,
    }
    assert shift(figures, "marketing") == ("research", 2_000_000)
    assert {one["shift"] for name, one in figures.items() if name != "marketing"} == {None}
    assert figures["finance"]["cost_ratio"] == 0.2
    assert figures["marketing"]["cost_ratio"] == pytest.approx(4 / 12.5)


def test_after_live_selling_the_weak_link_has_risen() -> None:
    index = entries(*LIVE)["marketing"]["index"]
    assert index == pytest.approx((5.2 / 21.2) / (3.2 / 9.2))
    assert 0.5 < index < 0.8


def test_without_the_sheet_or_rows_there_are_no_links() -> None:
    assert value_chain_entries(snapshot()) == []
    assert entries() == {}
    assert entries(*earlier(CHANNEL)) == {}


def test_a_link_says_what_it_states() -> None:
    row = link("service", 10, 20, cycle_days=3.0, quality=0.98)
    expected = {"cost": 10, "value": 20, "index": 1.0, "cost_ratio": 1.0, "shift": None, "shift_to": None}
    assert entries(row) == {"service": {**expected, "cycle_days": 3, "quality": 0.98, "satisfaction": None}}


@pytest.mark.parametrize(("cost", "value"), [((0, 5), (3, 4)), ((5, 5), (0, 0)), ((0, 0), (3, 4))])
def test_where_a_sum_is_nothing_there_is_no_index(cost: tuple[int, int], value: tuple[int, int]) -> None:
    figures = entries(link("research", cost[0], value[0]), link("service", cost[1], value[1]))
    assert figures["research"]["index"] is None
    assert (figures["service"]["index"] is None) == (cost[1] == 0 or value == (0, 0))
    assert figures["research"]["cost_ratio"] == (None if cost == (0, 0) else cost[0] / sum(cost))


HALF: Row = {"code": "2026-H1", "name": "H1", "kind": "half", "start": "2026-01-01", "end": "2026-06-30"}
HALVES = [{**row, "parent": "2026-H1"} if row["code"] in ("2026-Q1", "2026-Q2") else row for row in CYCLES]
HALVES.append({**HALF, "parent": "2026"})


def test_a_year_without_own_row_is_the_sum_of_its_parts_that_have_begun() -> None:
    quarters = [
        link("service", cost, cost, f"2026-Q{number}", quality=quality)
        for number, cost, quality in ((1, 1, 0.9), (2, 10, None), (3, 100, 0.5), (4, 1000, 0.1))
    ]
    at = {day: entries(*quarters, as_of=day)["service"] for day in ("2026-03-31", "2026-04-01", "2026-07-01")}
    assert {day: (one["cost"], one["quality"]) for day, one in at.items()} == {
        "2026-03-31": (1, 0.9),
        "2026-04-01": (11, 0.9),
        "2026-07-01": (111, pytest.approx(0.7)),
    }
    assert entries(*quarters, link("service", 7, 8), link("research", 5, 5, "2026-Q1"))["service"]["cost"] == 7
    assert entries(*quarters, link("service", 7, 8), link("research", 5, 5, "2026-Q1"))["research"]["cost"] == 5


def test_a_halfs_row_stands_for_those_of_its_quarters() -> None:
    rows = [link("service", 50, 1, "2026-H1"), link("service", 1, 1, "2026-Q1"), link("service", 10, 1, "2026-Q3")]
    assert entries(*rows, as_of="2026-07-01", cycles=HALVES)["service"]["cost"] == 60
    assert entries(*rows, as_of="2026-06-30", cycles=HALVES)["service"]["cost"] == 50
    assert entries(*rows[1:], as_of="2026-07-01", cycles=HALVES)["service"]["cost"] == 11


# Proposed shifts


def shift(figures: Any, name: str) -> tuple[str | None, int | None]:
    return figures[name]["shift_to"], figures[name]["shift"]


def test_a_shift_is_exact_and_rounded_half_to_even() -> None:
    # 9 - 1 x 10 / 4 = 6.5, and 10 - 1 x 11 / 2 = 4.5.
    half = [link("research", 9, 1), link("service", 1, 3)]
    assert shift(entries(*half), "research") == ("service", 6)
    odd = [link("research", 10, 1), link("service", 1, 1)]
    assert shift(entries(*odd), "research") == ("service", 4)
    huge = 10**17 + 1
    figures = entries(link("research", 2 * huge, 1), link("service", 1, 2 * huge - 1))
    assert shift(figures, "research") == ("service", 2 * huge - 1)


def test_a_shift_is_proposed_below_the_minimum_only() -> None:
    # Index 0.8: 16% of the value at 20% of the cost.
    at = [link("research", 200, 160), link("service", 800, 840)]
    assert entries(*at)["research"]["shift"] is None
    below = [link("research", 200_000, 159_999), link("service", 800_000, 840_001)]
    assert shift(entries(*below), "research") == ("service", 40_001)
    raised = entries(*at, **settings("CHAIN-INEFFICIENT.min=0.9"))
    assert shift(raised, "research") == ("service", 40)
    greedy = entries(*at, **settings("CHAIN-INEFFICIENT.min=2"))
    assert shift(greedy, "research") == ("service", 40)
    assert greedy["service"]["shift"] is None
    assert entries(*CHANNEL, **settings("CHAIN-INEFFICIENT.min=3"))["production"]["shift"] is None


def test_of_equally_strong_links_the_first_gets_the_shift() -> None:
    rows = [link("service", 100, 200), link("production", 100, 200), link("research", 100, 10)]
    assert entries(*rows)["research"]["shift_to"] == "production"


# CHAIN-INEFFICIENT

WEAK = {"shift": 2_000_000, "shift_to": "research"}


def inefficient(*rows: Row, **more: Any) -> dict[str, Any]:
    return broken("CHAIN-INEFFICIENT", value_chain=rows, **more)


@pytest.mark.rule("CHAIN-INEFFICIENT")
def test_a_weak_link_speaks_unless_it_has_risen() -> None:
    first = {"marketing": ("warning", "link", {"index": 0.5, **WEAK, "before": None})}
    assert inefficient(*CHANNEL) == first
    assert inefficient(*LIVE, *earlier(CHANNEL)) == {}
    fallen = inefficient(*CHANNEL, *earlier(LIVE))
    assert fallen["marketing"][2]["before"] == pytest.approx(0.7052, abs=1e-4)
    assert inefficient(*CHANNEL, setting="CHAIN-INEFFICIENT.mode=off") == {}
    assert inefficient() == broken("CHAIN-INEFFICIENT", value_chain=None) == {}


@pytest.mark.rule("CHAIN-INEFFICIENT")
@pytest.mark.parametrize(("before", "speaks"), [(500_000, False), (500_001, True), (499_999, False)])
def test_a_weak_link_speaks_only_where_it_is_lower_than_before(before: int, speaks: bool) -> None:
    now = [link("research", 1_000_000, 500_000), link("service", 1_000_000, 1_500_000)]
    rows = [link("research", 1_000_000, before, "2025"), link("service", 1_000_000, 2_000_000 - before, "2025")]
    assert bool(inefficient(*now, *rows)) == speaks


@pytest.mark.rule("CHAIN-INEFFICIENT")
@pytest.mark.parametrize(
    ("value", "setting", "speaks"),
    [
        (160_000, "", False),
        (159_999, "", True),
        (160_001, "", False),
        (160_000, "CHAIN-INEFFICIENT.min=0.81", True),
        (159_999, "CHAIN-INEFFICIENT.min=79%", False),
    ],
)
def test_exactly_the_minimum_is_kept(value: int, setting: str, speaks: bool) -> None:
    rows = [link("research", 200_000, value), link("service", 800_000, 1_000_000 - value)]
    assert bool(inefficient(*rows, setting=setting)) == speaks


@pytest.mark.rule("CHAIN-INEFFICIENT")
def test_without_figures_before_a_weak_link_speaks() -> None:
    without = [row for row in earlier(CHANNEL) if row["link"] != "marketing"]
    assert inefficient(*CHANNEL, *without)["marketing"][2]["before"] is None
    years = [row for row in CYCLES if row["code"] != "2025"]
    assert inefficient(*CHANNEL, cycles=years)["marketing"][2]["before"] is None
    finding = found("CHAIN-INEFFICIENT", **ORGANISATION, value_chain=CHANNEL)["marketing"]
    assert finding.owner == "BOSS"


@pytest.mark.rule("CHAIN-INEFFICIENT")
def test_a_weak_link_without_a_stronger_one_has_no_shift() -> None:
    rows = [link("research", 5, 0), link("service", 0, 1)]
    assert inefficient(*rows)["research"][2] == {"index": 0, "shift": None, "shift_to": None, "before": None}
    assert inefficient(link("finance", 5, 0), link("technology", 1, 9)) == {}


@pytest.mark.rule("CHAIN-INEFFICIENT")
def test_the_order_of_rows_changes_nothing() -> None:
    rows = [*CHANNEL, *earlier(LIVE), *earlier(LIVE, "2026-Q1")]
    expected = inefficient(*rows)
    assert expected
    assert inefficient(*random.Random(3).sample(rows, len(rows))) == expected


# CHAIN-LINK-GOAL

CARRIED = changed(UNITS, "D1", chain_link="production")


def aimless(*goals: Row, units: Any = CARRIED, **more: Any) -> Any:
    return broken("CHAIN-LINK-GOAL", **{**ORGANISATION, "units": units, "goals": goals, **more})


@pytest.mark.rule("CHAIN-LINK-GOAL")
@pytest.mark.parametrize(
    ("unit", "cells", "served"),
    [
        ("D1", {}, True),
        ("D1", {"status": "closed"}, True),
        ("D1", {"status": "draft"}, False),
        ("D1", {"chain_link": "marketing"}, False),
        ("D1", {"chain_link": None}, False),
        ("D2", {}, True),
        ("HQ", {"personal": True}, True),
        ("D1", {"cycle": "2025"}, False),
        ("D1", {"cycle": "2026-Q3"}, True),
        ("D1", {"cycle": "2026-28"}, True),
    ],
)
def test_a_link_that_a_unit_carries_has_a_goal(unit: str, cells: dict[str, Any], served: bool) -> None:
    expected = {} if served else {"production": ("error", "link", {})}
    assert aimless(goal("G", unit, **{"chain_link": "production", **cells})) == expected


@pytest.mark.rule("CHAIN-LINK-GOAL")
def test_without_goals_every_carried_link_speaks_once() -> None:
    units = changed(changed(CARRIED, "T1", chain_link="production"), "D2", chain_link="finance")
    assert list(aimless(units=units)) == ["finance", "production"]
    assert aimless(units=UNITS) == {}
    assert aimless(units=units, setting="CHAIN-LINK-GOAL.mode=off") == {}
    assert broken("CHAIN-LINK-GOAL", **{**ORGANISATION, "units": units}) == {}
    assert broken("CHAIN-LINK-GOAL", goals=[]) == broken("CHAIN-LINK-GOAL", units=[], goals=[]) == {}
    assert found("CHAIN-LINK-GOAL", **{**ORGANISATION, "units": units, "goals": []})["finance"].owner == "BOSS"


# CHAIN-HANDOVER


def handover(*goals: Row, **more: Any) -> dict[str, Any]:
    return broken("CHAIN-HANDOVER", **{**ORGANISATION, "units": CARRIED, "goals": goals, **more})


@pytest.mark.rule("CHAIN-HANDOVER")
@pytest.mark.parametrize(
    ("cells", "speaks"),
    [
        ({}, True),
        ({"supports_link": "production"}, True),
        ({"supports_link": "marketing"}, False),
        ({"chain_link": None}, False),
        ({"chain_link": None, "supports_link": "marketing"}, False),
        ({"personal": True}, False),
        ({"stretch": True}, False),
        ({"status": "draft"}, False),
        ({"status": "closed"}, True),
        ({"status": "published"}, True),
        ({"cycle": "2025"}, False),
        ({"cycle": "2026-Q3"}, True),
        ({"cycle": "2026-28"}, False),
        ({"horizon": True}, False),
    ],
)
def test_a_links_goal_names_another_link_that_it_supports(cells: dict[str, Any], speaks: bool) -> None:
    expected = {"G": ("warning", "goal", {"link": "production"})} if speaks else {}
    row = goal("G", "D1", **{"chain_link": "production", **cells})
    assert handover(row) == expected
    assert handover(row, setting="CHAIN-HANDOVER.mode=off") == {}


@pytest.mark.rule("CHAIN-HANDOVER")
def test_goals_of_support_links_name_whom_they_support_too() -> None:
    rows = [goal("G1", chain_link="finance"), goal("G2", chain_link="finance", supports_link="research")]
    assert handover(*rows) == {"G1": ("warning", "goal", {"link": "finance"})}
    assert handover() == handover(goals=None) == {}


# Feedback


def feedback(code: str, received: str, decision: str | None = None, **cells: Any) -> Row:
    return {"code": code, "received": received, "text": "Battery does not last", "decision": decision, **cells}


@pytest.mark.rule("CHAIN-FEEDBACK-OPEN")
@pytest.mark.parametrize(
    ("received", "decision", "days"),
    [
        ("2026-05-31", None, None),
        ("2026-05-30", None, 31),
        ("2026-05-30", "open", 31),
        ("2026-05-30", "accepted", None),
        ("2026-05-30", "declined", None),
        ("2025-06-30", None, 365),
        ("2026-07-01", None, None),
    ],
)
def test_feedback_is_decided_within_the_days(received: str, decision: str | None, days: int | None) -> None:
    rows = [feedback("F1", received, decision, unit="D2")]
    expected = {} if days is None else {"F1": ("warning", "feedback", {"days": days})}
    assert broken("CHAIN-FEEDBACK-OPEN", **ORGANISATION, feedback=rows) == expected
    if days == 31:
        assert broken("CHAIN-FEEDBACK-OPEN", **ORGANISATION, feedback=rows, setting="CHAIN-FEEDBACK-OPEN.days=31") == {}
        assert (
            broken("CHAIN-FEEDBACK-OPEN", **ORGANISATION, feedback=rows, setting="CHAIN-FEEDBACK-OPEN.mode=off") == {}
        )
        assert found("CHAIN-FEEDBACK-OPEN", **ORGANISATION, feedback=rows)["F1"].owner == "EVE"


@pytest.mark.rule("CHAIN-FEEDBACK-UNUSED")
@pytest.mark.parametrize(
    ("received", "decision", "aim", "speaks"),
    [
        ("2026-06-30", "accepted", None, True),
        ("2025-06-30", "accepted", None, True),
        ("2026-07-01", "accepted", None, False),
        ("2026-06-30", "accepted", "G", False),
        ("2026-06-30", "declined", None, False),
        ("2026-06-30", "open", None, False),
        ("2026-06-30", None, None, False),
    ],
)
def test_accepted_feedback_leads_to_a_goal(received: str, decision: str | None, aim: str | None, speaks: bool) -> None:
    tables = {**ORGANISATION, "goals": [goal("G")], "feedback": [feedback("F1", received, decision, goal=aim)]}
    assert broken("CHAIN-FEEDBACK-UNUSED", **tables) == ({"F1": ("warning", "feedback", {})} if speaks else {})
    assert broken("CHAIN-FEEDBACK-UNUSED", **tables, setting="CHAIN-FEEDBACK-UNUSED.mode=off") == {}


@pytest.mark.rule("CHAIN-FEEDBACK-OPEN", "CHAIN-FEEDBACK-UNUSED")
def test_without_the_sheet_or_rows_feedback_is_silent() -> None:
    for rule in ("CHAIN-FEEDBACK-OPEN", "CHAIN-FEEDBACK-UNUSED"):
        assert broken(rule) == broken(rule, feedback=[]) == {}
    assert feedback_entries(snapshot()) is None
    assert feedback_entries(snapshot(feedback=[])) == {"open": 0, "closed_rate": None, "days": None}


def test_figures_of_feedback_are_those_of_the_year() -> None:
    rows = [
        feedback("F1", "2026-01-01", "accepted", answered="2026-01-11"),
        feedback("F2", "2026-06-30", "declined", answered="2026-06-30"),
        feedback("F3", "2026-06-01", "accepted", answered="2026-07-01"),
        feedback("F4", "2026-06-01", "open"),
        feedback("F5", "2025-12-31", answered="2026-06-30"),
        feedback("F6", "2026-07-01"),
        feedback("F7", "2025-12-31", "accepted"),
    ]
    assert feedback_entries(snapshot(feedback=rows)) == {"open": 2, "closed_rate": 0.5, "days": 5}
    assert feedback_entries(snapshot("2026-07-01", feedback=rows)) == {
        "open": 3,
        "closed_rate": 0.6,
        "days": pytest.approx(40 / 3),
    }


def test_feedback_after_the_end_of_the_checked_year_is_not_of_it() -> None:
    rows = [feedback("F1", "2026-12-31"), feedback("F2", "2027-01-01")]
    assert feedback_entries(snapshot("2027-02-01", feedback=rows)) == {"open": 1, "closed_rate": 0, "days": None}
