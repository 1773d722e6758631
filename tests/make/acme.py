"""A small organisation and short ways to write its goals; what a test is about, it writes itself."""

from collections.abc import Iterable
from typing import Any

from tests.make.company import COMPANY, Row

UNITS: tuple[Row, ...] = (
    {"code": "HQ", "name": "Company", "kind": "company", "head": "BOSS"},
    {"code": "B1", "name": "Business unit", "kind": "business_unit", "parent": "HQ", "head": "ANN"},
    {"code": "D1", "name": "Department", "kind": "department", "parent": "B1", "head": "DAN"},
    {"code": "T1", "name": "Team", "kind": "team", "parent": "D1", "head": "TOM"},
    {"code": "D2", "name": "Other department", "kind": "department", "parent": "HQ", "head": "EVE"},
)
PEOPLE: tuple[Row, ...] = tuple(
    {"code": code, "name": code.title(), "unit": unit, "manager": manager, "joined": "2020-01-01"}
    for code, unit, manager in (
        ("BOSS", "HQ", None),
        ("ANN", "B1", "BOSS"),
        ("DAN", "D1", "ANN"),
        ("TOM", "T1", "DAN"),
        ("UMA", "T1", "TOM"),
        ("EVE", "D2", "BOSS"),
        ("FAY", "D2", "EVE"),
    )
)
ORGANISATION: dict[str, Any] = {"units": UNITS, "people": PEOPLE}
YEAR: Row = {"start": "2026-01-01", "due": "2026-12-31"}
SALES: Row = {
    "code": "SALES",
    "name": "Sales",
    "unit_of_measure": "CNY",
    "direction": "higher",
    "aggregation": "sum",
}


def goal(code: str, unit: str = "HQ", **cells: Any) -> Row:
    """Return a goal of 2026."""
    return {"code": code, "name": f"Goal {code}", "cycle": "2026", "unit": unit, **cells}


def personal(code: str, owner: str, parent: str, **cells: Any) -> Row:
    """Return a personal goal of 2026 in its owner's unit."""
    unit = next(person["unit"] for person in PEOPLE if person["code"] == owner)
    return goal(code, unit, owner=owner, parent=parent, personal=True, **cells)


def settings(*lines: str) -> dict[str, Any]:
    """Return the sheet `company` with settings."""
    return {"company": [{**COMPANY, "settings": lines}]}


def changed(rows: Iterable[Row], code: str, **cells: Any) -> list[Row]:
    """Return rows with cells of one of them changed."""
    return [{**row, **cells} if row["code"] == code else row for row in rows]
