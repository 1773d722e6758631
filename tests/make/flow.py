"""The order process of a manufacturer, run by functions, and short ways to write nodes."""

import math
from collections.abc import Iterable
from typing import Any

from tests.make.company import Row

FUNCTIONS = ("SALES", "BUY", "PLANT", "TEST", "SHIP")
UNITS: tuple[Row, ...] = (
    {"code": "HQ", "name": "Company", "kind": "company", "head": "BOSS"},
    *({"code": code, "name": code.title(), "kind": "department", "parent": "HQ"} for code in FUNCTIONS),
)
PEOPLE: tuple[Row, ...] = ({"code": "BOSS", "name": "Boss", "unit": "HQ"},)
POSITIONS: tuple[Row, ...] = tuple(
    {"code": code, "name": code, "unit": "HQ", "duties": ["Works"], "standards": ["On time"]} for code in ("J1", "J2")
)


def node(code: str, *following: str, process: str = "ORDER", **cells: Any) -> Row:
    """Return a node of a process with the codes to which it leads; its position is J1."""
    edges = [(after, math.nan) for after in following]
    return {"process": process, "code": code, "name": f"Step {code}", "next": edges, "positions": ["J1"], **cells}


def timed(code: str, *following: str, unit: str, minutes: tuple[float, float], **cells: Any) -> Row:
    """Return a node with its processing and waiting minutes."""
    processing, waiting = minutes
    return node(code, *following, unit=unit, processing_minutes=processing, waiting_minutes=waiting, **cells)


ORDER: tuple[Row, ...] = (
    timed("N1", "N2", unit="SALES", minutes=(60.0, 120.0)),
    timed("N2", "N3", unit="BUY", minutes=(90.0, 390.0)),
    timed("N3", "N4", unit="PLANT", minutes=(480.0, 120.0), value_adding=True),
    timed("N4", "N5", unit="TEST", minutes=(60.0, 60.0)),
    timed("N5", unit="SHIP", minutes=(30.0, 110.0)),
)
PRODUCT_LINES: tuple[Row, ...] = tuple(
    {
        "code": "LINES",
        "name": "Product lines",
        "process": "ORDER",
        "node": f"N{number}",
        "unit": "Line A",
        "waiting_minutes": 270.0 if number == 2 else None,
    }
    for number in range(1, 6)
)


def tables(*nodes: Row, processes: Iterable[Row] = (), **more: Any) -> dict[str, Any]:
    """Return units, people, positions, the process ORDER (hand-offs of 120 minutes) and nodes."""
    order = {"code": "ORDER", "name": "Order to delivery", "handoff_minutes": 120.0}
    return {
        "units": UNITS,
        "people": PEOPLE,
        "positions": POSITIONS,
        "processes": [order, *processes],
        "process_nodes": nodes,
        **more,
    }
