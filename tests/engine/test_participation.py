"""Participation: who proposed or confirmed a goal of the year."""

from typing import Any

import pytest

from guantong.engine.participation import participation_entries
from tests.make.acme import ORGANISATION, PEOPLE, UNITS, changed, goal, settings
from tests.make.company import Row, found, snapshot

TEAM: list[Row] = [
    {"code": f"P{n}", "name": f"Person {n}", "unit": "U", "joined": "2020-01-01"} for n in (1, 2, 3, 4, 5)
]
UNIT: list[Row] = [
    {"code": "HQ", "name": "Company", "kind": "company"},
    {"code": "U", "name": "Unit", "kind": "team", "parent": "HQ"},
]


def confirmed(*people: str, **cells: Any) -> list[Row]:
    return [goal(f"G-{one}", "U", owner=one, confirmed="2026-01-31", **cells) for one in people]


def low(goals: list[Row], *lines: str, people: list[Row] = TEAM, as_of: str = "2026-06-30") -> dict[str, Any]:
    findings = found("PARTICIPATION", as_of, **settings(*lines), units=UNIT, people=people, goals=goals)
    return {code: (one.severity, one.subject.type, one.evidence) for code, one in findings.items()}


def share(value: float) -> dict[str, Any]:
    return {"U": ("advice", "unit", {"share": value})}


@pytest.mark.rule("PARTICIPATION")
def test_three_of_five_take_part() -> None:
    assert low(confirmed("P1", "P2", "P3")) == {}
    assert low(confirmed("P1", "P2")) == share(0.4)
    assert low([]) == share(0.0)
    assert low(confirmed("P1", "P2", "P3"), "PARTICIPATION.min=80%") == share(0.6)
    assert low(confirmed("P1", "P2"), "PARTICIPATION.min=40%") == {}
    assert low([], "PARTICIPATION.mode=off") == {}


@pytest.mark.rule("PARTICIPATION")
@pytest.mark.parametrize(
    ("cells", "counts"),
    [
        ({"owner": "P3", "confirmed": "2026-06-30"}, True),
        ({"owner": "P3", "confirmed": "2026-07-01"}, False),
        ({"owner": "P3"}, False),
        ({"confirmed": "2026-01-31"}, False),
        ({"proposed_by": "P3"}, True),
        ({"proposed_by": "P3", "unit": "HQ", "owner": "P1"}, True),
        ({"proposed_by": "P1", "owner": "P2", "confirmed": "2026-01-31"}, False),  # who takes part already
        ({"proposed_by": "P3", "cycle": "2026-Q3"}, True),
        ({"proposed_by": "P3", "stretch": True}, True),
        ({"proposed_by": "P3", "status": "closed"}, True),
        ({"proposed_by": "P3", "status": "draft"}, False),
        ({"proposed_by": "P3", "cycle": "2025"}, False),
        ({"proposed_by": "P3", "cycle": "2026-28"}, False),
    ],
)
def test_taking_part_is_proposing_or_confirming_an_own_goal_of_the_year(cells: dict[str, Any], counts: bool) -> None:
    goals = [*confirmed("P1", "P2"), goal("X", **{"unit": "U", **cells})]
    assert low(goals) == ({} if counts else share(0.4))
    assert low(goals[::-1]) == ({} if counts else share(0.4))


@pytest.mark.rule("PARTICIPATION")
def test_only_active_people_count() -> None:
    goals = confirmed("P1", "P2")
    assert low(goals, people=changed(TEAM, "P3", left="2026-06-30"))["U"][2] == {"share": 0.5}
    fewer = changed(changed(TEAM, "P3", left="2026-06-30"), "P4", joined="2026-07-01")
    assert low(goals, people=fewer) == {}
    assert low(goals, people=changed(fewer, "P1", left="2026-01-01"))["U"][2] == {"share": 0.5}
    assert low(goals, people=changed(TEAM, "P3", unit=None, left="2026-12-31"))["U"][2] == {"share": 0.5}


@pytest.mark.rule("PARTICIPATION")
def test_each_unit_is_judged_by_the_people_directly_in_it() -> None:
    goals = [goal("G", "T1", owner="TOM", confirmed="2026-01-31"), goal("H", proposed_by="ANN")]
    findings = found("PARTICIPATION", **ORGANISATION, goals=goals)
    assert {code: one.evidence["share"] for code, one in findings.items()} == {
        "HQ": 0.0, "D1": 0.0, "T1": 0.5, "D2": 0.0
    }  # fmt: skip
    empty = changed(PEOPLE, "DAN", unit="B1")
    assert set(found("PARTICIPATION", units=UNITS, people=empty, goals=[])) == {"HQ", "B1", "T1", "D2"}


@pytest.mark.rule("PARTICIPATION")
def test_the_share_of_a_unit_in_the_figures_takes_in_the_units_below() -> None:
    goals = [goal("G", "T1", owner="TOM", confirmed="2026-01-31"), goal("H", proposed_by="ANN")]
    nobody = {"code": "Z", "name": "Nobody yet", "kind": "team", "parent": "D2"}
    taken = snapshot(units=[*UNITS, nobody], people=PEOPLE, goals=goals)
    assert participation_entries(taken) == [
        {"unit": "B1", "people": 4, "share": 0.5},
        {"unit": "D1", "people": 3, "share": 1 / 3},
        {"unit": "D2", "people": 2, "share": 0.0},
        {"unit": "HQ", "people": 7, "share": 2 / 7},
        {"unit": "T1", "people": 2, "share": 0.5},
        {"unit": "Z", "people": 0, "share": None},
    ]


@pytest.mark.rule("PARTICIPATION")
@pytest.mark.parametrize("sheet", ["units", "people", "goals"])
def test_without_a_sheet_nothing_is_said_and_without_rows_no_figure_is_made(sheet: str) -> None:
    tables: dict[str, Any] = {"units": UNIT, "people": TEAM, "goals": []}
    assert set(found("PARTICIPATION", **tables)) == {"U"}
    if sheet == "units":
        tables["people"] = [{**row, "unit": None} for row in TEAM]
    assert participation_entries(snapshot(**{**tables, sheet: []})) == []
    del tables[sheet]
    assert found("PARTICIPATION", **tables) == {}
    assert participation_entries(snapshot(**tables)) == []
