"""Late data: BSC-NO-DATA for goals on a card, TRACK-STALE for the others."""

from typing import Any

import pytest

from tests.make.acme import settings
from tests.make.company import Row, found
from tests.make.measured import UNITS, child, goal, metric, objective, parts, values

CARD: Row = {"holder": "HQ", "cycle": "2026", "goal": "G", "weight": 1}
MINIMAL: dict[str, Any] = {"units": UNITS, "metrics": [metric()], "scorecards": [CARD]}
RULES = [("BSC-NO-DATA", "error", [CARD]), ("TRACK-STALE", "warning", [])]


def due(as_of: str = "2026-06-30", *setting: str, **tables: Any) -> dict[str, str | None]:
    """Return the last days of the periods without value, by goal on a card or on none."""
    rows = {**MINIMAL, **settings(*setting), **tables}
    both = found("BSC-NO-DATA", as_of, **rows) | found("TRACK-STALE", as_of, **rows)
    return {code: finding.evidence["period_end"] for code, finding in both.items()}


@pytest.mark.rule("BSC-NO-DATA", "TRACK-STALE")
@pytest.mark.parametrize(("rule", "severity", "scorecards"), RULES)
def test_severity_subject_and_evidence(rule: str, severity: str, scorecards: list[Row]) -> None:
    tables = {**MINIMAL, "scorecards": scorecards, "goals": [goal(target=1)], "actuals": []}
    finding = found(rule, **tables)["G"]
    assert (finding.severity, finding.subject.type, finding.evidence) == (
        severity,
        "goal",
        {"period_end": "2026-06-30"},
    )
    assert not found(rule, **{**tables, **settings(f"{rule}.mode=off")})
    other = [CARD] if not scorecards else []
    assert not found(rule, **{**tables, "scorecards": other})
    del tables["actuals"]
    assert not found(rule, **tables)


@pytest.mark.rule("TRACK-STALE")
def test_a_card_of_another_year_is_no_card() -> None:
    tables = {**MINIMAL, "goals": [goal()], "actuals": [], "scorecards": [{**CARD, "cycle": "2025"}]}
    assert list(found("TRACK-STALE", **tables)) == ["G"]
    assert not found("BSC-NO-DATA", **tables)


@pytest.mark.rule("BSC-NO-DATA")
@pytest.mark.parametrize(
    ("frequency", "as_of", "value_day", "period_end"),
    [
        ("month", "2026-06-30", "2026-06-01", None),
        ("month", "2026-06-30", "2026-06-30", None),
        ("month", "2026-06-30", "2026-05-31", "2026-06-30"),
        ("month", "2026-06-29", "2026-05-31", None),
        ("month", "2026-06-29", "2026-05-01", None),
        ("month", "2026-06-29", "2026-04-30", "2026-05-31"),
        ("month", "2026-06-29", "2026-06-15", "2026-05-31"),
        (None, "2026-06-29", "2026-04-30", "2026-05-31"),
        ("day", "2026-06-29", "2026-06-29", None),
        ("day", "2026-06-29", "2026-06-28", "2026-06-29"),
        ("week", "2026-06-28", "2026-06-22", None),
        ("week", "2026-06-28", "2026-06-21", "2026-06-28"),
        ("week", "2026-06-27", "2026-06-15", None),
        ("quarter", "2026-06-29", "2026-01-01", None),
        ("quarter", "2026-06-30", "2026-03-31", "2026-06-30"),
        ("year", "2026-12-30", "2025-12-31", None),
        ("year", "2026-12-31", "2025-12-31", "2026-12-31"),
    ],
)
def test_a_value_is_due_for_the_last_period_that_ended(
    frequency: str | None, as_of: str, value_day: str, period_end: str | None
) -> None:
    found_ = due(as_of, metrics=[metric(frequency=frequency)], goals=[goal()], actuals=values("G", (value_day, 1)))
    assert found_ == ({} if period_end is None else {"G": period_end})


@pytest.mark.rule("BSC-NO-DATA")
@pytest.mark.parametrize(
    ("cells", "as_of", "period_end"),
    [
        ({}, "2026-01-30", None),
        ({}, "2026-01-31", "2026-01-31"),
        ({"start": "2026-06-30"}, "2026-06-30", "2026-06-30"),
        ({"start": "2026-07-01"}, "2026-07-30", None),
        ({"start": "2026-06-15"}, "2026-06-29", None),
        ({"due": "2026-04-30"}, "2026-06-30", "2026-04-30"),
        ({"due": "2026-04-29"}, "2026-06-30", "2026-03-31"),
        ({"start": "2026-04-02", "due": "2026-04-29"}, "2026-06-30", None),
        ({"cycle": "2026-Q1"}, "2026-06-30", "2026-03-31"),
        ({"status": "closed"}, "2026-06-30", None),
        ({"status": "draft"}, "2026-06-30", None),
        ({"metric": None}, "2026-06-30", None),
        ({"stretch": True}, "2026-06-30", "2026-06-30"),
    ],
)
def test_only_periods_that_ended_within_the_goal_are_due(
    cells: dict[str, Any], as_of: str, period_end: str | None
) -> None:
    assert due(as_of, goals=[goal(**cells)], actuals=[]) == ({} if period_end is None else {"G": period_end})


@pytest.mark.rule("BSC-NO-DATA")
@pytest.mark.parametrize(
    ("rows", "late"),
    [
        (parts("G", ("2026-06-30", 1, 2)), False),
        (parts("G", ("2026-06-30", 1, None)), True),
        (values("G", ("2026-06-30", None)), True),
        (values("G", ("2026-06-30", 0)), False),
        (values("G", ("2026-07-01", 1)), True),
    ],
)
def test_what_a_value_is(rows: list[Row], late: bool) -> None:
    assert bool(due(goals=[goal()], actuals=rows)) == late


@pytest.mark.rule("BSC-NO-DATA")
@pytest.mark.parametrize("kind", ["milestone", "objective"])
def test_milestones_owe_no_values(kind: str) -> None:
    goals = [goal() if kind == "milestone" else objective()]
    rows = [{"of": "G", "name": "One", "due": "2026-01-31"}]
    assert due(metrics=[metric(direction="milestone")], goals=goals, milestones=rows, actuals=[]) == {}


@pytest.mark.rule("BSC-NO-DATA")
@pytest.mark.parametrize("day", ["2026-06-01", "2026-05-31"])
def test_a_rolled_up_goal_needs_a_value_of_any_carrier(day: str) -> None:
    goals = [
        goal(target=2, rollup="sum"),
        child("A", target=1, rollup="sum"),
        child("B", target=1),
        goal("A1", parent="A", target=1),
    ]
    late = due(goals=goals, actuals=[*values("A1", (day, 1)), *values("B", ("2026-03-31", 1))])
    if day == "2026-06-01":
        assert set(late) == {"B"}
    else:
        assert set(late) == {"A", "A1", "B", "G"}


@pytest.mark.rule("BSC-NO-DATA")
def test_values_of_an_own_goal_do_not_stand_for_the_one_above() -> None:
    goals = [goal(target=1, rollup="own"), child("A", target=1)]
    assert set(due(goals=goals, actuals=values("A", ("2026-06-30", 1)))) == {"G"}
    goals[0] |= {"rollup": None}
    assert set(due(goals=goals, actuals=values("A", ("2026-06-30", 1)))) == set()


@pytest.mark.rule("BSC-NO-DATA")
def test_an_objective_needs_a_value_of_any_child() -> None:
    goals = [objective(), objective("A", parent="G"), child("B", target=1), goal("A1", parent="A", target=1)]
    assert set(due(goals=goals, actuals=values("B", ("2026-06-30", 1)))) == {"A", "A1"}
    assert set(due(goals=goals, actuals=values("A1", ("2026-06-30", 1)))) == {"B"}
    assert set(due(goals=goals, actuals=values("A1", ("2026-05-30", 1)))) == {"A", "A1", "B", "G"}


@pytest.mark.rule("BSC-NO-DATA")
def test_an_objective_without_a_period_that_ended_owes_nothing() -> None:
    """Its child, measured weekly, does."""
    goals = [objective(cycle="2026-Q3"), child("A", cycle="2026-Q3", target=1)]
    tables = {"metrics": [metric(frequency="week")], "goals": goals, "actuals": []}
    assert due("2026-07-15", **tables) == {"A": "2026-07-12"}


@pytest.mark.rule("TRACK-STALE")
def test_quarters_and_years_of_metrics_follow_the_companys_year() -> None:
    tables: dict[str, Any] = {
        "metrics": [metric(frequency="quarter")],
        "cycles": [{"code": "FY", "name": "FY", "kind": "year", "start": "2026-02-01", "end": "2027-01-31"}],
        "goals": [{**goal(), "cycle": "FY"}],
        "scorecards": [],
    }
    assert due("2026-06-30", **tables, actuals=values("G", ("2026-02-01", 1))) == {}
    assert due("2026-06-30", **tables, actuals=[]) == {"G": "2026-04-30"}
