"""The ledger's figures, the year's totals, and core work without money."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.engine.budgets import budget_totals, ledger
from tests.make.acme import ORGANISATION, goal, settings
from tests.make.company import Row, found, snapshot

HUGE = 10**18
"""1e15 of a currency with three decimals, in minor units."""


def request(code: str, **cells: Any) -> Row:
    return {"code": code, "name": code, "cycle": "2026", "unit": "D1", **cells}


def entry(kind: str, amount: int, code: str = "B", date: str = "2026-03-31", **cells: Any) -> Row:
    return {"request": code, "date": date, "kind": kind, "amount": amount, **cells}


def balances(*entries: Row, allocated: int | None = 1000, **tables: Any) -> list[tuple[int, int, int]]:
    """Return (current, committed, spent) of the requests B and C."""
    rows = [request("B", allocated=allocated), request("C", allocated=500)]
    money = ledger(snapshot(**ORGANISATION, **{"budget_requests": rows, "budget_entries": entries, **tables}))
    return list(zip(money.current.tolist(), money.committed.tolist(), money.spent.tolist(), strict=True))


@pytest.mark.parametrize(
    ("entries", "current", "committed", "spent"),
    [
        ([], 1000, 0, 0),
        ([entry("supplement", 300)], 1300, 0, 0),
        ([entry("reclaim", 300)], 700, 0, 0),
        ([entry("commit", 300)], 1000, 300, 0),
        ([entry("commit", 300), entry("release", 100)], 1000, 200, 0),
        ([entry("commit", 300), entry("spend", 200)], 1000, 100, 200),
        ([entry("commit", 300), entry("spend", 350)], 1000, 0, 350),
        ([entry("commit", 300), entry("release", 200), entry("spend", 200)], 1000, 0, 200),
        ([entry("spend", 200), entry("refund", 50)], 1000, 0, 150),
        ([entry("commit", 300), entry("spend", 300), entry("refund", 300)], 1000, 0, 0),
        ([entry("spend", 200, date="2026-06-30"), entry("spend", 9, date="2026-07-01")], 1000, 0, 200),
    ],
)
def test_balances(entries: list[Row], current: int, committed: int, spent: int) -> None:
    assert balances(*entries) == [(current, committed, spent), (500, 0, 0)]


def test_transfers_leave_the_sum_alone() -> None:
    entries = [entry("transfer", 250, to="C"), entry("transfer", 50, "C", to="B"), entry("transfer", 7, to="B")]
    assert [current for current, *_ in balances(*entries)] == [800, 700]


def test_nothing_allocated_is_an_opening_of_nothing() -> None:
    assert balances(entry("supplement", 5), allocated=None)[0] == (5, 0, 0)


@given(st.lists(st.tuples(st.sampled_from(("supplement", "reclaim", "transfer")), st.integers(0, 10**6)), max_size=6))
def test_the_sum_of_all_balances_moves_by_supplements_and_reclaims_only(moves: list[tuple[str, int]]) -> None:
    entries = [entry(kind, amount, to="C" if kind == "transfer" else None) for kind, amount in moves]
    change = sum({"supplement": amount, "reclaim": -amount, "transfer": 0}[kind] for kind, amount in moves)
    assert sum(current for current, *_ in balances(*entries)) == 1500 + change


def test_sums_beyond_64_bits_are_exact() -> None:
    entries = [entry("supplement", HUGE, date=f"2026-01-{day:02}") for day in range(1, 6)]
    entries += [entry("transfer", HUGE, "C", date=f"2026-02-{day:02}", to="B") for day in range(1, 6)]
    entries += [entry("commit", HUGE, date=f"2026-03-{day:02}") for day in range(1, 12)]
    assert balances(*entries, allocated=HUGE) == [(11 * HUGE, 11 * HUGE, 0), (500 - 5 * HUGE, 0, 0)]


@pytest.mark.parametrize("supplements", [1, 4])
def test_sums_near_64_bits_are_exact(supplements: int) -> None:
    """Each sum fits, their sum does not."""
    days = range(1, supplements + 1)
    entries = [entry("supplement", HUGE, date=f"2026-01-{day:02}") for day in days]
    entries += [entry("transfer", HUGE, "C", date=f"2026-02-{day:02}", to="B") for day in days]
    entries += [entry("supplement", HUGE // 2), entry("transfer", HUGE // 2, "C", to="B")]
    assert balances(*entries, allocated=HUGE)[0][0] == (2 * supplements + 2) * HUGE


# What a request serves: its own priority, else its key task's, else its goal's or the nearest above it.

PLAN: list[Row] = [
    {"code": "K1", "element": "key_task", "text": "One", "priority": "P1"},
    {"code": "K2", "element": "key_task", "text": "Two", "priority": "P2"},
    {"code": "Z3", "element": "csf", "text": "No task", "priority": "P1"},
]
PRIORITIES: list[Row] = [
    {"code": "P1", "name": "First", "cycle": "2026", "core": True},
    {"code": "P2", "name": "Second", "cycle": "2026"},
    {"code": "P3", "name": "Third", "cycle": "2026"},
]
GOALS: list[Row] = [
    goal("G1", key_task="K1"),
    goal("G2", parent="G1"),
    goal("G3", parent="G2", priority="P2"),
    goal("G4", parent="G3"),
]


@pytest.mark.parametrize(
    ("cells", "priority"),
    [
        ({"priority": "P3", "key_task": "K2", "goal": "G1"}, "P3"),
        ({"key_task": "K2", "goal": "G1"}, "P2"),
        ({"goal": "G1"}, "P1"),
        ({"goal": "G2"}, "P1"),
        ({"goal": "G3"}, "P2"),
        ({"goal": "G4"}, "P2"),
        ({}, None),
    ],
)
def test_the_priority_of_a_request(cells: dict[str, str], priority: str | None) -> None:
    tables = {"plan": PLAN, "priorities": PRIORITIES, "goals": GOALS, "budget_requests": [request("B", **cells)]}
    seen = snapshot(**ORGANISATION, **tables)
    place = int(ledger(seen).priority[0])
    assert (str(seen.company.priorities.code[place]) if place >= 0 else None) == priority


# Totals.


def totals(*requests: Row, **tables: Any) -> Any:
    rows = {**ORGANISATION, "plan": PLAN, "priorities": PRIORITIES, "goals": GOALS, "budget_requests": requests}
    return budget_totals(snapshot(**{**rows, **tables}))


def test_totals_of_the_year_and_its_parts() -> None:
    found_ = totals(
        request("B", allocated=700, priority="P1"),
        request("C", allocated=300, cycle="2026-Q2", priority="P2"),
        request("D", allocated=9000, cycle="2025", priority="P2"),
        request("E", allocated=5000, nature="running"),
        budget_entries=[
            entry("commit", 100),
            entry("spend", 30),
            entry("spend", 20, "C"),
            entry("refund", 5, "C"),
            entry("spend", 999, "D"),
        ],
        budget_envelopes=[{"cycle": "2026", "amount": 8000}, {"cycle": "2026-Q1", "amount": 3}],
    )
    assert (found_.envelope, found_.allocated, found_.committed, found_.spent) == (8000, 6000, 70, 45)
    assert found_.core_share == 0.7


@pytest.mark.parametrize("requests", [[], [request("B", nature="running", allocated=5)], [request("B", allocated=0)]])
def test_without_strategic_money_there_is_no_core_share(requests: list[Row]) -> None:
    assert totals(*requests).core_share is None


def test_the_core_share_is_of_current_allocations() -> None:
    requests = [request("B", allocated=1000, priority="P1"), request("C", allocated=0, priority="P3")]
    moved = totals(*requests, budget_entries=[entry("transfer", 250, to="C")])
    assert moved.core_share == 0.75


@pytest.mark.parametrize(
    ("envelopes", "envelope"),
    [
        ([], None),
        ([("2026-Q1", 3), ("2026-Q2", 4), ("2025", 9)], 7),
        ([("2025", 9)], None),
        ([("2026", 0), ("2026-Q1", 3)], 0),
    ],
)
def test_the_envelope_is_the_years_else_that_of_its_parts(
    envelopes: list[tuple[str, int]], envelope: int | None
) -> None:
    rows = [{"cycle": cycle, "amount": amount} for cycle, amount in envelopes]
    assert totals(budget_envelopes=rows).envelope == envelope


def test_without_requests_only_the_envelope_is_known() -> None:
    seen = snapshot(**ORGANISATION, budget_envelopes=[{"cycle": "2026", "amount": 8}])
    found_ = budget_totals(seen)
    assert found_.envelope == 8
    assert (found_.allocated, found_.committed, found_.spent, found_.core_share) == (None,) * 4


def test_totals_of_huge_sums_are_exact() -> None:
    found_ = totals(*(request(f"B{number}", allocated=HUGE, priority="P1") for number in range(12)))
    assert (found_.allocated, found_.core_share) == (12 * HUGE, 1)


# OTB-UNFUNDED


def unfunded(*requests: Row, setting: tuple[str, ...] = (), **tables: Any) -> dict[str, Any]:
    rows = {**ORGANISATION, "plan": PLAN, "priorities": PRIORITIES, "goals": GOALS, "budget_requests": requests}
    findings = found("OTB-UNFUNDED", **{**rows, **settings(*setting), **tables})
    return {code: (one.severity, one.subject.type, one.evidence) for code, one in findings.items()}


PRIORITY, TASK = ("error", "priority", {}), ("error", "plan", {})


@pytest.mark.rule("OTB-UNFUNDED")
@pytest.mark.parametrize(
    ("requests", "entries", "expected"),
    [
        ([], [], {"P1": PRIORITY, "K1": TASK}),
        ([request("B", allocated=1, key_task="K1")], [], {}),
        ([request("B", allocated=1, goal="G2")], [], {}),
        ([request("B", allocated=1, priority="P1")], [], {"K1": TASK}),
        ([request("B", allocated=0, key_task="K1")], [], {"P1": PRIORITY, "K1": TASK}),
        ([request("B", requested=5, key_task="K1")], [], {"P1": PRIORITY, "K1": TASK}),
        ([request("B", allocated=1, key_task="K1", cycle="2025")], [], {"P1": PRIORITY, "K1": TASK}),
        ([request("B", allocated=1, key_task="K1", cycle="2026-Q4")], [], {}),
        ([request("B", allocated=5, key_task="K1")], [entry("reclaim", 5)], {"P1": PRIORITY, "K1": TASK}),
        ([request("B", allocated=5, key_task="K1")], [entry("reclaim", 4)], {}),
        ([request("B", allocated=5, key_task="K1")], [entry("spend", 9)], {}),
        ([request("B", key_task="K1")], [entry("supplement", 1, date="2026-06-30")], {}),
        ([request("B", key_task="K1")], [entry("supplement", 1, date="2026-07-01")], {"P1": PRIORITY, "K1": TASK}),
        ([request("B", allocated=HUGE, key_task="K1"), request("C", allocated=HUGE, key_task="K1")], [], {}),
    ],
)
def test_core_work_has_an_allocation(requests: list[Row], entries: list[Row], expected: dict[str, Any]) -> None:
    assert unfunded(*requests, budget_entries=entries) == expected
    assert unfunded(*requests, budget_entries=entries, setting=("OTB-UNFUNDED.mode=off",)) == {}


@pytest.mark.rule("OTB-UNFUNDED")
def test_only_core_priorities_of_the_year_and_their_key_tasks_are_judged() -> None:
    rows = [{**row, "core": row["code"] == "P2"} for row in PRIORITIES]
    assert set(unfunded(priorities=rows)) == {"P2", "K2"}
    assert unfunded(priorities=[{**row, "cycle": "2025"} for row in PRIORITIES]) == {}
    plan = [{**row, "cycle": "2025"} for row in PLAN]
    assert set(unfunded(plan=plan)) == {"P1"}


@pytest.mark.rule("OTB-UNFUNDED")
def test_without_the_sheet_of_requests_nothing_is_unfunded() -> None:
    assert not found("OTB-UNFUNDED", **ORGANISATION, plan=PLAN, priorities=PRIORITIES)
