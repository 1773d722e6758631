"""Companies loaded into the test's database, and what is there afterwards."""

import datetime
from collections import Counter
from collections.abc import Iterator
from typing import Any

from guantong.audit.models import Change, Entry
from guantong.engine.company import Company
from guantong.engine.tables import TABLES
from guantong.exchange.actions import Loading
from guantong.exchange.queries import CompanyDifference
from guantong.formats.writing import as_text, cells_of
from guantong.kit.companies import canonical_cells
from guantong.organisation.queries import get_engine_company, get_tables
from tests.make.cells import Cells
from tests.make.viewed import company_in_view, last_entry_in_view, load_in_view

AT = datetime.datetime(2026, 7, 1, 8, tzinfo=datetime.UTC)
ON = datetime.date(2026, 6, 30)
Texts = dict[str, str]


def load(
    company: Company,
    *,
    sheets: frozenset[str] | None = None,
    accept: bool = True,
    on: datetime.date = ON,
    at: datetime.datetime = AT,
) -> CompanyDifference:
    """Load a company as the terminal does; all its sheets unless some are named."""
    entry = last_entry_in_view(company.code)
    return load_in_view("operator", at, Loading(company, sheets or company.present, entry, on, accept))


def stored(code: str, on: datetime.date | None = ON) -> Company:
    """Return the engine's company of a code."""
    return get_engine_company(company_in_view(code), on)


def named(cells: Cells, code: str) -> Company:
    """Build cells as the company of a code."""
    return Company.build({**cells, "company": {**cells["company"], "code": [code]}})


def with_sheets(cells: Cells, other: Cells) -> Cells:
    """Return cells with the sheets of others too, without rows where they are not there."""
    empty = {name: {column.name: [] for column in TABLES[name].columns} for name in other}
    return {**empty, **cells}


def state(code: str) -> dict[tuple[str, int], tuple[int, bool, tuple[str, ...]]]:
    """Return version, mark of removal and cells of every row of a company, by table and id."""
    tables = get_tables(company_in_view(code), None)
    found = {}
    for name, rows in tables.items():
        cells = [canonical_cells(rows, column, tables) for column in rows.table.columns]
        for place, record in enumerate(rows.ids.tolist()):
            content = tuple(repr(column[place]) for column in cells)
            found[name, record] = int(rows.versions[place]), bool(rows.removed[place]), content
    return found


def last_changes(code: str) -> list[Change]:
    """Return the changes of a company's last entry in the trail."""
    entry = Entry.objects.filter(company_id=company_in_view(code).pk).latest("id")
    return list(Change.objects.filter(entry=entry).order_by("id"))


def row_texts(company: Company, table: str) -> list[Texts]:
    """Return the rows of a table as a CSV folder in English has them, without empty cells."""
    rows = getattr(company, table)
    columns = {column.name: map(as_text, cells_of(company, rows, column, "en")) for column in rows.table.columns}
    return [
        {name: text for name, text in zip(columns, row, strict=True) if text}
        for row in zip(*columns.values(), strict=True)
    ]


def as_bag(rows: Iterator[Texts] | list[Texts]) -> Counter[Any]:
    """Return rows regardless of their order."""
    return Counter(tuple(sorted(row.items())) for row in rows)
