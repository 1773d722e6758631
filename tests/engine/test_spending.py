"""What core work gets of the money, money that no goal asks for, more money than there is, money nobody watches."""

from typing import Any

import pytest

from guantong.engine.spending import request_entries
from tests.make.acme import ORGANISATION, goal, settings
from tests.make.company import Row, found, snapshot

PRIORITIES: list[Row] = [
    {"code": "P1", "name": "Product research", "cycle": "2026", "rank": 1, "core": True},
    {"code": "P2", "name": "Promotion", "cycle": "2026", "rank": 2},
]
PLAN: list[Row] = [
    {"code": "K1", "element": "key_task", "text": "One", "priority": "P1"},
    {"code": "K2", "element": "key_task", "text": "Two", "priority": "P1"},
]
HUGE = 10**18


def request(code: str, allocated: int | None = None, **cells: Any) -> Row:
    return {"code": code, "name": code, "cycle": "2026", "unit": "D1", "requested": 0, "allocated": allocated, **cells}


def entry(kind: str, amount: int, code: str = "B", date: str = "2026-05-31", **cells: Any) -> Row:
    return {"request": code, "date": date, "kind": kind, "amount": amount, **cells}


def broken(rule: str, *setting: str, as_of: str = "2026-06-30", **tables: Any) -> dict[str, Any]:
    """Return (severity, type, evidence) of what a rule finds; None as a table = an absent sheet."""
    rows = {**ORGANISATION, "priorities": PRIORITIES, "plan": PLAN, "goals": [], **settings(*setting), **tables}
    findings = found(rule, as_of, **{name: cells for name, cells in rows.items() if cells is not None})
    return {code: (one.severity, one.subject.type, one.evidence) for code, one in findings.items()}


# OTB-CORE-SHARE


def core_share(core: int, other: int, *setting: str, **tables: Any) -> dict[str, Any]:
    requests = [request("B", core, priority="P1"), request("C", other, priority="P2")]
    return broken("OTB-CORE-SHARE", *setting, **{"budget_requests": requests, **tables})


@pytest.mark.rule("OTB-CORE-SHARE")
@pytest.mark.parametrize(("core", "other", "kept"), [(700, 300, True), (699, 301, False), (0, 1, False), (1, 0, True)])
def test_core_work_gets_seventy_percent(core: int, other: int, kept: bool) -> None:
    """The case of two strategies: research 70%, promotion 30%."""
    assert core_share(core, other) == (
        {} if kept else {"ACME": ("error", "company", {"share": core / 1000 if core else 0})}
    )
    assert core_share(core, other, "OTB-CORE-SHARE.mode=off") == {}


@pytest.mark.rule("OTB-CORE-SHARE")
def test_the_least_core_share_is_a_setting() -> None:
    assert core_share(700, 300, "OTB-CORE-SHARE.min=0.71")
    assert not core_share(600, 400, "OTB-CORE-SHARE.min=60%")


@pytest.mark.rule("OTB-CORE-SHARE")
def test_the_logistics_company_keeps_the_core_share() -> None:
    """20 billion: 70% automated warehouses, 20% vehicles, 10% research; in minor units beyond 32 bits."""
    billion = 10**11
    requests = [request("W", 14 * billion, priority="P1"), request("V", 4 * billion), request("R", 2 * billion)]
    assert core_share(0, 0, budget_requests=requests) == {}
    entries = [entry("transfer", 1, "W", to="V")]
    assert core_share(0, 0, budget_requests=requests, budget_entries=entries) == {}, "within 1e-9 of the limit"
    entries = [entry("transfer", billion, "W", to="V")]
    share = core_share(0, 0, budget_requests=requests, budget_entries=entries)["ACME"][2]["share"]
    assert share == pytest.approx(0.65)


@pytest.mark.rule("OTB-CORE-SHARE")
@pytest.mark.parametrize(
    "requests",
    [
        [],
        [request("B", 100, nature="running")],
        [request("B", 0), request("C", None)],
        [request("B", 100, cycle="2025")],
        [request("B", 70, key_task="K1"), request("C", 30), request("D", 500, nature="running")],
    ],
)
def test_only_strategic_money_of_the_year_has_a_core_share(requests: list[Row]) -> None:
    assert core_share(0, 0, budget_requests=requests) == {}


@pytest.mark.rule("OTB-CORE-SHARE")
def test_the_core_share_needs_requests_and_priorities() -> None:
    assert core_share(0, 0, budget_requests=None) == {}
    requests = [request("B", 100)]
    assert core_share(0, 0, budget_requests=requests, priorities=[], plan=[])
    assert core_share(0, 0, budget_requests=requests, priorities=None, plan=None) == {}


# OTB-ENVELOPE


def envelope(amount: int | None, *requests: Row, **tables: Any) -> dict[str, Any]:
    rows = [{"cycle": "2026", "amount": amount}] if amount is not None else []
    return broken("OTB-ENVELOPE", **{"budget_requests": requests, "budget_envelopes": rows, **tables})


@pytest.mark.rule("OTB-ENVELOPE")
def test_allocations_stay_within_the_envelope() -> None:
    requests = [request("B", 600), request("C", 400, nature="running"), request("D", 9000, cycle="2025")]
    assert envelope(1000, *requests) == {}
    evidence = {"allocated": 1000, "envelope": 800, "over": 0.25}
    assert envelope(800, *requests) == {"ACME": ("error", "company", evidence)}
    assert envelope(800, *requests, **settings("OTB-ENVELOPE.mode=off")) == {}


@pytest.mark.rule("OTB-ENVELOPE")
def test_an_envelope_is_exact_and_may_be_nothing() -> None:
    assert envelope(HUGE, request("B", HUGE)) == {}
    assert envelope(HUGE, request("B", HUGE), request("C", 1))["ACME"][2]["allocated"] == HUGE + 1
    assert envelope(0, request("B", 5))["ACME"][2] == {"allocated": 5, "envelope": 0, "over": None}
    assert envelope(0, request("B", 0)) == {}


@pytest.mark.rule("OTB-ENVELOPE")
def test_entries_move_what_is_allocated() -> None:
    supplement = [entry("supplement", 1, date="2026-06-30")]
    assert envelope(100, request("B", 100), budget_entries=supplement)
    assert envelope(100, request("B", 100), budget_entries=[entry("supplement", 1, date="2026-07-01")]) == {}


@pytest.mark.rule("OTB-ENVELOPE")
def test_without_envelope_or_requests_nothing_is_above() -> None:
    assert envelope(None, request("B", 5)) == {}
    assert envelope(None, request("B", 5), budget_envelopes=None) == {}
    assert envelope(0, budget_requests=None) == {}


# OTB-UNLINKED

UNLINKED = ("error", "request", {})


def unlinked(*setting: str, goals: Any = (), entries: Any = (), **cells: Any) -> dict[str, Any]:
    requests = [request("B", **cells)]
    return broken("OTB-UNLINKED", *setting, budget_requests=requests, goals=goals, budget_entries=entries)


@pytest.mark.rule("OTB-UNLINKED")
@pytest.mark.parametrize(
    ("cells", "tied"),
    [
        ({"allocated": 1}, False),
        ({"requested": 1}, False),
        ({"allocated": 0}, True),
        ({"allocated": 1, "nature": "strategic"}, False),
        ({"allocated": 1, "nature": "running"}, True),
        ({"allocated": 1, "goal": "G"}, True),
        ({"allocated": 1, "priority": "P1"}, False),
        ({"allocated": 1, "key_task": "K1"}, True),
        ({"allocated": 1, "key_task": "K2"}, False),
        ({"allocated": 1, "cycle": "2025"}, True),
        ({"allocated": 1, "cycle": "2026-Q3"}, False),
    ],
)
def test_strategic_money_is_tied_to_a_goal(cells: dict[str, Any], tied: bool) -> None:
    """A goal, or a key task that a goal carries; running money needs none."""
    goals = [goal("G", key_task="K1")]
    assert unlinked(goals=goals, **cells) == ({} if tied else {"B": UNLINKED})
    assert unlinked("OTB-UNLINKED.mode=off", goals=goals, **cells) == {}


@pytest.mark.rule("OTB-UNLINKED")
@pytest.mark.parametrize(
    ("cells", "tied"),
    [({}, True), ({"status": "closed"}, True), ({"status": "draft"}, False), ({"cycle": "2025"}, False)],
)
def test_a_key_task_ties_through_goals_that_are_there(cells: dict[str, str], tied: bool) -> None:
    assert bool(unlinked(goals=[goal("G", key_task="K1", **cells)], allocated=1, key_task="K1")) != tied


@pytest.mark.rule("OTB-UNLINKED")
@pytest.mark.parametrize(("cells", "tied"), [({"status": "closed"}, True), ({"status": "draft"}, False)])
def test_a_draft_ties_no_money(cells: dict[str, str], tied: bool) -> None:
    assert bool(unlinked(goals=[goal("G", **cells)], allocated=1, goal="G")) != tied


@pytest.mark.rule("OTB-UNLINKED")
def test_money_given_by_an_entry_is_money() -> None:
    assert unlinked(entries=[entry("supplement", 5)]) == {"B": UNLINKED}
    assert unlinked(entries=[entry("reclaim", 5)], allocated=5) == {}


@pytest.mark.rule("OTB-UNLINKED")
def test_ties_need_the_sheets_of_requests_and_goals() -> None:
    requests = [request("B", 5)]
    assert broken("OTB-UNLINKED", budget_requests=requests, goals=[]) == {"B": UNLINKED}
    assert broken("OTB-UNLINKED", budget_requests=requests, goals=None) == {}
    assert broken("OTB-UNLINKED", budget_requests=None) == {}


# OTB-UNTRACKED


def untracked(*entries: Row, as_of: str = "2026-06-15", goals: Any = None, **cells: Any) -> dict[str, Any]:
    tables = {
        "budget_requests": [request("B", **{"allocated": 100, "goal": "G", **cells}), request("C")],
        "budget_entries": entries,
        "goals": [goal("G")] if goals is None else goals,
    }
    return broken("OTB-UNTRACKED", as_of=as_of, **tables)


MAY = {"B": ("advice", "request", {"month": "2026-05"})}


@pytest.mark.rule("OTB-UNTRACKED")
@pytest.mark.parametrize(
    ("date", "as_of", "month"),
    [
        ("2026-05-01", "2026-06-15", None),
        ("2026-05-31", "2026-06-15", None),
        ("2026-04-30", "2026-06-15", "2026-05"),
        ("2026-06-01", "2026-06-15", "2026-05"),
        ("2026-05-31", "2026-06-29", None),
        ("2026-05-31", "2026-06-30", "2026-06"),
        ("2026-05-31", "2026-05-31", None),
        ("2026-05-31", "2026-05-30", "2026-04"),
    ],
)
def test_the_last_closed_month_has_an_entry(date: str, as_of: str, month: str | None) -> None:
    expected = {"B": ("advice", "request", {"month": month})} if month else {}
    assert untracked(entry("spend", 1, date=date), as_of=as_of) == expected


@pytest.mark.rule("OTB-UNTRACKED")
@pytest.mark.parametrize("kind", ["commit", "release", "spend", "refund", "reclaim", "supplement"])
def test_an_entry_of_any_kind_tracks(kind: str) -> None:
    assert untracked() == MAY
    assert untracked(entry(kind, 1)) == {}
    assert untracked(entry(kind, 1, "C")) == MAY


@pytest.mark.rule("OTB-UNTRACKED")
def test_a_transfer_tracks_both_sides() -> None:
    assert untracked(entry("transfer", 1, to="C")) == {}
    assert untracked(entry("transfer", 1, "C", to="B")) == {}


@pytest.mark.rule("OTB-UNTRACKED")
@pytest.mark.parametrize(
    ("cells", "as_of", "judged"),
    [
        ({"allocated": 0}, "2026-06-15", False),
        ({"goal": None}, "2026-06-15", False),
        ({"nature": "running"}, "2026-06-15", True),
        ({"cycle": "2025"}, "2026-06-15", False),
        ({"cycle": "2026-Q2"}, "2026-06-15", True),
        ({"cycle": "2026-Q2"}, "2026-06-30", True),
        ({"cycle": "2026-Q1"}, "2026-06-15", False),
        ({"cycle": "2026-Q2"}, "2026-04-29", False),
        ({}, "2026-01-30", False),
        ({}, "2026-01-31", True),
        ({}, "2027-01-31", False),
    ],
)
def test_funded_requests_are_judged_within_their_cycle(cells: dict[str, Any], as_of: str, judged: bool) -> None:
    assert bool(untracked(as_of=as_of, **cells)) == judged


@pytest.mark.rule("OTB-UNTRACKED")
def test_a_cycle_that_began_before_the_checked_year_is_judged_within_the_year() -> None:
    early = {"code": "E", "name": "E", "kind": "quarter", "parent": "2026", "start": "2025-11-01", "end": "2026-03-31"}
    year = {"code": "2026", "name": "2026", "kind": "year", "start": "2026-01-01", "end": "2026-12-31"}
    requests = [request("B", 100, goal="G", cycle="E")]
    tables = {"budget_requests": requests, "budget_entries": [], "goals": [goal("G")], "cycles": [year, early]}
    assert broken("OTB-UNTRACKED", as_of="2026-01-15", **tables) == {}
    assert broken("OTB-UNTRACKED", as_of="2026-01-31", **tables)


@pytest.mark.rule("OTB-UNTRACKED")
@pytest.mark.parametrize(
    ("cells", "judged"),
    [
        ({"status": "published"}, True),
        ({"status": "closed"}, False),
        ({"status": "draft"}, False),
        ({"start": "2026-05-31"}, True),
        ({"start": "2026-06-01"}, False),
        ({"due": "2026-03-31"}, True),
    ],
)
def test_only_open_goals_that_have_begun_are_judged(cells: dict[str, str], judged: bool) -> None:
    assert bool(untracked(goals=[goal("G", **cells)])) == judged


@pytest.mark.rule("OTB-UNTRACKED")
@pytest.mark.parametrize(("date", "judged"), [("2026-03-31", True), ("2026-06-01", False)])
def test_money_that_came_after_the_month_is_not_missed_in_it(date: str, judged: bool) -> None:
    assert bool(untracked(entry("supplement", 5, date=date), allocated=0)) == judged
    assert not untracked(entry("supplement", 5, date="2026-03-31"), entry("reclaim", 5, date="2026-06-01"), allocated=0)


@pytest.mark.rule("OTB-UNTRACKED")
def test_tracking_money_needs_requests_goals_and_entries() -> None:
    tables: dict[str, Any] = {
        "budget_requests": [request("B", 100, goal="G")],
        "goals": [goal("G")],
        "budget_entries": [],
    }
    assert broken("OTB-UNTRACKED", as_of="2026-06-15", **tables) == MAY
    assert broken("OTB-UNTRACKED", "OTB-UNTRACKED.mode=off", as_of="2026-06-15", **tables) == {}
    assert broken("OTB-UNTRACKED", as_of="2026-06-15", **{**tables, "budget_entries": None}) == {}
    assert request_entries(snapshot(**ORGANISATION)) == []
