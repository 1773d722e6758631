"""GOAL-*: every goal supports one above it, every person owns one."""

from typing import Any

import pytest

from guantong.engine.cascade import steps_hold
from tests.make.acme import ORGANISATION, PEOPLE, UNITS, YEAR, changed, goal, personal, settings
from tests.make.company import CYCLES, Row, found, snapshot

PRIORITIES = [{"code": "P1", "name": "One", "cycle": "2026"}]
PLAN = [
    {"code": "V", "element": "intent", "text": "Lead"},
    {"code": "K", "element": "key_task", "text": "Do", "priority": "P1"},
]


def long(**cells: Any) -> Row:
    """Return a mid/long-term goal that starts with 2026."""
    return goal("G", cycle="2026-28", **{"start": "2026-01-01", **cells})


# GOAL-HORIZON


@pytest.mark.rule("GOAL-HORIZON")
@pytest.mark.parametrize(
    ("start", "due", "years"),
    [
        ("2026-01-01", "2028-12-31", None),
        ("2026-01-01", "2028-11-30", None),  # 3 years less 31 days
        ("2026-01-01", "2028-11-29", 2.913),
        ("2026-01-01", "2030-12-31", None),
        ("2026-01-01", "2031-01-31", None),  # 5 years and 31 days
        ("2026-01-01", "2031-02-01", 5.087),
        ("2024-02-29", "2027-01-27", None),
        ("2024-02-29", "2027-01-26", 2.910),
        (None, None, None),  # the cycle's dates
        ("2027-06-01", None, 1.588),
    ],
)
def test_a_horizon_goal_spans_3_to_5_years(start: str | None, due: str | None, years: float | None) -> None:
    findings = found("GOAL-HORIZON", **ORGANISATION, goals=[long(start=start, due=due)])
    assert set(findings) == ({"G"} if years else set())
    if years:
        assert findings["G"].severity == "warning"
        assert findings["G"].evidence["years"] == pytest.approx(years, abs=5e-4)


@pytest.mark.rule("GOAL-HORIZON")
@pytest.mark.parametrize(
    ("setting", "due", "speaks"),
    [
        ("GOAL-HORIZON.min_years=2", "2027-11-30", False),
        ("GOAL-HORIZON.min_years=2", "2027-11-29", True),
        ("GOAL-HORIZON.min_years=2.5", "2028-05-31", False),
        ("GOAL-HORIZON.min_years=2.5", "2028-05-29", True),
        ("GOAL-HORIZON.max_years=3", "2029-01-31", False),
        ("GOAL-HORIZON.max_years=3", "2029-02-01", True),
    ],
)
def test_the_span_of_horizon_goals_is_a_setting(setting: str, due: str, speaks: bool) -> None:
    assert bool(found("GOAL-HORIZON", **ORGANISATION, goals=[long(due=due)], **settings(setting))) == speaks


@pytest.mark.rule("GOAL-HORIZON")
@pytest.mark.parametrize(
    ("cells", "found_on"),
    [
        ({"cycle": "2026"}, {"ACME"}),
        ({"cycle": "2026-28", "horizon": False}, {"ACME"}),
        ({"cycle": "2026-28", "status": "draft"}, {"ACME"}),
        ({"cycle": "2026-28"}, set()),
        ({"cycle": "2026-28", "status": "closed"}, set()),
        ({"cycle": "2026-28", "status": "closed", "due": "2026-12-31"}, set()),
        ({"cycle": "2026", "horizon": True, "due": "2028-12-31"}, set()),
        ({"cycle": "2026", "horizon": True}, {"G"}),
    ],
)
def test_there_is_at_least_one_horizon_goal(cells: dict[str, Any], found_on: set[str]) -> None:
    findings = found("GOAL-HORIZON", **ORGANISATION, goals=[goal("G", **cells)])
    assert set(findings) == found_on
    if found_on == {"ACME"}:
        assert (findings["ACME"].severity, findings["ACME"].subject.type) == ("error", "company")


# GOAL-FOCUS


@pytest.mark.rule("GOAL-FOCUS")
@pytest.mark.parametrize(
    ("count", "lines", "severity"),
    [
        (0, (), "error"),
        (1, (), None),
        (7, (), None),
        (8, (), "advice"),
        (8, ("GOAL-FOCUS.max=8",), None),
        (3, ("GOAL-FOCUS.max=2",), "advice"),
    ],
)
def test_a_year_has_1_to_7_priorities(count: int, lines: tuple[str, ...], severity: str | None) -> None:
    priorities = [{"code": f"P{rank}", "name": "P", "cycle": "2026-Q2" if rank else "2026"} for rank in range(count)]
    priorities += [{"code": "OLD", "name": "P", "cycle": "2025"}, {"code": "LONG", "name": "P", "cycle": "2026-28"}]
    findings = found("GOAL-FOCUS", **ORGANISATION, priorities=priorities, **settings(*lines))
    assert [(f.severity, f.evidence) for f in findings.values()] == (
        [(severity, {"priorities": count})] if severity else []
    )


# GOAL-ORPHAN, GOAL-PRIORITY


@pytest.mark.rule("GOAL-ORPHAN")
@pytest.mark.parametrize(
    ("row", "orphan"),
    [
        (goal("G", "D1"), True),
        (goal("G", "D1", parent="TOP"), False),
        (goal("G", "D1", parent="DRAFT"), True),
        (goal("G", "HQ"), False),
        (goal("G", "HQ", personal=True, owner="BOSS"), True),  # settled reading 9
        (goal("G", "HQ", personal=True, owner="BOSS", parent="TOP"), False),
        (goal("G", "D1", stretch=True), False),
        (goal("G", "D1", status="closed"), False),
        (goal("G", "D1", status="draft"), False),
        (goal("G", "D1", exempt=True), True),
        (goal("G", "D1", cycle="2026-Q2"), True),
        (goal("G", "D1", cycle="2025"), False),
    ],
)
def test_a_contract_goal_below_company_level_has_a_parent(row: Row, orphan: bool) -> None:
    goals = [goal("TOP"), goal("DRAFT", status="draft"), row]
    findings = found("GOAL-ORPHAN", **ORGANISATION, goals=goals)
    assert {code: f.severity for code, f in findings.items()} == ({"G": "error"} if orphan else {})


@pytest.mark.rule("GOAL-PRIORITY")
@pytest.mark.parametrize(
    ("row", "horizon"),
    [
        (goal("G"), False),
        (goal("G", priority="P1"), None),
        (goal("G", key_task="K"), None),  # settled reading 11
        (goal("G", key_task="V"), False),
        (goal("G", intent="V"), False),
        (goal("G", status="closed"), None),
        (goal("G", "D1"), None),
        (goal("G", personal=True), None),
        (goal("G", cycle="2026-Q2"), False),
        (long(), True),
        (long(priority="P1"), True),
        (long(intent="V"), None),
        (goal("G", "D1", horizon=True), True),
        (goal("G", cycle="2026-28", horizon=False), None),
    ],
)
def test_a_company_goal_ties_to_a_priority_and_a_horizon_goal_to_an_intent(row: Row, horizon: bool | None) -> None:
    findings = found("GOAL-PRIORITY", **ORGANISATION, priorities=PRIORITIES, plan=PLAN, goals=[row])
    expected = {} if horizon is None else {"G": ("error", horizon)}
    assert {code: (f.severity, f.evidence["horizon"]) for code, f in findings.items()} == expected


# GOAL-CHILDLESS


@pytest.mark.rule("GOAL-CHILDLESS")
@pytest.mark.parametrize(
    ("unit", "severity"), [("HQ", "error"), ("B1", "warning"), ("D1", "warning"), ("D2", "warning"), ("T1", None)]
)
def test_something_supports_company_and_unit_goals_but_teams(unit: str, severity: str | None) -> None:
    findings = found("GOAL-CHILDLESS", **ORGANISATION, goals=[goal("G", unit)])
    assert [f.severity for f in findings.values()] == ([severity] if severity else [])


@pytest.mark.rule("GOAL-CHILDLESS")
@pytest.mark.parametrize(
    ("child", "suffices"),
    [
        ({}, True),
        ({"status": "closed"}, True),  # settled reading 10
        ({"status": "draft"}, False),
        ({"stretch": True}, False),
        ({"exempt": True}, True),
        ({"personal": True, "owner": "EVE"}, True),
        ({"unit": "HQ"}, True),
        ({"cycle": "2025"}, False),
    ],
)
def test_any_contract_child_published_or_closed_suffices(child: dict[str, Any], suffices: bool) -> None:
    goals = [goal("TOP"), goal("CHILD", **{"unit": "T1", "parent": "TOP", **child})]
    assert ("TOP" not in found("GOAL-CHILDLESS", **ORGANISATION, goals=goals)) == suffices


@pytest.mark.rule("GOAL-CHILDLESS")
@pytest.mark.parametrize(
    ("unit", "left", "speaks"),
    [
        ("D2", {"FAY": "2026-06-30"}, False),  # EVE is alone
        ("D2", {"FAY": "2026-07-01"}, True),
        ("D2", {"FAY": "2026-06-30", "EVE": "2026-06-30"}, True),
        ("B1", {"TOM": "2026-06-30", "UMA": "2026-06-30", "DAN": "2026-06-30"}, False),
        ("B1", {"TOM": "2026-06-30", "UMA": "2026-06-30"}, True),  # settled reading 10: the subtree counts
        ("D1", {"DAN": "2026-06-30", "TOM": "2026-06-30"}, False),
        ("HQ", dict.fromkeys((row["code"] for row in PEOPLE if row["code"] != "BOSS"), "2026-06-30"), True),
    ],
)
def test_a_unit_of_one_active_person_needs_no_child(unit: str, left: dict[str, str], speaks: bool) -> None:
    people = [{**row, "left": left.get(row["code"])} for row in PEOPLE]
    assert bool(found("GOAL-CHILDLESS", units=UNITS, people=people, goals=[goal("G", unit)])) == speaks


@pytest.mark.rule("GOAL-CHILDLESS")
@pytest.mark.parametrize("cells", [{"personal": True, "owner": "EVE"}, {"status": "closed"}, {"status": "draft"}])
def test_personal_and_closed_goals_need_no_child(cells: dict[str, Any]) -> None:
    assert not found("GOAL-CHILDLESS", **ORGANISATION, goals=[goal("G", "D2", **cells)])


def test_a_person_without_unit_counts_nowhere() -> None:
    people = [*PEOPLE, {"code": "OUT", "name": "Out"}]
    assert not found("GOAL-CHILDLESS", units=UNITS, people=people, goals=[goal("G", "T1")])


# GOAL-LEVEL


@pytest.mark.rule("GOAL-LEVEL")
@pytest.mark.parametrize(
    ("unit", "above", "holds"),
    [
        ("D1", "D1", True),
        ("D1", "B1", True),
        ("T1", "HQ", True),
        ("B1", "D1", False),
        ("HQ", "D1", False),
        ("D1", "D2", False),
    ],
)
@pytest.mark.parametrize("cells", [{}, {"personal": True}])
def test_a_parent_belongs_to_the_own_unit_or_one_above(
    unit: str, above: str, holds: bool, cells: dict[str, bool]
) -> None:
    goals = [goal("ABOVE", above), goal("G", unit, parent="ABOVE", **cells)]
    findings = found("GOAL-LEVEL", **ORGANISATION, goals=goals)
    expected = {} if holds else {"G": ("error", {"parent": "ABOVE"})}
    assert {code: (f.severity, f.evidence) for code, f in findings.items()} == expected
    assert steps_hold(snapshot(**ORGANISATION, goals=goals)).tolist() == [True, holds]


@pytest.mark.rule("GOAL-LEVEL")
def test_a_closed_goal_is_skipped_and_a_stretch_goal_is_not() -> None:
    goals = [
        goal("TOP", "D2"),
        goal("CLOSED", "D1", parent="TOP", status="closed"),
        goal("STRETCH", "D1", parent="TOP", stretch=True),
    ]
    assert set(found("GOAL-LEVEL", **ORGANISATION, goals=goals)) == {"STRETCH"}


# GOAL-PERIOD


@pytest.mark.rule("GOAL-PERIOD")
@pytest.mark.parametrize(
    ("start", "due", "above", "limit"),
    [
        ("2026-01-01", "2026-12-31", "2026-12-31", None),
        ("2026-12-31", "2026-12-31", None, None),
        ("2026-01-01", "2026-01-01", None, None),
        (None, None, "2026-06-30", None),
        ("2025-12-31", "2026-12-31", None, "2026-12-31"),
        ("2026-01-01", "2027-01-01", None, "2026-12-31"),
        ("2027-01-01", None, None, "2026-12-31"),
        (None, "2025-12-31", None, "2026-12-31"),
        ("2026-01-01", "2026-09-30", "2026-09-30", None),
        ("2026-01-01", "2026-10-01", "2026-09-30", "2026-09-30"),
    ],
)
def test_a_goal_keeps_within_its_cycle_and_its_parents_due(
    start: str | None, due: str | None, above: str | None, limit: str | None
) -> None:
    goals = [goal("TOP", due=above), goal("G", "D1", parent="TOP", start=start, due=due)]
    findings = found("GOAL-PERIOD", **ORGANISATION, goals=goals)
    evidence = {"start": start, "due": due, "limit_start": "2026-01-01", "limit_due": limit}
    expected = {"G": ("warning", evidence)} if limit else {}
    assert {code: (f.severity, f.evidence) for code, f in findings.items()} == expected


@pytest.mark.rule("GOAL-PERIOD")
def test_a_goals_own_cycle_is_its_period() -> None:
    goals = [goal("TOP", **YEAR), goal("G", "D1", parent="TOP", cycle="2026-Q2", start="2026-04-01", due="2026-07-01")]
    assert found("GOAL-PERIOD", **ORGANISATION, goals=goals)["G"].evidence["limit_due"] == "2026-06-30"
    assert not found("GOAL-PERIOD", **ORGANISATION, goals=changed(goals, "G", status="closed"))


# GOAL-NOBODY, GOAL-OWNER


@pytest.mark.rule("GOAL-NOBODY")
@pytest.mark.parametrize(
    ("cells", "owns"),
    [
        ({}, True),
        ({"stretch": True}, True),  # settled reading 12
        ({"status": "closed"}, True),
        ({"cycle": "2026-Q4"}, True),
        ({"personal": True, "parent": "TOP"}, True),
        ({"status": "draft"}, False),
        ({"cycle": "2025"}, False),
        ({"cycle": "2026-28"}, False),
        ({"owner": None}, False),
    ],
)
def test_a_person_owns_a_goal_of_the_year(cells: dict[str, Any], owns: bool) -> None:
    findings = found(
        "GOAL-NOBODY", **ORGANISATION, goals=[goal("TOP", owner="BOSS"), goal("G", "D1", **{"owner": "UMA", **cells})]
    )
    assert ("UMA" not in findings) == owns
    assert "BOSS" not in findings
    assert findings["FAY"].severity == "error"


@pytest.mark.rule("GOAL-NOBODY")
@pytest.mark.parametrize(
    ("cells", "lines", "speaks"),
    [
        ({"joined": "2026-05-31"}, (), True),  # 30 days ago
        ({"joined": "2026-06-01"}, (), False),  # settled reading 12: less than 30 days
        ({"joined": None}, (), True),
        ({"joined": "2026-06-01"}, ("GOAL-NOBODY.grace_days=29",), True),
        ({"joined": "2026-05-31"}, ("GOAL-NOBODY.grace_days=31",), False),
        ({"joined": "2026-06-30"}, ("GOAL-NOBODY.grace_days=0",), True),
        ({"joined": "2026-07-01"}, ("GOAL-NOBODY.grace_days=0",), False),
        ({"left": "2026-06-30"}, (), False),
        ({"left": "2026-07-01"}, (), True),
    ],
)
def test_people_have_30_days_of_grace(cells: dict[str, Any], lines: tuple[str, ...], speaks: bool) -> None:
    people = changed(PEOPLE, "FAY", **cells)
    findings = found("GOAL-NOBODY", units=UNITS, people=people, goals=[goal("G")], **settings(*lines))
    assert ("FAY" in findings) == speaks


@pytest.mark.rule("GOAL-OWNER")
@pytest.mark.parametrize(
    ("cells", "speaks"),
    [
        ({}, True),
        ({"owner": "ANN"}, False),
        ({"stretch": True}, True),
        ({"personal": True}, True),
        ({"cycle": "2026-28"}, True),
        ({"status": "closed"}, False),
        ({"status": "draft"}, False),
    ],
)
def test_a_goal_has_an_owner(cells: dict[str, Any], speaks: bool) -> None:
    findings = found("GOAL-OWNER", **ORGANISATION, goals=[goal("G", "B1", **cells)])
    assert {code: f.severity for code, f in findings.items()} == ({"G": "error"} if speaks else {})


# The case of chapter 1: the new-energy car maker


CARS = [
    goal("SHARE", cycle="2026-28", owner="BOSS", intent="V", start="2026-01-01", due="2028-12-31"),
    goal("MODELS", owner="BOSS", parent="SHARE", priority="P1", **YEAR),
    goal("RND", "B1", owner="ANN", parent="MODELS", **YEAR),
    goal("BATTERY", "D1", owner="DAN", parent="RND", **YEAR),
    personal("DENSITY", "TOM", "BATTERY", start="2026-01-01", due="2026-06-30"),
    personal("RANGE", "UMA", "BATTERY", **YEAR),
    goal("SALES", "D2", owner="EVE", parent="MODELS", **YEAR),
    personal("STORES", "FAY", "SALES", **YEAR),
]


@pytest.mark.parametrize(
    "rule",
    "HORIZON FOCUS ORPHAN PRIORITY CHILDLESS LEVEL PERIOD NOBODY OWNER".split(),
)
def test_in_the_car_maker_everything_ties(rule: str) -> None:
    tables = {**ORGANISATION, "priorities": PRIORITIES, "plan": PLAN, "goals": CARS, "cycles": CYCLES}
    assert not found(f"GOAL-{rule}", **tables)
