"""What a load changes, as text and as JSON."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import groupby, takewhile
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from guantong.audit.actions import RowChange
from guantong.cli.wrapping import wrap
from guantong.engine.tables import TABLES, Column
from guantong.exchange.queries import CompanyDifference
from guantong.messages.labels import label

KINDS = ("new", "changed", "restored", "removed")
_SIGNS = {"remove": "-", "restore": "↺", "change": "~"}
"""By kind of change that is listed, what goes first: it is what somebody has to accept."""

_COUNTED = {"change": "changed", "restore": "restored", "remove": "removed"}
_ROWS_ON_A_SCREEN = 30
_MOST_SHOWN = 10
_LISTED = 1000
_LONGEST_CELL = 40
_INDENT = " " * 6
_NAMES = ("name", "text", "task")
"""Columns that say what a row is about, for rows of which no cell is shown."""


def difference_document(difference: CompanyDifference, *, is_loaded: bool) -> dict[str, Any]:
    """Return a difference as JSON: counts by table, and at most a thousand rows of each table and kind."""
    return {
        "company": difference.company.code,
        "loaded": is_loaded,
        "sheets": list(difference.new_sheets),
        "tables": difference.counts,
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
    """Write what changes: rows by sheet, then the first rows that go, come back or change."""
    console.print(_heading(difference, language))
    console.print()
    counts = difference.counts
    if counts:
        console.print(_counts(counts, language))
        console.print()
    empty = [sheet_name(name, language) for name in difference.new_sheets if name not in counts]
    if empty:
        names = ("、" if language == "zh" else ", ").join(empty)
        console.print(Text(wrap(label("load.empty_sheets", language, names=names), console.width)))
        console.print()
    shown = sum(any(each[kind] for kind in KINDS[1:]) for each in counts.values())
    if shown:
        console.print(Text(label("load.rows", language), style="bold"))
        for line in _lines(difference, max(1, min(_ROWS_ON_A_SCREEN // shown, _MOST_SHOWN)), language):
            first, *more = wrap(line, console.width - len(_INDENT)).split("\n")
            console.print(Text("\n".join([first, *(_INDENT + each.lstrip() for each in more)])))
        console.print()


def sheet_name(table: str, language: str) -> str:
    """Return a sheet's name in a language."""
    return TABLES[table].zh if language == "zh" else table


def _heading(difference: CompanyDifference, language: str) -> Text:
    name = str(difference.company.company.name[0])
    return Text(label("load.heading", language), style="bold").append(
        f"  {name} ({difference.company.code})", style="not bold"
    )


def _counts(changing: Mapping[str, Mapping[str, int]], language: str) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column()
    for _ in KINDS:
        table.add_column(justify="right")
    table.add_row(label("load.sheet", language), *(label(f"load.{kind}", language) for kind in KINDS), style="dim")
    total = {kind: sum(counts[kind] for counts in changing.values()) for kind in KINDS}
    named = {sheet_name(name, language): counts for name, counts in changing.items()}
    for words, counts in [*named.items(), (label("load.total", language), total)]:
        table.add_row(words, *(f"{counts[kind]:,}" if counts[kind] else "·" for kind in KINDS))
    return table


def _lines(difference: CompanyDifference, most: int, language: str) -> Iterator[str]:
    """Yield the lines of at most `most` rows of each sheet and kind, and how many more there are."""
    kinds, counts = list(_SIGNS), difference.counts
    rows = [change for change in difference.row_changes(most) if change.kind in _SIGNS]
    rows.sort(key=lambda change: kinds.index(change.kind))
    for (kind, name), changes in groupby(rows, key=lambda change: (change.kind, change.table)):
        listed = list(changes)
        for change in listed:
            row = f"{_SIGNS[kind]} {sheet_name(name, language)} {change.record}"
            yield f"  {row}  {row_content(change, language)}".rstrip()
        more = counts[name][_COUNTED[kind]] - len(listed)
        if more:
            yield "    " + label(f"load.more_{_COUNTED[kind]}", language, count=f"{more:,}")


def row_content(change: RowChange, language: str) -> str:
    """Return what changed in a row, or what a row that goes or comes back is about."""
    if change.kind != "change":
        cells = {**change.before, **change.after}
        return next((short_text(cells[name]) for name in _NAMES if name in cells), "")
    columns = TABLES[change.table].by_name
    parts = []
    for name in {**change.before, **change.after}:
        heading = columns[name].zh if language == "zh" else name
        old, new = (cell_word(cells.get(name, ""), columns[name], language) for cells in (change.before, change.after))
        parts.append(f"{heading} {' → '.join(_apart(old, new))}")
    return ("；" if language == "zh" else "; ").join(parts)


def cell_word(cell: str, column: Column, language: str) -> str:
    """Return a cell in a language, numbers with their thousands set apart; the trail has it in English and plain."""
    if column.type in ("money", "number") and cell:
        return f"{Decimal(cell):,}"
    words = {"yes": "是", "no": "否"} if column.type == "bool" else column.choices
    return " ".join((words.get(cell, cell) if language == "zh" else cell).split())


def _apart(old: str, new: str) -> tuple[str, str]:
    """Return two cells short enough to compare: long ones from a little before they part."""
    if max(len(old), len(new)) <= _LONGEST_CELL:
        return old or "—", new or "—"
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    start = max(same - _LONGEST_CELL // 4, 0)
    lead = "…" if start else ""
    return short_text(lead + old[start:]) or "—", short_text(lead + new[start:]) or "—"


def short_text(text: str) -> str:
    """Return a text as one short line."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_CELL else line[: _LONGEST_CELL - 1] + "…"
