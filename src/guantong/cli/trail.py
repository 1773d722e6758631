"""`guantong trail`: who changed what in a company of the database, and when."""

import argparse
import datetime
import sys
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from guantong.audit.actions import RowChange
from guantong.audit.models import Change
from guantong.audit.queries import Asked, Told, list_told
from guantong.cli.database import company_named
from guantong.cli.load_text import cell_word, row_content, sheet_name, short_text
from guantong.cli.opening import UsageError, nearest
from guantong.cli.options import add_company, add_format, add_language, day_of
from guantong.cli.printing import print_text
from guantong.cli.report_json import document_text
from guantong.cli.wrapping import wrap
from guantong.engine.tables import TABLES, Column
from guantong.messages.labels import label
from guantong.organisation.queries import zone_of

_SIGNS = {"create": "+", "change": "~", "restore": "↺", "remove": "-"}
_WORDS = {"create": "new", "change": "changed", "restore": "restored", "remove": "removed"}
_ENTRIES, _ROWS, _LISTED = 20, 5, 1000
_SHEETS_LISTED = 5
_INDENT = " " * 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong trail`."""
    parser.add_argument("--table", metavar="NAME", help="只看此工作表,如 goals 或 目标 · only this sheet")
    parser.add_argument("--record", metavar="KEY", help="只看此行,如 G12 · only this row of the sheet")
    parser.add_argument("--from", dest="since", type=day_of, metavar="DATE", help="自哪一天起 · from which day on")
    parser.add_argument(
        "--last", type=int, default=_ENTRIES, metavar="N", help=f"最近几条 · how many entries, the newest ({_ENTRIES})"
    )
    add_company(parser)
    add_format(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong trail`; returns the exit status.

    Raises:
        UsageError: The company or the sheet is unknown, a row is named without its sheet, or nothing is told of it.
    """
    company = company_named(arguments.company, arguments.lang or "zh")
    language = arguments.lang or company.language or "zh"
    zone = zone_of(company)
    since = arguments.since and datetime.datetime.combine(arguments.since, datetime.time(), zone)
    most = _LISTED if arguments.format == "json" or arguments.record is not None else _ROWS
    table = _table(arguments, language)
    asked = Asked(table, arguments.record, since=since, entries=max(arguments.last, 1), changes=most)
    told = list_told(company.pk, asked)
    if arguments.record is not None and not told and since is None:
        sheet = sheet_name(asked.table or "", language)
        raise UsageError(label("errors.no_trail", language, table=sheet, value=arguments.record))
    if arguments.format == "json":
        entries = [_entry(one, zone) for one in told]
        sys.stdout.write(document_text({"company": company.code, "entries": entries}))
        return 0
    title = f"{company.name} ({company.code})"
    print_text(lambda console: _write(console, title, told, zone, language))
    return 0


def _table(arguments: argparse.Namespace, language: str) -> str | None:
    if arguments.table is None:
        if arguments.record is not None:
            raise UsageError(label("errors.record_table", language, value=arguments.record))
        return None
    names = {**{table.zh: name for name, table in TABLES.items()}, **{name: name for name in TABLES}}
    if arguments.table not in names:
        raise UsageError(label("errors.table", language, value=arguments.table, near=nearest(arguments.table, names)))
    return names[arguments.table]


def _entry(told: Told, zone: ZoneInfo) -> dict[str, Any]:
    entry = told.entry
    return {
        "at": entry.at.astimezone(zone).isoformat(timespec="seconds"),
        "actor": entry.actor,
        "action": entry.action,
        "details": entry.details,
        "counts": told.counts,
        "rows": [
            {
                "table": row.table,
                "key": row.record,
                "kind": row.kind,
                "before": _ordered(row.table, row.before),
                "after": _ordered(row.table, row.after),
            }
            for row in told.changes
        ],
    }


def _write(console: Console, title: str, told: list[Told], zone: ZoneInfo, language: str) -> None:
    console.print(Text(label("trail.title", language), style="bold").append(f"  {title}", style="not bold"))
    if not told:
        console.print(label("trail.nothing", language))
    for one in told:
        entry = one.entry
        action = label(f"trail.actions.{entry.action}", language)
        actor = label(f"trail.actors.{entry.actor}", language) if entry.actor in ("operator", "system") else entry.actor
        console.print()
        moment = entry.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        console.print(Text(f"{moment}  {action}", style="bold").append(f"  {actor}", style="not bold"))
        left = sum(sum(counts.values()) for counts in one.counts.values()) - len(one.changes)
        for line in _counts(one, language) if left else ():
            console.print(Text(wrap(f"  {line}", console.width), style="dim"))
        for row in one.changes:
            first, *more = wrap(_line(row, language), console.width - len(_INDENT)).split("\n")
            console.print(Text("\n".join([first, *(_INDENT + each.lstrip() for each in more)])))
        if left:
            console.print(Text("    " + label("trail.more", language, count=f"{left:,}"), style="dim"))


def _counts(told: Told, language: str) -> list[str]:
    """Return how many rows of each sheet changed: a line each, or one for all where there are many."""
    lines = []
    for name, counts in told.counts.items():
        words = (f"{label(f'load.{_WORDS[kind]}', language)} {count:,}" for kind, count in counts.items())
        lines.append(f"{sheet_name(name, language)} {' '.join(words)}")
    return lines if len(lines) <= _SHEETS_LISTED else [" · ".join(lines)]


def _line(row: Change, language: str) -> str:
    table = TABLES[row.table]
    before, after = _ordered(row.table, row.before), _ordered(row.table, row.after)
    if row.kind == "change":
        content = row_content(RowChange(row.table, row.record_id, row.record, row.kind, before, after), language)
    else:
        cells = {name: cell for name, cell in {**before, **after}.items() if name not in table.key}
        parts = (_cell(table.by_name[name], cell, language) for name, cell in cells.items())
        content = ("；" if language == "zh" else "; ").join(parts)
    return f"    {_SIGNS[row.kind]} {sheet_name(row.table, language)} {row.record}  {content}".rstrip()


def _ordered(table: str, cells: dict[str, str]) -> dict[str, str]:
    """Return cells in the order of their columns: a database may keep them in another."""
    return {name: cells[name] for name in TABLES[table].by_name if name in cells}


def _cell(column: Column, cell: str, language: str) -> str:
    heading = column.zh if language == "zh" else column.name
    return f"{heading} {short_text(cell_word(cell, column, language))}"
