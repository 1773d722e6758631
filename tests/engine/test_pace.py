"""Spending beside progress: supplement, cut or reinforce, overspending."""

from typing import Any

import pytest

from guantong.engine.spending import request_entries
from tests.make.acme import settings
from tests.make.company import Row, found
from tests.make.measured import UNITS, child, goal, metric, objective, values, view

SUM = metric(aggregation="sum", phasing="plan")
DAY = "2026-06-30"


def request(allocated: int | None = 1000, **cells: Any) -> Row:
    given = {"code": "B", "name": "B", "cycle": "2026", "unit": "HQ", "goal": "G", "requested": 0}
    return {**given, "allocated": allocated, **cells}


def spent(amount: int, code: str = "B") -> list[Row]:
    return [{"request": code, "date": DAY, "kind": "spend", "amount": amount}] if amount else []


def case(progress: float, planned: float, money: int, due: int = 1000, **tables: Any) -> dict[str, Any]:
    """Return a company whose goal of 100 stands at `progress` where `planned` was due, both in percent.

    Of 1,000 allocated `money` is spent where `due` was planned.
    """
    return {
        "units": UNITS,
        "metrics": [SUM],
        "goals": [goal(target=100)],
        "target_plans": [{"goal": "G", "month": "2026-06", "planned": planned}],
        "actuals": values("G", (DAY, progress)),
        "budget_requests": [request()],
        "budget_plans": [{"request": "B", "month": "2026-06", "planned": due}],
        "budget_entries": spent(money),
        **tables,
    }


def pace(tables: dict[str, Any], *setting: str) -> tuple[str, Any] | None:
    finding = found("OTB-PACE", DAY, **tables, **settings(*setting)).get("B")
    return (finding.severity, finding.evidence) if finding else None


def verdict(tables: dict[str, Any], as_of: str = DAY) -> Any:
    return request_entries(view(as_of, **tables))[0]["verdict"]


@pytest.mark.rule("OTB-PACE")
@pytest.mark.parametrize(
    ("progress", "planned", "money", "due", "severity", "verdicts"),
    [
        (65, 50, 500, 1000, None, []),
        (65.1, 50, 500, 1000, "advice", ["supplement"]),
        (50, 65, 500, 1000, None, []),
        (50, 65.1, 500, 1000, "warning", ["cut_or_reinforce"]),
        (50, 50, 650, 0, None, []),
        (50, 50, 651, 0, "warning", ["overspending"]),
        (50, 50, 651, 651, None, []),
        (50, 50, 651, 650, "warning", ["overspending"]),
        (50, 70, 700, 0, "warning", ["cut_or_reinforce", "overspending"]),
        (70, 50, 900, 0, "warning", ["overspending", "supplement"]),
        (50, 50, 0, 1000, None, []),
        (130, 90, 500, 1000, None, []),
        (-20, 10, 100, 1000, None, []),
    ],
)
def test_more_than_fifteen_points_break_the_pace(
    progress: float, planned: float, money: int, due: int, severity: str | None, verdicts: list[str]
) -> None:
    tables = case(progress, planned, money, due)
    broken = pace(tables)
    assert (broken and broken[0]) == severity
    assert (broken[1]["verdicts"] if broken else []) == verdicts
    assert verdict(tables) == (verdicts[0] if verdicts else "on_plan")
    assert pace(tables, "OTB-PACE.mode=off") is None


@pytest.mark.rule("OTB-PACE")
def test_evidence_holds_ratios_and_money() -> None:
    """A region behind: budget and crews are adjusted (the case of the logistics speed-up)."""
    assert pace(case(40, 70, 800, 700)) == (
        "warning",
        {
            "spent": 0.8,
            "progress": 0.4,
            "planned": 0.7,
            "proposal": "cut_or_reinforce",
            "verdicts": ["cut_or_reinforce", "overspending"],
            "current": 1000,
            "spent_amount": 800,
            "planned_amount": 700,
        },
    )


@pytest.mark.rule("OTB-PACE")
def test_the_points_are_a_setting() -> None:
    assert pace(case(61, 50, 0), "OTB-PACE.points=10")
    assert not pace(case(60, 50, 0), "OTB-PACE.points=10")
    assert not pace(case(70, 50, 0), "OTB-PACE.points=20")


@pytest.mark.rule("OTB-PACE")
def test_progress_from_a_baseline() -> None:
    """From 60 to 90 points, 69 reached where 81 was planned: 0.3 beside 0.7."""
    tables = case(69, 81, 0, metrics=[metric(phasing="plan")], goals=[goal(target=90, baseline=60)])
    broken = pace(tables)
    assert broken
    assert (broken[0], broken[1]["progress"], broken[1]["planned"]) == ("warning", pytest.approx(0.3), 0.7)


@pytest.mark.rule("OTB-PACE")
@pytest.mark.parametrize(
    ("cells", "of_metric", "progress"),
    [
        ({"target": 100, "baseline": 50}, {"aggregation": "sum"}, 0.4),
        ({"target": 100}, {"aggregation": "last"}, None),
        ({"target": 100, "baseline": 20}, {"aggregation": "last"}, 0.25),
        ({"target": 20, "baseline": 60}, {"aggregation": "last", "direction": "lower"}, 0.5),
        ({"target": 40, "baseline": 40}, {"aggregation": "last"}, None),
        ({"target": 0}, {"aggregation": "sum"}, None),
        ({"target": None}, {"aggregation": "sum"}, None),
        ({"target": 100}, {"aggregation": "sum", "direction": "lower"}, None),
        ({"target": 10, "target_high": 50, "baseline": 0}, {"direction": "range"}, None),
    ],
)
def test_what_progress_is(cells: dict[str, Any], of_metric: dict[str, Any], progress: float | None) -> None:
    tables = case(40, 40, 0, metrics=[metric(**of_metric)], goals=[goal(**cells)], target_plans=[])
    entry = request_entries(view(DAY, **tables))[0]
    assert entry["progress"] == progress
    assert (entry["planned_progress"] is None, entry["verdict"] is None) == (progress is None,) * 2


def test_progress_beyond_all_numbers_is_the_full_target() -> None:
    tables = case(0, 0, 0, goals=[goal(target=1e-20)], actuals=values("G", (DAY, 1e300)), target_plans=[])
    assert request_entries(view(DAY, **tables))[0]["progress"] == 1


@pytest.mark.rule("OTB-PACE")
@pytest.mark.parametrize(
    ("third_due", "third_done", "progress", "planned", "expected"),
    [
        ("2026-06-30", None, 0.5, 1.0, "cut_or_reinforce"),
        ("2026-07-01", None, 0.5, 0.5, "on_plan"),
        ("2026-07-01", "2026-06-30", 1.0, 0.5, "supplement"),
        ("2026-07-01", "2026-07-01", 0.5, 0.5, "on_plan"),
    ],
)
def test_milestones_count_by_weight(
    third_due: str, third_done: str | None, progress: float, planned: float, expected: str
) -> None:
    milestones = [
        {"of": "G", "name": "1", "due": "2026-02-01", "done": "2026-02-01"},
        {"of": "G", "name": "2", "due": "2026-03-01", "done": "2026-03-31", "weight": 3},
        {"of": "G", "name": "3", "due": third_due, "done": third_done, "weight": 4},
        {"of": "K", "name": "4", "due": "2026-02-01"},
    ]
    plan = [{"code": "K", "element": "key_task", "text": "K"}]
    entry = request_entries(
        view(DAY, **case(0, 0, 0, goals=[objective()], actuals=[], milestones=milestones, plan=plan))
    )
    assert [entry[0][key] for key in ("progress", "planned_progress", "verdict")] == [progress, planned, expected]


@pytest.mark.rule("OTB-PACE")
@pytest.mark.parametrize(
    ("tables", "judged"),
    [
        ({}, True),
        ({"goals": [goal(target=100, status="closed")]}, False),
        ({"goals": [goal(target=100, status="draft")]}, False),
        ({"goals": [goal(target=100, cycle="2025")]}, False),
        ({"actuals": []}, False),
        ({"goals": [objective()]}, False),
        ({"goals": [objective(), child("A", target=100)], "actuals": values("A", (DAY, 40))}, False),
        ({"budget_requests": [request(goal=None)]}, False),
        ({"budget_requests": [request(0)]}, False),
        ({"budget_requests": [request(None)]}, False),
        ({"budget_requests": [request(nature="running")]}, True),
    ],
)
def test_only_funded_requests_of_open_goals_with_progress_are_judged(tables: dict[str, Any], judged: bool) -> None:
    behind = case(40, 90, 0, **tables)
    assert (pace(behind) is not None) == judged
    assert verdict(behind) == ("cut_or_reinforce" if judged else None)


@pytest.mark.rule("OTB-PACE")
@pytest.mark.parametrize(("known", "judged"), [(80, True), (79, False)])
def test_a_partial_figure_has_no_pace(known: int, judged: bool) -> None:
    goals = [goal(target=100, rollup="sum"), child("A", target=known), child("C", target=100 - known)]
    tables = case(40, 90, 0, goals=goals, actuals=values("A", (DAY, 40)))
    assert (pace(tables) is not None) == judged


@pytest.mark.rule("OTB-PACE")
def test_a_request_of_another_year_is_not_judged() -> None:
    tables = case(40, 90, 0, budget_requests=[request(cycle="2025")])
    assert pace(tables) is None
    assert request_entries(view(DAY, **tables)) == []


@pytest.mark.rule("OTB-PACE")
def test_what_is_spent_later_is_not_spent_yet() -> None:
    later = [{"request": "B", "date": "2026-07-01", "kind": "spend", "amount": 900}]
    assert pace(case(50, 50, 0, 0, budget_entries=later)) is None
    assert pace(case(50, 50, 900, 0))


@pytest.mark.rule("OTB-PACE")
def test_without_the_sheet_of_entries_spending_is_unknown() -> None:
    tables = case(40, 90, 0)
    del tables["budget_entries"]
    broken = pace(tables)
    assert broken
    assert (broken[1]["spent"], broken[1]["verdicts"]) == (None, ["cut_or_reinforce"])
    for sheet in ("goals", "budget_requests"):
        rows = {name: cells for name, cells in case(40, 90, 0).items() if name != sheet}
        dependent = {"goals": ("actuals", "target_plans"), "budget_requests": ("budget_plans", "budget_entries")}[sheet]
        rows |= {name: [] for name in dependent}
        if sheet == "goals":
            rows["budget_requests"] = [request(goal=None)]
        assert pace(rows) is None


@pytest.mark.rule("OTB-PACE", "OTB-UNLINKED")
def test_a_request_tied_to_no_goal_is_told_once() -> None:
    tables = case(40, 90, 900, 0, budget_requests=[request(goal=None)])
    assert found("OTB-UNLINKED", DAY, **tables)
    assert pace(tables) is None


@pytest.mark.rule("OTB-PACE")
def test_huge_sums_are_exact() -> None:
    huge = 10**18
    tables = case(50, 50, 0, 0, budget_requests=[request(huge)], budget_plans=[], cycles=HALF)
    planned = huge * 181 // 365
    assert pace({**tables, "budget_entries": spent(planned + 1)}) is None
    tables = {
        **tables,
        "actuals": values("G", (DAY, 30)),
        "target_plans": [{**tables["target_plans"][0], "planned": 30}],
    }
    assert pace({**tables, "budget_entries": spent(planned)}) is None
    assert pace({**tables, "budget_entries": spent(planned + 1)})


HALF: list[Row] = [{"code": "2026", "name": "2026", "kind": "year", "start": "2026-01-01", "end": "2026-12-31"}]
