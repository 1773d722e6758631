"""Meetings: time box, rhythm and actions."""

from collections.abc import Iterable
from typing import Any

import pytest

from tests.make.acme import ORGANISATION, PEOPLE, UNITS, settings
from tests.make.company import COMPANY, Row, found, report

BOXES = [("weekly", 60), ("biweekly", 60), ("monthly", 120), ("quarterly", 240)]


def meeting(code: str, kind: str, start: str, unit: str | None = "D1", **cells: Any) -> Row:
    """Return a meeting; `start` in Shanghai."""
    return {"code": code, "kind": kind, "unit": unit, "start": f"{start}+08:00", **cells}


def overruns(*meetings: Row, as_of: str = "2026-06-30", setting: str = "") -> dict[str, Any]:
    tables = {**ORGANISATION, **settings(*filter(None, [setting])), "meetings": meetings}
    findings = found("MEET-OVERRUN", as_of, **tables)
    return {code: (one.severity, one.subject.type, one.evidence) for code, one in findings.items()}


@pytest.mark.rule("MEET-OVERRUN")
@pytest.mark.parametrize(("kind", "box"), BOXES)
def test_a_meeting_keeps_the_box_of_its_kind(kind: str, box: int) -> None:
    rows = [meeting(str(minutes), kind, "2026-03-02T09:00", minutes=minutes) for minutes in (box, box + 1)]
    expected = {str(box + 1): ("warning", "meeting", {"minutes": box + 1, "box": box})}
    assert overruns(*rows, meeting("OPEN", kind, "2026-03-02T09:00")) == expected
    assert overruns(*rows, setting=f"MEET-OVERRUN.{kind}={box + 1}") == {}
    assert set(overruns(*rows, setting=f"MEET-OVERRUN.{kind}={box - 1}")) == {str(box), str(box + 1)}
    assert overruns(*rows, setting="MEET-OVERRUN.mode=off") == {}


@pytest.mark.rule("MEET-OVERRUN")
@pytest.mark.parametrize(
    ("start", "there"),
    [
        ("2025-12-31T23:59", False),
        ("2026-01-01T00:00", True),  # still the old year in UTC
        ("2026-12-31T23:59", True),  # planned after as-of
        ("2027-01-01T00:00", False),  # still the checked year in UTC
    ],
)
def test_planned_meetings_of_the_checked_year_are_judged(start: str, there: bool) -> None:
    assert bool(overruns(meeting("M", "weekly", start, minutes=61))) == there


@pytest.mark.rule("MEET-OVERRUN")
def test_the_day_of_a_meeting_is_the_companys() -> None:
    row = {"code": "M", "kind": "weekly", "start": "2026-01-01T03:00+00:00", "minutes": 90}
    zones = {"Asia/Shanghai": {"M"}, "America/New_York": set()}
    for zone, expected in zones.items():
        assert found("MEET-OVERRUN", company=[{**COMPANY, "timezone": zone}], meetings=[row]).keys() == expected


@pytest.mark.rule("MEET-OVERRUN", "MEET-MISSED", "MEET-ACTION-LATE")
def test_without_meetings_and_actions_there_is_nothing_to_find() -> None:
    for tables in ({}, {"meetings": [], "actions": []}):
        assert not [one for one in report(**ORGANISATION, **tables).findings if one.rule.startswith("MEET-")]


def missed(as_of: str, *meetings: Row, **tables: Any) -> dict[str, tuple[str, str | None, list[str]]]:
    findings = found("MEET-MISSED", as_of, **{**ORGANISATION, **tables, "meetings": meetings})
    assert {(one.severity, one.subject.type) for one in findings.values()} <= {("warning", "unit")}
    assert all(one.evidence.keys() == {"kind", "period_end", "kinds"} for one in findings.values())
    return {
        code: (one.evidence["kind"], one.evidence["period_end"], one.evidence["kinds"])
        for code, one in findings.items()
    }


def series(kind: str, days: Iterable[str], held: bool | None = True) -> list[Row]:
    return [meeting(f"{kind}-{day}", kind, f"{day}T10:00", held=held) for day in days]


@pytest.mark.rule("MEET-MISSED")
@pytest.mark.parametrize(
    ("kind", "first", "kept", "late", "as_of", "end"),
    [
        # 2026-06-15 is a Monday.
        ("weekly", "2026-05-06", "2026-06-15", "2026-06-22", "2026-06-21", "2026-06-21"),
        ("weekly", "2026-05-06", "2026-06-21", "2026-06-14", "2026-06-27", "2026-06-21"),
        ("monthly", "2026-02-10", "2026-05-31", "2026-06-01", "2026-06-29", "2026-05-31"),
        ("monthly", "2026-02-10", "2026-06-01", "2026-05-31", "2026-06-30", "2026-06-30"),
        ("quarterly", "2026-01-20", "2026-03-31", "2026-04-01", "2026-06-29", "2026-03-31"),
        # Two-week periods from Monday 2026-05-04: the second one ends on 2026-05-31, the third on 2026-06-14.
        ("biweekly", "2026-05-06", "2026-05-18", "2026-05-17", "2026-06-13", "2026-05-31"),
        ("biweekly", "2026-05-06", "2026-06-14", "2026-06-15", "2026-06-14", "2026-06-14"),
    ],
)
def test_the_last_ended_period_has_a_held_meeting(
    kind: str, first: str, kept: str, late: str, as_of: str, end: str
) -> None:
    finding = {"D1": (kind, end, [kind])}
    begun = series(kind, [first], held=False)
    assert missed(as_of, *begun, *series(kind, [kept])) == {}
    assert missed(as_of, *begun, *series(kind, [kept], held=False)) == finding
    assert missed(as_of, *begun, *series(kind, [kept], held=None)) == finding
    assert missed(as_of, *begun, *series(kind, [late])) == finding
    assert missed(as_of, *begun, **settings("MEET-MISSED.mode=off")) == {}


@pytest.mark.rule("MEET-MISSED")
@pytest.mark.parametrize(
    ("kind", "first", "before"),
    [
        ("weekly", "2026-06-17", "2026-06-20"),
        ("monthly", "2026-05-20", "2026-05-30"),
        ("quarterly", "2026-03-31", "2026-03-30"),
        ("biweekly", "2026-06-02", "2026-06-13"),
    ],
)
def test_a_kind_is_due_from_its_first_planned_period_on(kind: str, first: str, before: str) -> None:
    assert missed(before, *series(kind, [first], held=False)) == {}
    assert set(missed("2026-06-30", *series(kind, [first], held=False))) == {"D1"}


@pytest.mark.rule("MEET-MISSED")
def test_a_period_lies_wholly_in_the_checked_year() -> None:
    """The week that ends on 4 January began in 2025; after the year nothing more is due than its last periods."""
    rows = series("weekly", ["2026-01-02"], held=False)
    assert missed("2026-01-10", *rows) == {}
    assert missed("2026-01-11", *rows) == {"D1": ("weekly", "2026-01-11", ["weekly"])}
    assert missed("2027-02-15", *rows) == {"D1": ("weekly", "2026-12-27", ["weekly"])}
    assert missed("2027-02-15", *rows, *series("weekly", ["2026-12-22"])) == {}
    assert missed("2026-06-30", *series("weekly", ["2025-06-02"], held=False)) == {}


@pytest.mark.rule("MEET-MISSED")
def test_quarters_follow_the_year() -> None:
    cycles = [{"code": "FY", "name": "FY", "kind": "year", "start": "2026-02-01", "end": "2027-01-31"}]
    rows = series("quarterly", ["2026-02-10"], held=False)
    assert missed("2026-04-29", *rows, cycles=cycles) == {}
    assert missed("2026-04-30", *rows, cycles=cycles) == {"D1": ("quarterly", "2026-04-30", ["quarterly"])}


@pytest.mark.rule("MEET-MISSED")
def test_one_finding_per_unit_names_all_kinds_missed() -> None:
    rows = [
        *series("quarterly", ["2026-01-20"], held=False),
        *series("monthly", ["2026-01-20"], held=False),
        *series("biweekly", ["2026-06-02", "2026-06-22"]),
        meeting("W1", "weekly", "2026-06-08T10:00", "D2"),
        meeting("W2", "weekly", "2026-06-23T10:00", None, held=True),
        meeting("W3", "weekly", "2026-06-03T10:00", "T1", held=True),
    ]
    expected = {
        "D1": ("monthly", "2026-05-31", ["monthly", "quarterly"]),
        "D2": ("weekly", "2026-06-28", ["weekly"]),
        "T1": ("weekly", "2026-06-28", ["weekly"]),
    }
    assert missed("2026-06-29", *rows) == expected
    assert missed("2026-06-29", *reversed(rows)) == expected


@pytest.mark.rule("MEET-MISSED")
def test_a_meeting_without_unit_is_the_companys() -> None:
    row = meeting("M", "monthly", "2026-04-10T10:00", None)
    assert missed("2026-06-29", row) == {"HQ": ("monthly", "2026-05-31", ["monthly"])}
    for tables in ({}, {"units": []}):
        assert not found("MEET-MISSED", "2026-06-29", **tables, meetings=[row])


def late_actions(*actions: Row, setting: str = "") -> dict[str, Any]:
    findings = found("MEET-ACTION-LATE", **ORGANISATION, **settings(*filter(None, [setting])), actions=actions)
    return {code: (one.severity, one.subject.type, one.owner, one.evidence) for code, one in findings.items()}


@pytest.mark.rule("MEET-ACTION-LATE")
@pytest.mark.parametrize(
    ("due", "done", "days"),
    [
        ("2026-06-30", None, None),
        ("2026-06-29", None, 1),
        ("2026-06-29", "2026-06-30", None),
        ("2026-06-29", "2026-07-01", 1),
        ("2025-06-30", None, 365),
        (None, None, None),
    ],
)
def test_an_action_is_done_by_its_due_day(due: str | None, done: str | None, days: int | None) -> None:
    row = {"code": "A", "text": "Call the supplier", "owner": "FAY", "due": due, "done": done}
    assert late_actions(row) == ({"A": ("warning", "action", "FAY", {"days": days})} if days else {})
    assert late_actions(row, setting="MEET-ACTION-LATE.mode=off") == {}


@pytest.mark.rule("MEET-OVERRUN", "MEET-MISSED")
def test_a_finding_on_a_meeting_is_its_units_heads() -> None:
    rows = [meeting("M", "weekly", "2026-06-10T10:00", minutes=90), meeting("N", "weekly", "2026-06-10T10:00", "D2")]
    findings = report(units=UNITS, people=PEOPLE, meetings=rows).findings
    owned = {(one.rule, one.subject.code): one.owner for one in findings if one.rule.startswith("MEET-")}
    assert owned == {("MEET-OVERRUN", "M"): "DAN", ("MEET-MISSED", "D1"): "DAN", ("MEET-MISSED", "D2"): "EVE"}
