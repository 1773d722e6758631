"""Check-ins: in time, and with cause and correction where there is trouble."""

from typing import Any

import pytest

from tests.make.acme import ORGANISATION, PEOPLE, YEAR, changed, goal, settings
from tests.make.company import Row, found, report

AS_OF = "2026-06-30"
UMAS = goal("G1", "T1", owner="UMA", **YEAR)


def checkin(code: str, date: str, status: str = "on_track", **cells: Any) -> Row:
    return {"goal": code, "date": date, "status": status, **cells}


def late(*checkins: Row, goals: Any = (UMAS,), people: Any = PEOPLE, setting: str = "") -> dict[str, int | None]:
    tables = {**ORGANISATION, "people": people, **settings(*filter(None, [setting])), "goals": goals}
    findings = found("CHECKIN-LATE", AS_OF, **tables, checkins=checkins)
    assert {(one.severity, one.subject.type) for one in findings.values()} <= {("warning", "person")}
    assert all(one.evidence.keys() == {"days"} for one in findings.values())
    return {code: one.evidence["days"] for code, one in findings.items()}


@pytest.mark.rule("CHECKIN-LATE")
def test_an_open_goal_is_updated_within_the_days() -> None:
    assert late() == {"UMA": None}
    assert late(checkin("G1", "2026-06-23")) == {}
    assert late(checkin("G1", "2026-06-22")) == {"UMA": 8}
    assert late(checkin("G1", "2026-07-01")) == {"UMA": None}
    assert late(checkin("G1", "2026-06-22"), checkin("G1", "2026-06-30")) == {}
    assert late(checkin("G1", "2026-06-22"), checkin("G1", "2026-07-01")) == {"UMA": 8}


@pytest.mark.rule("CHECKIN-LATE")
def test_the_days_are_a_parameter() -> None:
    row = checkin("G1", "2026-06-22")
    assert late(row, setting="CHECKIN-LATE.days=8") == {}
    assert late(checkin("G1", "2026-06-23"), setting="CHECKIN-LATE.days=6") == {"UMA": 7}
    assert late(row, setting="CHECKIN-LATE.mode=off") == {}


@pytest.mark.rule("CHECKIN-LATE")
def test_one_updated_goal_suffices() -> None:
    goals = [UMAS, {**UMAS, "code": "G2", "stretch": True}, {**UMAS, "code": "G3", "owner": "TOM"}]
    rows = [checkin("G1", "2026-05-01"), checkin("G2", "2026-06-23"), checkin("G3", "2026-06-20")]
    for order in (rows, rows[::-1]):
        assert late(*order, goals=goals) == {"TOM": 10}
    assert late(rows[0], rows[2], goals=goals[::-1]) == {"UMA": 60, "TOM": 10}
    assert late(rows[0], checkin("G2", "2026-06-01"), goals=goals[:2]) == {"UMA": 29}


@pytest.mark.rule("CHECKIN-LATE")
@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"stretch": True}, True),
        ({"personal": True}, True),
        ({"cycle": "2026-Q2"}, True),
        ({"start": "2026-06-22"}, True),
        ({"start": "2026-06-23"}, False),  # begun no more than seven days ago
        ({"start": "2026-07-01"}, False),
        ({"due": "2026-06-30"}, True),
        ({"due": "2026-06-29"}, False),
        ({"start": None, "due": None, "cycle": "2026-Q2"}, True),  # the dates of the cycle
        ({"start": None, "due": None, "cycle": "2026-Q1"}, False),
        ({"status": "closed"}, False),
        ({"status": "draft"}, False),
        ({"cycle": "2026-28"}, False),
        ({"cycle": "2025"}, False),
        ({"owner": None}, False),
    ],
)
def test_whose_checkins_are_expected(cells: dict[str, Any], expected: bool) -> None:
    assert late(goals=[{**UMAS, **cells}]) == ({"UMA": None} if expected else {})


@pytest.mark.rule("CHECKIN-LATE")
@pytest.mark.parametrize(
    "cells", [{"status": "closed"}, {"cycle": "2025"}, {"due": "2026-06-29"}, {"owner": "TOM", "status": "draft"}]
)
def test_updates_of_other_goals_do_not_count(cells: dict[str, Any]) -> None:
    goals = [UMAS, {**UMAS, "code": "G2", **cells}]
    assert late(checkin("G2", AS_OF), goals=goals) == {"UMA": None}


@pytest.mark.rule("CHECKIN-LATE")
def test_a_goal_begun_lately_keeps_its_owner_up_to_date() -> None:
    goals = [UMAS, {**UMAS, "code": "G2", "start": "2026-06-29"}]
    assert late(checkin("G2", "2026-06-29"), goals=goals) == {}


@pytest.mark.rule("CHECKIN-LATE")
@pytest.mark.parametrize(("left", "expected"), [(AS_OF, False), ("2026-07-01", True)])
def test_who_has_left_is_not_expected(left: str, expected: bool) -> None:
    assert bool(late(people=changed(PEOPLE, "UMA", left=left))) == expected


@pytest.mark.rule("CHECKIN-LATE")
def test_who_has_no_goal_is_told_so_and_nothing_else() -> None:
    findings = report(AS_OF, **ORGANISATION, goals=[UMAS], checkins=[]).findings
    said = {(one.rule, one.subject.code): one.owner for one in findings if one.subject.code in ("UMA", "FAY")}
    assert said["CHECKIN-LATE", "UMA"] == "TOM"
    assert ("GOAL-NOBODY", "FAY") in said
    assert not {("GOAL-NOBODY", "UMA"), ("CHECKIN-LATE", "FAY")} & said.keys()


def unexplained(*checkins: Row, as_of: str = AS_OF, setting: str = "", **cells: Any) -> dict[str, Any]:
    tables = {**ORGANISATION, **settings(*filter(None, [setting])), "goals": [{**UMAS, **cells}]}
    findings = found("CHECKIN-NO-CAUSE", as_of, **tables, checkins=checkins)
    assert {(one.severity, one.subject.type, one.owner) for one in findings.values()} <= {("error", "goal", "UMA")}
    return {code: one.evidence for code, one in findings.items()}


@pytest.mark.rule("CHECKIN-NO-CAUSE")
@pytest.mark.parametrize("status", ["lagging", "at_risk", "on_track"])
@pytest.mark.parametrize("cause", ["Rival cut prices", None])
@pytest.mark.parametrize("correction", ["Bundle service", None])
def test_trouble_comes_with_cause_and_correction(status: str, cause: str | None, correction: str | None) -> None:
    row = checkin("G1", "2026-06-29", status, cause=cause, correction=correction)
    missing = [name for name, text in (("cause", cause), ("correction", correction)) if text is None]
    silent = status == "on_track" or not missing
    assert unexplained(row) == ({} if silent else {"G1": {"status": status, "missing": missing}})
    assert unexplained(row, setting="CHECKIN-NO-CAUSE.mode=off") == {}


@pytest.mark.rule("CHECKIN-NO-CAUSE")
def test_the_last_checkin_counts() -> None:
    trouble, well = checkin("G1", "2026-06-15", "lagging"), checkin("G1", "2026-06-29")
    assert unexplained(well, trouble) == {}
    assert unexplained({**trouble, "date": "2026-06-30"}, well) == {
        "G1": {"status": "lagging", "missing": ["cause", "correction"]}
    }
    assert set(unexplained(well, trouble, as_of="2026-06-28")) == {"G1"}
    assert unexplained(well, {**trouble, "date": "2026-07-01"}) == {}


@pytest.mark.rule("CHECKIN-NO-CAUSE")
@pytest.mark.parametrize(
    ("cells", "there"),
    [
        ({"stretch": True}, True),
        ({"cycle": "2026-28"}, True),
        ({"cycle": "2025"}, False),
        ({"status": "closed"}, False),
        ({"status": "draft"}, False),
    ],
)
def test_published_goals_of_the_checked_cycles_are_judged(cells: dict[str, Any], there: bool) -> None:
    assert bool(unexplained(checkin("G1", "2026-06-29", "at_risk"), **cells)) == there


@pytest.mark.rule("CHECKIN-LATE", "CHECKIN-NO-CAUSE")
def test_an_absent_sheet_is_silent_and_an_empty_one_says_never() -> None:
    rules = ("CHECKIN-LATE", "CHECKIN-NO-CAUSE")
    tables = {**ORGANISATION, "goals": [UMAS]}
    assert not [one for one in report(AS_OF, **tables).findings if one.rule in rules]
    spoken = [one.rule for one in report(AS_OF, **tables, checkins=[]).findings if one.rule in rules]
    assert spoken == ["CHECKIN-LATE"]
    assert not [one for one in report(AS_OF, checkins=[], goals=[], people=[]).findings if one.rule in rules]
