"""Build a company from rows written as people write them."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from guantong.engine.calendar import day_number
from guantong.engine.check import Finding, Report, check
from guantong.engine.company import Company, empty_cell
from guantong.engine.snapshot import Snapshot
from guantong.engine.tables import TABLES, Column

Row = Mapping[str, Any]

COMPANY: Row = {"code": "ACME", "name": "Acme"}
CYCLES: tuple[Row, ...] = (
    {"code": "2026-28", "name": "2026-28", "kind": "horizon", "start": "2026-01-01", "end": "2028-12-31"},
    {"code": "2025", "name": "2025", "kind": "year", "start": "2025-01-01", "end": "2025-12-31"},
    {
        "code": "2026",
        "name": "2026",
        "kind": "year",
        "parent": "2026-28",
        "start": "2026-01-01",
        "end": "2026-12-31",
    },
    *(
        {
            "code": f"2026-Q{quarter}",
            "name": f"2026-Q{quarter}",
            "kind": "quarter",
            "parent": "2026",
            "start": f"2026-{3 * quarter - 2:02}-01",
            "end": f"2026-{3 * quarter:02}-{30 if quarter in (2, 3) else 31}",
        }
        for quarter in (1, 2, 3, 4)
    ),
)


def build(**tables: Iterable[Row]) -> Company:
    """Build a company; `company` and `cycles` (2025, 2026 with quarters, 2026-28) stand in where left out.

    Cells: dates and months as ISO text, choices as code values, bools as bool, money in minor units, lists as lists,
    pairs as lists of tuples. Tables left out are absent sheets; an empty list is a sheet without rows.
    """
    given = {"company": [COMPANY], "cycles": list(CYCLES), **tables}
    return Company.build({name: _columns(name, list(rows)) for name, rows in given.items()})


def _columns(name: str, rows: list[Row]) -> dict[str, list[Any]]:
    table = TABLES[name]
    unknown = {key for row in rows for key in row} - set(table.by_name)
    assert not unknown, f"{name} has no {unknown}"
    return {
        column.name: [_cell(column, row[column.name]) if column.name in row else empty_cell(column) for row in rows]
        for column in table.columns
    }


def _cell(column: Column, value: Any) -> Any:
    if value is None:
        return empty_cell(column)
    if column.type == "choice":
        return column.choice_values.index(value)
    if column.type == "bool":
        return int(value)
    if column.type == "date":
        return float(day(value))
    if column.type == "month":
        year, month = value.split("-")
        return float((int(year) - 1970) * 12 + int(month) - 1)
    if column.type == "datetime":
        return datetime.datetime.fromisoformat(value).timestamp()
    if column.type in ("refs", "texts", "links", "duties", "steps"):
        return tuple(value)
    return value


def day(text: str) -> int:
    """Return an ISO date as day number."""
    return day_number(datetime.date.fromisoformat(text))


def snapshot(as_of: str = "2026-06-30", **tables: Iterable[Row]) -> Snapshot:
    """Return a built company as a day sees it."""
    return Snapshot(build(**tables), day(as_of))


def report(as_of: str = "2026-06-30", **tables: Iterable[Row]) -> Report:
    """Return the check of a built company."""
    return check(snapshot(as_of, **tables))


def found(rule: str, as_of: str = "2026-06-30", **tables: Iterable[Row]) -> dict[str, Finding]:
    """Return what one rule finds in a built company, by subject code."""
    return {finding.subject.code: finding for finding in report(as_of, **tables).findings if finding.rule == rule}
