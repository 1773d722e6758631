"""What one day sees of a company: cycles, goals, people, targets in force."""

from typing import Any

import numpy as np
import pytest

from guantong.engine.calendar import iso_day
from guantong.engine.snapshot import NoYearError, Snapshot, figure, first_known, take
from tests.make.acme import ORGANISATION, PEOPLE, UNITS, changed, goal
from tests.make.company import build, day, snapshot


def cycle(code: str, start: str, end: str, **cells: Any) -> dict[str, Any]:
    return {"code": code, "name": code, "start": start, "end": end, **cells}


def named(seen: Snapshot, table: str, mask: np.ndarray) -> set[str]:
    return set(getattr(seen.company, table).code[mask])


# Cycles


@pytest.mark.parametrize(
    ("start", "end", "kind"),
    [
        ("2026-02-01", "2026-02-28", "month"),
        ("2026-01-01", "2026-02-04", "month"),  # 4-4-5 calendars
        ("2026-01-01", "2026-03-31", "quarter"),
        ("2026-01-01", "2026-04-05", "quarter"),
        ("2026-01-01", "2026-06-30", "half"),
        ("2026-01-01", "2026-12-31", "year"),
        ("2025-12-29", "2027-01-03", "year"),  # 53 weeks
        ("2026-01-01", "2028-12-31", "horizon"),
        ("2026-01-01", "2030-12-31", "horizon"),
    ],
)
def test_an_empty_kind_follows_from_the_length(start: str, end: str, kind: str) -> None:
    years = [cycle("Y", "2000-01-01", "2000-12-31", kind="year"), cycle("Z", start, end)]
    kinds = ("horizon", "year", "half", "quarter", "month")
    assert kinds[snapshot(cycles=years).cycle_kind[1]] == kind


def test_a_stated_kind_holds_whatever_the_length() -> None:
    cycles = [
        cycle("H", "2026-01-01", "2026-12-31", kind="horizon"),
        cycle("Y", "2026-04-01", "2026-12-31", kind="year"),
    ]
    assert snapshot(cycles=cycles).cycle_kind.tolist() == [0, 1]


def test_an_empty_parent_is_the_shortest_larger_cycle_around() -> None:
    cycles = [
        cycle("A-HORIZON", "2024-01-01", "2026-12-31"),
        cycle("B-YEAR", "2026-01-01", "2026-12-31"),
        cycle("C-HALF", "2026-01-01", "2026-06-30"),
        cycle("D-Q1", "2026-01-01", "2026-03-31"),
        cycle("E-SHORTER", "2026-01-01", "2026-03-25"),
        cycle("F-Q4", "2026-10-01", "2026-12-31"),
        cycle("G-MARCH", "2026-03-01", "2026-03-31", parent="A-HORIZON"),
        cycle("H-OVERLAP", "2026-06-15", "2026-07-14"),
        cycle("I-2023", "2023-01-01", "2023-12-31"),
    ]
    assert snapshot(cycles=cycles).cycle_parent.tolist() == [-1, 0, 1, 2, 2, 1, 0, 1, -1]


def test_an_inferred_parent_never_closes_a_circle() -> None:
    cycles = [cycle("Y", "2026-01-01", "2026-12-31", parent="Q"), cycle("Q", "2026-01-01", "2026-03-31")]
    assert snapshot("2026-02-01", cycles=cycles).checked_cycles.tolist() == [True, True]


@pytest.mark.parametrize(
    ("as_of", "year", "checked"),
    [
        ("2026-01-01", "2026", {"2026", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2026-28"}),
        ("2026-12-31", "2026", {"2026", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2026-28"}),
        ("2025-12-31", "2025", {"2025"}),
        ("2025-01-01", "2025", {"2025"}),
        ("2031-05-05", "2026", {"2026", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2026-28"}),
    ],
)
def test_checked_are_the_year_around_the_day_its_parts_and_what_holds_it(
    as_of: str, year: str, checked: set[str]
) -> None:
    seen = snapshot(as_of)
    assert seen.company.cycles.code[seen.year] == year
    assert named(seen, "cycles", seen.checked_cycles) == checked
    assert named(seen, "cycles", seen.year_cycles) == checked - {"2026-28"}


def test_a_year_contains_its_last_day() -> None:
    years = [cycle("A", "2025-01-01", "2025-12-31"), cycle("B", "2025-03-01", "2025-06-30", kind="year")]
    assert [snapshot(day, cycles=years).year for day in ("2025-06-30", "2025-07-01", "2025-12-31")] == [1, 0, 0]


def test_the_year_before_is_seen_on_its_last_day() -> None:
    before = snapshot("2026-06-30").year_before
    assert before is not None
    assert (before.company.cycles.code[before.year], iso_day(before.as_of)) == ("2025", "2025-12-31")
    assert before.year_before is None
    overlapping = [cycle("A", "2025-02-01", "2026-01-01"), cycle("B", "2026-01-01", "2026-12-31")]
    assert snapshot(cycles=overlapping).year_before is None


def test_without_a_year_begun_there_is_no_check() -> None:
    with pytest.raises(NoYearError):
        snapshot("2024-12-31")
    with pytest.raises(NoYearError):
        snapshot(cycles=[cycle("Q", "2026-01-01", "2026-03-31")])


@pytest.mark.parametrize(("start", "month"), [("2026-01-01", 1), ("2025-07-01", 7), ("2025-12-01", 12)])
def test_the_month_in_which_the_year_starts(start: str, month: int) -> None:
    assert snapshot(cycles=[cycle("Y", start, "2026-12-31", kind="year")]).first_month == month


# Goals

KINDS_OF_GOALS = [
    goal("EMPTY"),
    goal("PUBLISHED", status="published", parent="DRAFT"),
    goal("DRAFT", status="draft", parent="EMPTY"),
    goal("CLOSED", status="closed", parent="EMPTY"),
    goal("STRETCH", "D1", stretch=True),
    goal("EXEMPT", exempt=True),
    goal("QUARTER", cycle="2026-Q2"),
    goal("LASTYEAR", cycle="2025"),
    goal("LONG", cycle="2026-28"),
    goal("LONGNO", cycle="2026-28", horizon=False),
    goal("LONGYES", horizon=True),
    goal("MINE", personal=True),
]
THERE = {row["code"] for row in KINDS_OF_GOALS} - {"DRAFT", "LASTYEAR"}


@pytest.mark.parametrize(
    ("mask", "codes"),
    [
        ("goals_there", THERE),
        ("published", THERE - {"CLOSED"}),
        ("contract", THERE - {"STRETCH"}),
        ("counted", THERE - {"STRETCH", "EXEMPT"}),
        ("horizon_goals", {"LONG", "LONGYES"}),
        ("year_goals", THERE - {"LONG", "LONGYES", "LONGNO"}),
        ("company_goals", THERE - {"STRETCH", "MINE"}),
    ],
)
def test_which_goals_are_in_play(mask: str, codes: set[str]) -> None:
    seen = snapshot(**ORGANISATION, goals=KINDS_OF_GOALS)
    assert named(seen, "goals", getattr(seen, mask)) == codes


def test_a_draft_is_nobodys_parent() -> None:
    seen = snapshot(**ORGANISATION, goals=KINDS_OF_GOALS)
    parents = dict(zip(seen.company.goals.code, seen.goal_parent, strict=True))
    empty = list(seen.company.goals.code).index("EMPTY")
    assert (parents["PUBLISHED"], parents["CLOSED"], parents["EMPTY"]) == (-1, empty, -1)


def test_dates_of_a_goal_are_its_own_else_its_cycles() -> None:
    goals = [goal("A"), goal("B", start="2026-02-01"), goal("C", cycle="2026-Q2", due="2026-05-31")]
    seen = snapshot(**ORGANISATION, goals=goals)
    assert [iso_day(value) for value in seen.goal_start] == ["2026-01-01", "2026-02-01", "2026-04-01"]
    assert [iso_day(value) for value in seen.goal_due] == ["2026-12-31", "2026-12-31", "2026-05-31"]


@pytest.mark.rule("GOAL-PRIORITY")
def test_a_goals_priority_is_its_own_else_its_key_tasks() -> None:  # settled reading 11
    seen = snapshot(
        **ORGANISATION,
        priorities=[{"code": code, "name": code, "cycle": "2026"} for code in ("P1", "P2")],
        plan=[
            {"code": "K1", "element": "key_task", "text": "Do", "priority": "P2"},
            {"code": "K2", "element": "key_task", "text": "Do"},
        ],
        goals=[
            goal("A", priority="P1", key_task="K1"),
            goal("B", key_task="K1"),
            goal("C", key_task="K2"),
            goal("D"),
        ],
    )
    assert seen.priority.tolist() == [0, 1, -1, -1]
    assert seen.key_task.tolist() == [0, 0, 1, -1]


def adjustment(effective: str, new: float, **people: str | None) -> dict[str, Any]:
    who = {"proposer": "ANN", "approver": "BOSS", **people}
    return {"goal": "G", "effective": effective, "old": 50, "new": new, "cause": "market", **who}


@pytest.mark.parametrize(
    ("as_of", "rows", "target"),
    [
        ("2026-06-30", [], 50),
        ("2026-06-29", [adjustment("2026-06-30", 30)], 50),
        ("2026-06-30", [adjustment("2026-06-30", 30)], 30),  # online sales +50% lowered to +30%
        ("2026-06-30", [adjustment("2026-05-01", 30), adjustment("2026-03-01", 40)], 30),
        ("2026-04-30", [adjustment("2026-05-01", 30), adjustment("2026-03-01", 40)], 40),
        ("2026-06-30", [adjustment("2026-05-01", 30, approver=None), adjustment("2026-03-01", 40)], 40),
        ("2026-06-30", [adjustment("2026-05-01", 30, approver="ANN")], 50),
        ("2026-06-30", [adjustment("2026-05-01", 30, proposer="BOSS", approver="ANN")], 30),
        ("2026-06-30", [adjustment("2026-05-01", 30, proposer=None)], 30),
        ("2026-06-30", [adjustment("2026-05-01", 30, proposer=None, approver=None)], 50),
    ],
)
def test_target_in_force(as_of: str, rows: list[dict[str, Any]], target: float) -> None:  # settled reading 7
    seen = snapshot(as_of, **ORGANISATION, goals=[goal("F", target=7), goal("G", target=50)], adjustments=rows)
    assert seen.target.tolist() == [7, target]
    assert seen.adjusted.tolist() == [False, target != 50]
    assert seen.company.goals.target.tolist() == [7, 50], "nothing is overwritten"


def test_metric_columns_by_goal() -> None:
    metrics = [{"code": "M", "name": "M", "direction": "lower", "best": 5}]
    seen = snapshot(**ORGANISATION, metrics=metrics, goals=[goal("A", metric="M"), goal("B")])
    assert np.array_equal(seen.metric_of("best", np.nan), [5, np.nan], equal_nan=True)
    assert seen.metric_is("direction", "lower", "range").tolist() == [True, False]
    assert seen.metric_of("best", np.nan) is seen.metric_of("best", np.nan)
    with pytest.raises(ValueError, match="read-only"):
        seen.metric_is("direction", "lower")[0] = False


# Units and people


def test_within_is_the_unit_itself_or_one_below() -> None:
    seen = snapshot(**ORGANISATION)
    assert [str(code) for code in seen.company.units.code] == ["B1", "D1", "D2", "HQ", "T1"]
    assert seen.root == 3
    units = np.arange(5)
    assert seen.within(units, np.full(5, 0)).tolist() == [True, True, False, False, True]
    assert seen.within(units, np.full(5, seen.root)).all()
    assert not seen.within(np.array([-1, 0, -1]), np.array([0, -1, -1])).any()


def test_without_units_there_is_no_root_and_nothing_within() -> None:
    seen = snapshot()
    assert seen.root == -1
    assert seen.within(np.array([[-1]]), np.array([-1, -1])).tolist() == [[False, False]]


@pytest.mark.rule("GOAL-NOBODY")
@pytest.mark.parametrize(
    ("joined", "left", "active", "settled"),
    [
        (None, None, True, True),
        ("2026-06-30", None, True, False),
        ("2026-07-01", None, False, False),
        ("2026-05-31", None, True, True),  # 30 days ago
        ("2026-06-01", None, True, False),  # 29 days ago
        (None, "2026-06-30", False, False),
        (None, "2026-07-01", True, True),
    ],
)
def test_active_and_settled_people(joined: str | None, left: str | None, active: bool, settled: bool) -> None:
    people = changed(PEOPLE, "ANN", joined=joined, left=left)
    seen = snapshot("2026-06-30", units=UNITS, people=people)
    ann = list(seen.company.people.code).index("ANN")
    assert (seen.active[ann], seen.settled[ann]) == (active, settled)


# Figures


def test_a_figure_is_computed_once_for_each_snapshot() -> None:
    calls: list[int] = []

    @figure
    def as_of(seen: Snapshot) -> int:
        """Return the day."""
        calls.append(seen.as_of)
        return seen.as_of

    seen, other = snapshot("2026-06-30"), snapshot("2026-07-01")
    assert [as_of(seen), as_of(seen), as_of(other)] == [day("2026-06-30"), day("2026-06-30"), day("2026-07-01")]
    assert calls == [day("2026-06-30"), day("2026-07-01")]
    assert as_of.__doc__ == "Return the day."


def test_take_and_first_known() -> None:
    positions = np.array([1, -1, 0])
    assert take(np.array([5.0, 6.0]), positions, np.nan).tolist()[0::2] == [6, 5]
    assert take(np.array([], dtype=np.int64), np.array([-1, -1])).tolist() == [-1, -1]
    assert first_known(positions, np.array([7, -1, 8]), np.array([9, 9, 9])).tolist() == [1, 9, 0]


def test_parameters_are_the_companys_own_unless_given() -> None:
    company = build(company=[{"code": "C", "name": "C", "stage": "startup", "settings": ["GOAL-FOCUS.max=3"]}])
    seen = Snapshot(company, day("2026-06-30"))
    assert seen.parameters.stage == "startup"
    assert seen.parameters.value("GOAL-FOCUS", "max") == 3
    assert Snapshot(company, day("2026-06-30"), snapshot().parameters).parameters.value("GOAL-FOCUS", "max") == 7
