"""What a load changes, as text and as JSON."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from guantong.audit.actions import RowChange
from guantong.cli.wrapping import wrap
from guantong.engine.tables import TABLES
from guantong.exchange.queries import CompanyDifference
from guantong.messages.labels import label

KINDS = ("new", "changed", "restored", "removed")
_SHOWN = 5
_LISTED = 1000
_SIGNS = {"create": "+", "change": "~", "restore": "↺", "remove": "-"}


def difference_document(difference: CompanyDifference, *, is_loaded: bool) -> dict[str, Any]:
    """Return a difference as JSON: counts by table, and at most a thousand rows of each table and kind."""
    return {
        "company": difference.company.code,
        "loaded": is_loaded,
        "tables": {name: change.counts for name, change in difference.tables.items() if change},
        "rows": [
            {
                "table": change.table,
                "key": change.record,
                "kind": change.kind,
                "before": dict(change.before),
                "after": dict(change.after),
            }
            for change in difference.row_changes(_LISTED)
        ],
    }


def write_difference(console: Console, difference: CompanyDifference, language: str) -> None:
    """Write what changes: rows by table, then the first rows that change or go."""
    console.print(_heading(difference, language))
    changing = {name: change.counts for name, change in difference.tables.items() if change}
    if changing:
        console.print()
        console.print(_counts(changing, language))
    rows = [change for change in difference.row_changes(_SHOWN) if change.kind != "create"]
    if rows:
        console.print()
        console.print(Text(label("load.rows", language), style="bold"))
        for line in _lines(rows, language):
            console.print(Text(wrap(line, console.width)))
    console.print()


def _heading(difference: CompanyDifference, language: str) -> Text:
    name = str(difference.company.company.name[0])
    return Text(label("load.heading", language), style="bold").append(
        f"  {name} ({difference.company.code})", style="not bold"
    )


def _counts(changing: dict[str, dict[str, int]], language: str) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column()
    for _ in KINDS:
        table.add_column(justify="right")
    table.add_row(label("load.sheet", language), *(label(f"load.{kind}", language) for kind in KINDS), style="dim")
    for name, counts in changing.items():
        words = TABLES[name].zh if language == "zh" else name
        table.add_row(words, *(f"{counts[kind]:,}" if counts[kind] else "·" for kind in KINDS))
    return table


def _lines(rows: Iterable[RowChange], language: str) -> Iterable[str]:
    for change in rows:
        table = TABLES[change.table]
        name = table.zh if language == "zh" else change.table
        cells = []
        for column in {**change.before, **change.after} if change.kind == "change" else ():
            heading = table.by_name[column].zh if language == "zh" else column
            cells.append(f"{heading} {change.before.get(column) or '—'} → {change.after.get(column) or '—'}")
        yield f"  {_SIGNS[change.kind]} {name} {change.record}  {'; '.join(cells)}".rstrip()
