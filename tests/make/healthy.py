"""A small company whose thread holds for everybody, and the ways to break it.

Root ROOT (head P1) with the department D1 (head P2) and its staff P3 and P4. Sales of 1,000 go down from G1 to G2 to
the personal goals G3 (600) and G4 (400), which G2 rolls up; half a year is booked on 2026-06-30. Each tie stands in one
row, so that one change breaks one link. H1 is the horizon goal, K1 the key task under the core priority PR1.
"""

from collections.abc import Iterable
from typing import Any

Tables = dict[str, list[dict[str, Any]]]

PEOPLE = 4


def healthy(settings: Iterable[str] = (), stage: str = "mature") -> Tables:
    """Return the tables of the healthy company, new ones at each call."""
    return {
        "company": [{"code": "WELL", "name": "Well", "stage": stage, "settings": list(settings)}],
        "units": [
            {"code": "ROOT", "name": "Root", "kind": "company", "head": "P1"},
            {"code": "D1", "name": "Sales", "kind": "department", "parent": "ROOT", "head": "P2"},
        ],
        "people": [
            _person("P1", "ROOT", None),
            _person("P2", "D1", "P1"),
            _person("P3", "D1", "P2"),
            _person("P4", "D1", "P2"),
        ],
        "plan": [
            {"code": "N1", "element": "intent", "text": "First in the market", "leads_to": ["K1"]},
            {"code": "N2", "element": "insight", "text": "The south grows", "leads_to": ["N3"]},
            {"code": "N3", "element": "innovation", "text": "Sell through shops", "leads_to": ["N4"]},
            {"code": "N4", "element": "design", "text": "Families first", "leads_to": ["K1"]},
            {
                "code": "K1",
                "element": "key_task",
                "text": "Win the south",
                "leads_to": ["N6"],
                "priority": "PR1",
                "owner": "P2",
            },
            {"code": "N6", "element": "organisation", "text": "A team for the south"},
            {"code": "N7", "element": "talent", "text": "Two shop managers"},
            {"code": "N8", "element": "culture", "text": "Ask the customer"},
        ],
        "priorities": [
            {"code": "PR1", "name": "South", "cycle": "2026", "rank": 1, "core": True, "intent": "N1"},
        ],
        "metrics": [
            {
                "code": "SALES",
                "name": "Sales",
                "unit_of_measure": "M",
                "direction": "higher",
                "aggregation": "sum",
                "perspective": "financial",
                "frequency": "month",
                "strategic": True,
            },
            {
                "code": "SHARE",
                "name": "Market share",
                "unit_of_measure": "%",
                "direction": "higher",
                "aggregation": "last",
                "perspective": "customer",
                "frequency": "year",
            },
        ],
        "goals": [
            {
                "code": "H1",
                "name": "Share 30%",
                "cycle": "2026-28",
                "unit": "ROOT",
                "owner": "P1",
                "horizon": True,
                "intent": "N1",
                "metric": "SHARE",
                "target": 30.0,
                "start": "2026-01-01",
                "due": "2028-12-31",
                "confirmed": "2026-01-05",
            },
            _sales("G1", "ROOT", "P1", "H1", 1000.0, rollup="own", priority="PR1", key_task="K1"),
            _sales("G2", "D1", "P2", "G1", 1000.0, rollup="sum"),
            _sales("G3", "D1", "P3", "G2", 600.0, personal=True),
            _sales("G4", "D1", "P4", "G2", 400.0, personal=True),
        ],
        "scorecards": [
            *_items("ROOT", [("G1", "financial"), ("G2", "customer"), ("G3", "process"), ("G4", "learning")]),
            *_items("D1", [("G1", "customer"), ("G2", "financial"), ("G3", "process"), ("G4", "learning")]),
            *_items("P3", [("G3", None)]),
            *_items("P4", [("G4", None)]),
        ],
        "actuals": [
            {"goal": "G1", "date": "2026-06-30", "value": 500.0},
            {"goal": "G3", "date": "2026-06-30", "value": 300.0},
            {"goal": "G4", "date": "2026-06-30", "value": 200.0},
        ],
        "responsibilities": [
            {
                "code": "R1",
                "task": "Win the south",
                "key_task": "K1",
                "responsible": ["P2"],
                "target": "1,000 M",
                "due": "2026-12-31",
                "authority": "Prices in the south",
                "cycle": "2026",
            },
        ],
        "budget_requests": [
            {
                "code": "B1",
                "name": "South",
                "cycle": "2026",
                "unit": "D1",
                "goal": "G1",
                "key_task": "K1",
                "allocated": 100_000,
            },
        ],
        "reward_schemes": [
            {"code": "S1", "name": "Bonus", "cycle": "2026", "pool": 1_000_000, "published": "2026-01-15"}
        ],
        "reward_members": [
            {"scheme": "S1", "person": "P1", "scorecard": "ROOT"},
            {"scheme": "S1", "person": "P2", "scorecard": "D1"},
            {"scheme": "S1", "person": "P3"},
            {"scheme": "S1", "person": "P4"},
        ],
    }


def _person(code: str, unit: str, manager: str | None) -> dict[str, Any]:
    return {"code": code, "name": code, "unit": unit, "manager": manager, "joined": "2020-01-01", "base_bonus": 100_000}


def _sales(code: str, unit: str, owner: str, parent: str, target: float, **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": f"Sales {target:.0f}",
        "cycle": "2026",
        "unit": unit,
        "owner": owner,
        "parent": parent,
        "metric": "SALES",
        "target": target,
        "start": "2026-01-01",
        "due": "2026-12-31",
        "confirmed": "2026-01-05",
        **more,
    }


def _items(holder: str, goals: list[tuple[str, str | None]]) -> list[dict[str, Any]]:
    return [
        {
            "holder": holder,
            "cycle": "2026",
            "goal": goal,
            "weight": 1 / len(goals),
            "perspective": perspective,
            "collaboration": perspective == "customer",
        }
        for goal, perspective in goals
    ]


def change(tables: Tables, table: str, where: dict[str, Any], **cells: Any) -> Tables:
    """Change cells of the rows of a table that hold what `where` says; at least one must."""
    rows = _rows(tables, table, where)
    for row in rows:
        row.update(cells)
    return tables


def drop(tables: Tables, table: str, **where: Any) -> Tables:
    """Remove the rows of a table that hold what `where` says; at least one must."""
    gone = _rows(tables, table, where)
    tables[table] = [row for row in tables[table] if row not in gone]
    return tables


def add_staff(tables: Tables, count: int) -> Tables:
    """Add as many people P100… to D1, each with goal, data, card and scheme like P3."""
    for number in range(100, 100 + count):
        person, goal = f"P{number}", f"G{number}"
        tables["people"].append(_person(person, "D1", "P2"))
        tables["goals"].append(_sales(goal, "D1", person, "G2", 1.0, personal=True))
        tables["scorecards"] += _items(person, [(goal, None)])
        tables["actuals"].append({"goal": goal, "date": "2026-06-30", "value": 1.0})
        tables["reward_members"].append({"scheme": "S1", "person": person})
    return tables


def _rows(tables: Tables, table: str, where: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [row for row in tables[table] if all(row.get(key) == value for key, value in where.items())]
    assert rows, f"{table} has no row {where}"
    return rows
