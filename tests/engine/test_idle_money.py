"""Money that lies idle at a quarter's end, and who gets it."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.engine.spending import budget_transfers, planned_spending, request_entries
from tests.make.acme import ORGANISATION, goal, settings
from tests.make.company import COMPANY, Row, found, snapshot

PRIORITIES: list[Row] = [
    {"code": "P1", "name": "First", "cycle": "2026", "rank": 1, "core": True},
    {"code": "P2", "name": "Second", "cycle": "2026", "rank": 2},
    {"code": "P3", "name": "Also second, core", "cycle": "2026", "rank": 2, "core": True},
    {"code": "P9", "name": "Without rank", "cycle": "2026"},
]
HUGE = 10**18
Q1 = "2026-03-31"


def request(code: str = "B", allocated: int = 1200, requested: int = 0, **cells: Any) -> Row:
    given_ = {"code": code, "name": code, "cycle": "2026", "unit": "D1", "requested": requested, "allocated": allocated}
    return {**given_, **cells}


def entry(kind: str, amount: int, date: str = Q1, code: str = "B", **cells: Any) -> Row:
    return {"request": code, "date": date, "kind": kind, "amount": amount, **cells}


def plans(code: str = "B", each: int = 100) -> list[Row]:
    return [{"request": code, "month": f"2026-{month:02}", "planned": each} for month in range(1, 13)]


def tables(*entries: Row, requests: Any = None, plan: Any = None, **more: Any) -> dict[str, Any]:
    return {
        **ORGANISATION,
        "priorities": PRIORITIES,
        "goals": [goal("G"), goal("DONE", status="closed")],
        "budget_requests": [request()] if requests is None else requests,
        "budget_plans": plans() if plan is None else plan,
        "budget_entries": entries,
        **more,
    }


def idle(*entries: Row, as_of: str = "2026-04-15", **more: Any) -> dict[str, int]:
    findings = found("OTB-IDLE", as_of, **tables(*entries, **more))
    return {code: one.evidence["idle"] for code, one in findings.items()}


@pytest.mark.rule("OTB-IDLE")
@pytest.mark.parametrize(("spent", "expected"), [(300, {}), (301, {}), (299, {"B": 1}), (0, {"B": 300})])
def test_what_was_planned_to_the_quarters_end_and_is_not_spent_lies_idle(spent: int, expected: dict[str, int]) -> None:
    entries = [entry("spend", spent)] if spent else []
    assert idle(*entries) == expected
    assert idle(*entries, **settings("OTB-IDLE.mode=off")) == {}


@pytest.mark.rule("OTB-IDLE")
def test_severity_subject_and_evidence() -> None:
    """Planned 3 months of 100, spent 180, 20 committed: 100 of 1,200 are free to go."""
    needy = request("N", 40, 100, priority="P1", cycle="2026-Q2")
    entries = [entry("spend", 180), entry("commit", 200)]
    finding = found("OTB-IDLE", "2026-04-15", **tables(*entries, requests=[request(), needy]))["B"]
    assert (finding.severity, finding.subject.type, finding.owner) == ("advice", "request", "DAN")
    assert finding.evidence == {
        "idle": 100,
        "transfers": [{"to": "N", "amount": 60}],
        "share": 100 / 1200,
        "receivers": ["N"],
        "quarter_end": Q1,
    }


@pytest.mark.rule("OTB-IDLE")
@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2026-03-30", {}),
        ("2026-03-31", {"B": 300}),
        ("2026-06-29", {"B": 300}),
        ("2026-06-30", {"B": 600}),
        ("2026-12-31", {"B": 1200}),
        ("2027-02-15", {"B": 1200}),
    ],
)
def test_the_last_quarter_end_of_the_checked_year_counts(as_of: str, expected: dict[str, int]) -> None:
    assert idle(as_of=as_of) == expected


@pytest.mark.rule("OTB-IDLE")
def test_quarters_begin_with_the_checked_year() -> None:
    cycles = [{"code": "2026", "name": "2026", "kind": "year", "start": "2026-02-01", "end": "2027-01-31"}]
    assert idle(as_of="2026-04-29", cycles=cycles, goals=[]) == {}
    assert idle(as_of="2026-04-30", cycles=cycles, goals=[]) == {"B": 400}, "the plan of January counts as well"


@pytest.mark.rule("OTB-IDLE")
@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([entry("commit", 100)], {"B": 200}),
        ([entry("commit", 100), entry("release", 100)], {"B": 300}),
        ([entry("spend", 300), entry("refund", 50)], {"B": 50}),
        ([entry("spend", 100, "2026-04-01")], {"B": 300}),
        ([entry("spend", 1000, "2026-04-01")], {"B": 200}),
        ([entry("commit", 1150, "2026-04-01")], {"B": 50}),
        ([entry("spend", 1200, "2026-04-01")], {}),
        ([entry("reclaim", 100, "2026-04-01")], {"B": 200}),
        ([entry("reclaim", 300, "2026-04-15")], {}),
        ([entry("reclaim", 300, "2026-04-16")], {"B": 300}),
        ([entry("reclaim", 300)], {}),
        ([entry("reclaim", 300, "2026-03-30")], {"B": 300}),
        ([entry("transfer", 120, "2026-04-01", to="C")], {"B": 180}),
    ],
)
def test_what_is_bound_taken_back_or_spent_since_is_not_idle(entries: list[Row], expected: dict[str, int]) -> None:
    assert idle(*entries, requests=[request(), request("C", 0)]) == expected


@pytest.mark.rule("OTB-IDLE")
@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, {"B": 1200 * 90 // 365}),
        ({"cycle": "2026-Q1"}, {"B": 1200}),
        ({"cycle": "2026-Q2"}, {}),
        ({"cycle": "2025"}, {}),
        ({"nature": "running"}, {"B": 295}),
        ({"allocated": HUGE}, {"B": HUGE * 90 // 365}),
    ],
)
def test_without_monthly_plan_the_days_of_the_cycle_count(cells: dict[str, Any], expected: dict[str, int]) -> None:
    assert idle(requests=[request(**cells)], plan=[]) == expected


def test_the_running_month_counts_by_its_days() -> None:
    seen = snapshot("2026-02-14", **tables())
    assert planned_spending(seen).tolist() == [100 + 50]
    assert planned_spending(snapshot("2026-02-15", **tables())).tolist() == [100 + 100 * 15 // 28]
    assert planned_spending(snapshot("2026-02-14", **tables(plan=plans(each=HUGE)))).tolist() == [HUGE * 3 // 2]


@pytest.mark.rule("OTB-IDLE")
def test_money_that_is_free_without_allocation_has_no_share() -> None:
    refunded = [entry("refund", 50, "2026-02-01")]
    finding = found("OTB-IDLE", "2026-04-15", **tables(*refunded, requests=[request(allocated=0)]))["B"]
    assert (finding.evidence["idle"], finding.evidence["share"]) == (50, None)


# Who gets it.


def transfers(*requests: Row, as_of: str = "2026-04-15", entries: Any = (), plan: Any = None) -> list[dict[str, Any]]:
    rows = tables(*entries, requests=[request(), *requests], plan=plan)
    return budget_transfers(snapshot(as_of, **rows))


def needy(code: str, need: int, priority: str | None = "P1", **cells: Any) -> Row:
    """Return a request that asks for more than it has and plans to spend it from the second quarter on."""
    return request(code, 1, 1 + need, priority=priority, cycle="2026-Q2", **cells)


def to(receiver: str, amount: int, giver: str = "B") -> dict[str, Any]:
    return {"from": giver, "to": receiver, "amount": amount}


@pytest.mark.rule("OTB-IDLE")
def test_idle_money_goes_to_needs_by_rank_core_first_then_code() -> None:
    requests = [
        needy("C", 10, "P9"),
        needy("D", 20, "P2"),
        needy("E", 30, "P3"),
        needy("F", 40, "P1"),
        needy("A", 50, "P1"),
    ]
    expected = [to("A", 50), to("F", 40), to("E", 30), to("D", 20), to("C", 10)]
    for order in itertools.islice(itertools.permutations(requests), 0, 120, 17):
        assert transfers(*order) == expected


@pytest.mark.rule("OTB-IDLE")
def test_a_need_gets_no_more_than_is_idle_and_the_rest_stays() -> None:
    assert transfers(needy("N", 299), needy("O", 50)) == [to("N", 299), to("O", 1)]
    assert transfers(needy("N", 300), needy("O", 50)) == [to("N", 300)]
    assert transfers(needy("N", 1)) == [to("N", 1)]
    second = request("A", 1200)
    assert transfers(second, needy("N", 310), plan=plans() + plans("A")) == [to("N", 300, "A"), to("N", 10)]


@pytest.mark.rule("OTB-IDLE")
@pytest.mark.parametrize(
    ("cells", "gets"),
    [
        ({}, True),
        ({"priority": None}, False),
        ({"nature": "running"}, False),
        ({"goal": "G"}, True),
        ({"goal": "DONE"}, False),
        ({"requested": 1}, False),
        ({"cycle": "2026-Q1", "allocated": 0}, False),
        ({"cycle": "2025"}, False),
        ({"cycle": "2026", "allocated": 900, "requested": 2000}, False),
    ],
)
def test_focus_work_that_still_runs_and_is_not_idle_itself_gets_money(cells: dict[str, Any], gets: bool) -> None:
    given_to = {one["to"] for one in transfers({**needy("N", 10), **cells}) if one["to"] == "N"}
    assert given_to == ({"N"} if gets else set())


@pytest.mark.rule("OTB-IDLE")
def test_no_money_moves_after_the_year() -> None:
    assert transfers(needy("N", 10), as_of="2026-12-31") == []
    late = request("N", 1, 11, priority="P1")
    spent = [entry("spend", 1, "2026-12-31", "N")]
    assert transfers(late, as_of="2026-12-31", entries=spent) == [to("N", 10)]
    assert transfers(late, as_of="2027-01-01", entries=spent) == []


@given(st.lists(st.integers(0, 400), min_size=1, max_size=5), st.lists(st.integers(0, 400), max_size=5))
def test_no_more_moves_than_lies_idle_and_than_is_needed(spent: list[int], needs: list[int]) -> None:
    givers = [request(f"B{number}") for number in range(len(spent))]
    plan = [row for number in range(len(spent)) for row in plans(f"B{number}")]
    entries = [entry("spend", amount, code=f"B{number}") for number, amount in enumerate(spent) if amount]
    wanting = [needy(f"N{number}", need) for number, need in enumerate(needs)]
    moved = budget_transfers(snapshot("2026-04-15", **tables(*entries, requests=[*givers, *wanting], plan=plan)))
    idle_in_all = sum(max(300 - amount, 0) for amount in spent)
    assert sum(one["amount"] for one in moved) == min(idle_in_all, sum(needs))
    for number, amount in enumerate(spent):
        assert sum(one["amount"] for one in moved if one["from"] == f"B{number}") <= max(300 - amount, 0)


@pytest.mark.rule("OTB-IDLE")
def test_idle_money_needs_requests_and_entries() -> None:
    rows = tables()
    assert found("OTB-IDLE", "2026-04-15", **rows)
    without = {name: cells for name, cells in rows.items() if name != "budget_entries"}
    assert not found("OTB-IDLE", "2026-04-15", **without)
    assert budget_transfers(snapshot("2026-04-15", **without)) == []
    assert budget_transfers(snapshot("2026-04-15", company=[COMPANY])) == []


def test_entries_of_requests_hold_the_balances_of_the_year() -> None:
    entries = [entry("spend", 180), entry("commit", 200), entry("spend", 7, "2026-05-01")]
    requests = [request(), request("A", 5, cycle="2025"), request("C", 50, cycle="2026-Q3")]
    missing = {"progress": None, "planned_progress": None, "verdict": None}
    assert request_entries(snapshot("2026-04-15", **tables(*entries, requests=requests))) == [
        {"code": "B", "current": 1200, "spent": 180, "open": 20, "free": 1000, **missing},
        {"code": "C", "current": 50, "spent": 0, "open": 0, "free": 50, **missing},
    ]
