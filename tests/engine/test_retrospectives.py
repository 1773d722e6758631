"""Looking back: reviewed cycles, causes of misses, lessons that land in a later goal, results."""

from typing import Any

import pytest

from guantong.engine.retrospectives import retrospective_entries
from tests.make.acme import ORGANISATION, SALES, goal, personal, settings
from tests.make.company import CYCLES, Row, found, snapshot


def review(code: str, **cells: Any) -> Row:
    return {"goal": code, **cells}


def broken(rule: str, as_of: str, goals: list[Row], *rows: Row, **tables: Any) -> dict[str, Any]:
    findings = found(rule, as_of, **{**ORGANISATION, "goals": goals, "retrospectives": rows, **tables})
    return {code: (one.severity, one.subject.type, one.evidence) for code, one in findings.items()}


def due(cycle: str, days: int, *cycles: str) -> Any:
    return ("warning", "unit", {"cycle": cycle, "days": days, "cycles": list(cycles or [cycle])})


# RETRO-DUE

Q1 = goal("G", "D1", cycle="2026-Q1")


@pytest.mark.rule("RETRO-DUE")
@pytest.mark.parametrize(
    ("as_of", "line", "days"),
    [
        ("2026-04-14", None, None),
        ("2026-04-15", None, 15),
        ("2026-04-15", "RETRO-DUE.days=15", None),
        ("2026-04-06", "RETRO-DUE.days=5", 6),
        ("2026-04-15", "RETRO-DUE.mode=off", None),
    ],
)
def test_a_unit_reviews_a_quarter_within_14_days(as_of: str, line: str | None, days: int | None) -> None:
    expected = {} if days is None else {"D1": due("2026-Q1", days)}
    assert broken("RETRO-DUE", as_of, [Q1], **settings(*([line] if line else []))) == expected


@pytest.mark.rule("RETRO-DUE")
@pytest.mark.parametrize(
    ("row", "reviewed"),
    [
        (review("G"), True),
        (review("G", date="2026-04-20"), True),
        (review("G", date="2026-04-21"), False),
        (review("H"), True),  # another goal of the unit in that cycle
        (review("OTHER"), False),  # of the unit, in another cycle
        (review("ELSE"), False),  # of another unit
        (review("DRAFT"), False),
    ],
)
def test_one_retrospective_on_any_goal_of_the_cycle_will_do(row: Row, reviewed: bool) -> None:
    goals = [
        Q1,
        personal("H", "DAN", "G", cycle="2026-Q1"),
        goal("OTHER", "D1"),
        goal("ELSE", "T1", cycle="2026-Q2"),
        goal("DRAFT", "D1", cycle="2026-Q1", status="draft"),
    ]
    assert broken("RETRO-DUE", "2026-04-20", goals, row) == ({} if reviewed else {"D1": due("2026-Q1", 20)})


@pytest.mark.rule("RETRO-DUE")
@pytest.mark.parametrize(
    ("cells", "days"),
    [
        ({}, 91),
        ({"personal": True}, 91),
        ({"status": "closed"}, 91),
        ({"stretch": True}, 91),
        ({"status": "draft"}, None),
        ({"cycle": "2025"}, 181),  # the year before
        ({"cycle": "2024"}, None),
        ({"cycle": "2026-Q2"}, None),
        ({"cycle": "2026-01"}, None),  # neither quarter nor year
        ({"cycle": "2026-H1"}, None),
        ({"cycle": "2026-28"}, None),
    ],
)
def test_quarters_and_years_are_judged_back_to_the_year_before(cells: dict[str, Any], days: int | None) -> None:
    cycles = [
        *CYCLES,
        {"code": "2024", "name": "2024", "start": "2024-01-01", "end": "2024-12-31"},
        {"code": "2026-H1", "name": "H1", "start": "2026-01-01", "end": "2026-06-10", "kind": "half"},
        {"code": "2026-01", "name": "January", "start": "2026-01-01", "end": "2026-01-31"},
    ]
    goals = [{**Q1, **cells}]
    expected = {} if days is None else {"D1": due(cells.get("cycle", "2026-Q1"), days)}
    assert broken("RETRO-DUE", "2026-06-30", goals, cycles=cycles) == expected


@pytest.mark.rule("RETRO-DUE")
def test_a_unit_has_one_finding_with_the_longest_overdue_cycle_first() -> None:
    goals = [
        goal("A", "D1", cycle="2026-Q1"),
        goal("B", "D1", cycle="2025"),
        goal("C", "D1", cycle="2026-Q2"),
        goal("D", "T1", cycle="2026-Q2"),
        goal("E", "T1", cycle="2026-Q1"),
    ]
    rows = [review("E"), review("E", lesson="Twice")]
    expected = {
        "D1": due("2025", 288, "2025", "2026-Q1", "2026-Q2"),
        "T1": due("2026-Q2", 107),
    }
    for order in (1, -1):
        assert broken("RETRO-DUE", "2026-10-15", goals[::order], *rows[::order]) == expected


@pytest.mark.rule("RETRO-DUE")
def test_cycles_that_end_together_are_told_by_code() -> None:
    cycles = [*CYCLES[:3], {"code": "2025-Q4", "name": "Q4", "start": "2025-10-01", "end": "2025-12-31"}]
    goals = [goal("A", cycle="2025-Q4"), goal("B", cycle="2025")]
    assert broken("RETRO-DUE", "2026-01-15", goals, cycles=cycles) == {"HQ": due("2025", 15, "2025", "2025-Q4")}


# RETRO-CAUSE


def measured(code: str, attained: float | None, cycle: str = "2026-Q1", **cells: Any) -> tuple[Row, list[Row]]:
    """Return a goal of target 100 and its value on the last day of March or of 2025."""
    date = "2025-12-31" if cycle == "2025" else "2026-03-31"
    values = [] if attained is None else [{"goal": code, "date": date, "value": attained}]
    return goal(code, "D1", cycle=cycle, metric="SALES", target=100.0, **cells), values


def unexplained(*rows: Row, attained: float | None = 80.0, as_of: str = "2026-04-30", **cells: Any) -> bool:
    """Return whether RETRO-CAUSE speaks of a goal with retrospectives."""
    line, values = measured("G", attained, **cells)
    findings = broken("RETRO-CAUSE", as_of, [line], *rows, metrics=[SALES], actuals=values)
    assert findings in ({}, {"G": ("error", "goal", {})})
    return bool(findings)


@pytest.mark.rule("RETRO-CAUSE")
@pytest.mark.parametrize(
    ("attained", "missed"), [(80.0, True), (99.999999, True), (100.0 - 1e-8, False), (100.0, False), (120.0, False)]
)
def test_a_missed_goal_is_explained(attained: float, missed: bool) -> None:
    assert unexplained(review("G"), attained=attained) == missed
    assert not unexplained(review("G", cause="Slow"), attained=attained)
    assert not unexplained(attained=attained)  # without retrospective nothing is explained


@pytest.mark.rule("RETRO-CAUSE")
@pytest.mark.parametrize(
    ("rows", "attained", "missed"),
    [
        ([review("G", result="missed")], None, True),
        ([review("G", result="missed")], 120.0, True),
        ([review("G", result="met")], 80.0, False),
        ([review("G", result="exceeded")], 80.0, False),
        ([review("G", result="met"), review("G", result="missed")], 80.0, True),
        ([review("G", result="missed", date="2026-05-01"), review("G", result="met")], 80.0, False),
        ([review("G")], None, False),  # nobody knows
        ([review("G", cause_kind="objective")], 80.0, True),  # a kind alone is no cause
        ([review("G", lesson="Learn"), review("G", cause="Rivals", cause_kind="objective")], 80.0, False),
        ([review("G"), review("G", cause="Later", date="2026-05-01")], 80.0, True),
        ([review("G", date="2026-05-01")], 80.0, False),
    ],
)
def test_what_a_retrospective_states_goes_before_the_figures(
    rows: list[Row], attained: float | None, missed: bool
) -> None:
    assert unexplained(*rows, attained=attained) == missed
    assert unexplained(*rows[::-1], attained=attained) == missed


@pytest.mark.rule("RETRO-CAUSE")
@pytest.mark.parametrize(
    ("as_of", "cells", "judged"),
    [
        ("2026-03-30", {}, False),
        ("2026-03-31", {}, True),
        ("2026-03-31", {"due": "2026-04-01"}, True),
        ("2026-03-15", {"due": "2026-03-15"}, False),
        ("2026-04-30", {"cycle": "2025"}, True),
        ("2026-04-30", {"cycle": "2025", "status": "closed"}, True),
        ("2026-04-30", {"cycle": "2025", "status": "draft"}, False),
        ("2026-04-30", {"cycle": "2026"}, False),
    ],
)
def test_causes_are_asked_of_what_has_ended(as_of: str, cells: dict[str, Any], judged: bool) -> None:
    assert unexplained(review("G", result="missed"), as_of=as_of, **cells) == judged


@pytest.mark.rule("RETRO-CAUSE")
def test_the_year_before_is_measured_on_its_last_day() -> None:
    late = {"goal": "G", "date": "2026-01-05", "value": 100.0}
    line, values = measured("G", 80.0, cycle="2025")
    tables: dict[str, Any] = {"metrics": [SALES], "actuals": [*values, late]}
    assert set(broken("RETRO-CAUSE", "2026-04-30", [line], review("G"), **tables)) == {"G"}
    assert broken("RETRO-CAUSE", "2026-04-30", [line], review("G"), **tables, **settings("RETRO-CAUSE.mode=off")) == {}


@pytest.mark.rule("RETRO-CAUSE")
@pytest.mark.parametrize(("as_of", "judged"), [("2025-12-30", False), ("2025-12-31", True)])
def test_the_first_year_is_judged_without_a_year_before(as_of: str, judged: bool) -> None:
    assert unexplained(review("G", result="missed"), cycle="2025", attained=None, as_of=as_of) == judged
    assert unexplained(review("G"), cycle="2025", as_of=as_of) == judged


@pytest.mark.rule("RETRO-CAUSE", "RETRO-CARRY")
def test_what_lies_before_the_year_before_is_settled() -> None:
    cycles = [*CYCLES, {"code": "2024", "name": "2024", "start": "2024-01-01", "end": "2024-12-31"}]
    rows = [review("G", result="missed", lesson="Learn")]
    for rule in ("RETRO-CAUSE", "RETRO-CARRY"):
        assert broken(rule, "2026-04-30", [goal("G", cycle="2024")], *rows, cycles=cycles) == {}
        assert set(broken(rule, "2025-04-30", [goal("G", cycle="2024")], *rows, cycles=cycles)) == {"G"}


# RETRO-CARRY

LATER = [
    goal("G", cycle="2026-Q2"),
    goal("SAME", cycle="2026-Q2"),
    goal("YEAR", cycle="2026"),
    goal("NEXT", cycle="2026-Q3"),
    goal("DRAFT", cycle="2026-Q3", status="draft"),
    goal("TOUCH", cycle="TOUCH"),
]
TOUCH: Row = {"code": "TOUCH", "name": "Touch", "start": "2026-06-30", "end": "2026-09-30"}


def uncarried(*rows: Row, as_of: str = "2026-07-31", goals: list[Row] = LATER) -> bool:
    findings = broken("RETRO-CARRY", as_of, goals, *rows, cycles=[*CYCLES, TOUCH])
    assert findings in ({}, {"G": ("warning", "goal", {})})
    return bool(findings)


@pytest.mark.rule("RETRO-CARRY")
@pytest.mark.parametrize("cells", [{"lesson": "Live selling"}, {"measure": "Hire service staff"}])
@pytest.mark.parametrize(
    ("next_goal", "lands"),
    [("NEXT", True), ("TOUCH", True), ("SAME", False), ("YEAR", False), ("DRAFT", False), (None, False)],
)
def test_a_lesson_lands_in_a_goal_of_a_later_cycle(cells: Row, next_goal: str | None, lands: bool) -> None:
    assert uncarried(review("G", **cells, next_goal=next_goal)) != lands


@pytest.mark.rule("RETRO-CARRY")
def test_every_lesson_of_a_goal_lands() -> None:
    landed, loose = review("G", lesson="One", next_goal="NEXT"), review("G", lesson="Two")
    assert uncarried(landed, loose)
    assert uncarried(loose, landed)
    assert not uncarried(landed, review("G", lesson="Two", next_goal="NEXT"))
    assert not uncarried(landed, review("G", cause="Parcel congestion"))
    assert not uncarried({**loose, "date": "2026-08-01"})
    assert uncarried({**loose, "date": "2026-07-31"})
    assert not uncarried(loose, goals=[{**LATER[0], "status": "draft"}])
    assert broken("RETRO-CARRY", "2026-07-31", [LATER[0]], loose, **settings("RETRO-CARRY.mode=off")) == {}


# The 618 sale (C)

SHOPPERS: Row = {**SALES, "code": "NEW", "name": "New customers"}
SALE = [
    goal("S1", "D1", cycle="2026-Q2", metric="SALES", target=100e6, due="2026-06-18"),
    goal("S2", "D1", cycle="2026-Q2", metric="NEW", target=200e3, due="2026-06-18"),
    goal("S11", "D1", cycle="2026-Q4", metric="SALES", target=100e6),
]
SOLD = [
    {"goal": "S1", "date": "2026-06-18", "value": 80e6},
    {"goal": "S2", "date": "2026-06-18", "value": 150e3},
    {"goal": "S11", "date": "2026-11-11", "value": 120e6},
]
CAUSES = [
    review("S1", cause_kind="subjective", cause="Dull promotion", lesson="Live selling"),
    review("S1", cause_kind="subjective", cause="Slow service", measure="More service staff"),
    review("S1", cause_kind="objective", cause="Rivals' promotion"),
    review("S1", cause_kind="objective", cause="Parcel congestion", measure="Delivery contracts signed ahead"),
]


def sale(as_of: str, *rows: Row) -> dict[str, Any]:
    return {
        **ORGANISATION,
        "goals": SALE,
        "metrics": [SALES, SHOPPERS],
        "actuals": SOLD,
        "retrospectives": rows,
        "as_of": as_of,
    }


@pytest.mark.rule("RETRO-DUE", "RETRO-CAUSE", "RETRO-CARRY")
def test_the_618_sale() -> None:
    rows = [*CAUSES, review("S2")]
    landed = [{**row, "next_goal": "S11"} for row in rows]
    assert found("RETRO-DUE", **sale("2026-07-14")) == {}
    assert set(found("RETRO-DUE", **sale("2026-07-15"))) == {"D1"}
    assert found("RETRO-DUE", **sale("2026-07-15", *rows)) == {}
    assert set(found("RETRO-CAUSE", **sale("2026-06-30", *rows))) == {"S2"}
    assert set(found("RETRO-CARRY", **sale("2026-06-30", *rows))) == {"S1"}
    assert found("RETRO-CARRY", **sale("2026-06-30", *landed)) == {}
    taken = snapshot(**sale("2026-12-31", *landed, review("S11")))
    assert retrospective_entries(taken) == [
        {"goal": "S1", "result": "missed"},
        {"goal": "S11", "result": "exceeded"},
        {"goal": "S2", "result": "missed"},
    ]


@pytest.mark.parametrize(
    ("as_of", "attained", "stated", "result"),
    [
        ("2026-03-31", 100.0, None, "met"),
        ("2026-03-31", 100.0 + 1e-8, None, "met"),
        ("2026-03-31", 100.000001, None, "exceeded"),
        ("2026-03-31", 99.0, None, "missed"),
        ("2026-03-31", None, None, None),
        ("2026-03-30", 100.0, None, None),  # still running
        ("2026-03-30", 100.0, "exceeded", "exceeded"),
        ("2026-03-31", 99.0, "met", "met"),
    ],
)
def test_a_result_is_stated_or_computed_once_due(
    as_of: str, attained: float | None, stated: str | None, result: str | None
) -> None:
    line, values = measured("G", attained)
    early = [{**row, "date": "2026-03-30"} for row in values]
    rows = [review("G", result=stated), review("G")]
    tables: dict[str, Any] = {**ORGANISATION, "goals": [line, goal("NONE")], "metrics": [SALES], "actuals": early}
    assert retrospective_entries(snapshot(as_of, **tables, retrospectives=rows)) == [{"goal": "G", "result": result}]
    assert retrospective_entries(snapshot(as_of, **tables, retrospectives=[])) == []
    assert retrospective_entries(snapshot(as_of, **tables)) == []


@pytest.mark.rule("RETRO-DUE", "RETRO-CAUSE", "RETRO-CARRY")
@pytest.mark.parametrize("rule", ["RETRO-DUE", "RETRO-CAUSE", "RETRO-CARRY"])
def test_without_its_sheets_a_rule_is_silent(rule: str) -> None:
    rows = [] if rule == "RETRO-DUE" else [review("G", result="missed", lesson="Learn")]
    assert set(broken(rule, "2026-06-30", [Q1], *rows)) == {"D1" if rule == "RETRO-DUE" else "G"}
    assert found(rule, "2026-06-30", **ORGANISATION, goals=[Q1]) == {}
    assert found(rule, "2026-06-30", **ORGANISATION, retrospectives=[]) == {}
    assert broken(rule, "2026-06-30", [Q1], **settings(f"{rule}.mode=off")) == {}
