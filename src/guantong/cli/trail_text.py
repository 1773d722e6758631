"""What a trail tells, as text and as JSON."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from guantong.audit.actions import RowChange
from guantong.audit.models import Change
from guantong.audit.queries import HIDDEN, Told
from guantong.cli.load_text import cell_word, row_content, sheet_name, short_text
from guantong.cli.wrapping import wrap
from guantong.engine.tables import TABLES
from guantong.messages.labels import label, words_of

_SIGNS = {"create": "+", "change": "~", "restore": "↺", "remove": "-"}
_SHEETS_LISTED = 5
_COLUMNS_LISTED = 6
_INDENT = " " * 8


@dataclass(frozen=True)
class Trail:
    """Whose trail it is: the company's id and code (0 and "" for the installation), its title, time zone, language."""

    company_id: int
    code: str
    title: str
    zone: datetime.tzinfo
    language: str


def table_name(table: str, language: str) -> str:
    """Return the name of a table in a language, of one that is no sheet too."""
    return sheet_name(table, language) if table in TABLES else words_of("trail.tables", language).get(table, table)


def column_name(table: str, column: str, language: str) -> str:
    """Return the heading of a column in a language, of one that is no sheet's too."""
    declared = TABLES[table].by_name.get(column) if table in TABLES else None
    if declared is None:
        return words_of("trail.columns", language).get(column, column)
    return declared.zh if language == "zh" else column


def action_name(action: str, language: str) -> str:
    """Return an action in words."""
    return words_of("trail.actions", language).get(action, action)


def actor_name(actor: str, language: str) -> str:
    """Return who acted: people by their code, operator and system in words."""
    return words_of("trail.actors", language).get(actor, actor)


def entry_number(told: Told) -> str:
    """Return the number of an entry as `--before` takes it."""
    return f"{told.entry.number}" if told.place == 1 else f"{told.place}:{told.entry.number}"


def told_document(trail: Trail, told: list[Told]) -> dict[str, Any]:
    """Return a trail as JSON: entries newest first, with the first of their rows."""
    return {"company": trail.code, "entries": [_entry(one, trail) for one in told]}


def _entry(told: Told, trail: Trail) -> dict[str, Any]:
    entry = told.entry
    return {
        "number": entry.number,
        "chain": told.place,
        "at": entry.at.astimezone(trail.zone).isoformat(timespec="seconds"),
        "actor": entry.actor,
        "action": entry.action,
        "details": entry.details,
        "counts": told.counts,
        "columns": told.columns,
        "rows": [
            {
                "table": row.table,
                "key": row.record,
                "kind": row.kind,
                "before": ordered(row.table, row.before),
                "after": ordered(row.table, row.after),
            }
            for row in told.changes
        ],
        "digest": entry.digest,
    }


def write_told(console: Console, trail: Trail, told: list[Told], most: int) -> None:
    """Write at most so many entries newest first, each with its first rows, or with counts where there are many."""
    language = trail.language
    _write_title(console, trail, told)
    for one in told:
        entry = one.entry
        words = f"  {actor_name(entry.actor, language)}  #{entry_number(one)}"
        moment = entry.at.astimezone(trail.zone).strftime("%Y-%m-%d %H:%M:%S")
        console.print()
        heading = Text(f"{moment}  {action_name(entry.action, language)}", style="bold")
        console.print(heading.append(words, style="not bold"))
        left = sum(sum(counts.values()) for counts in one.counts.values()) - len(one.changes)
        for line in _counts(one, language) if left else ():
            console.print(Text(wrap(f"  {line}", console.width), style="dim"))
        if not entry.size and entry.details:
            _print_wrapped(console, f"    {_details(entry.details, language)}")
        for row in one.changes:
            sign = f"{_SIGNS[row.kind]} {table_name(row.table, language)} {row.record}"
            _print_wrapped(console, f"    {sign}  {_content(row, language)}".rstrip())
        if left:
            console.print(Text("    " + label("trail.more", language, count=f"{left:,}"), style="dim"))
    if len(told) == most:
        console.print()
        console.print(Text(label("trail.older", language, before=entry_number(told[-1])), style="dim"))


def write_story(console: Console, trail: Trail, told: list[Told]) -> None:
    """Write what became of one row, oldest first: when, what, who."""
    language = trail.language
    _write_title(console, trail, told)
    console.print()
    for one in reversed(told):
        moment = one.entry.at.astimezone(trail.zone).strftime("%Y-%m-%d %H:%M")
        who = f"{actor_name(one.entry.actor, language)} #{entry_number(one)}"
        for row in one.changes:
            what = f"{_SIGNS[row.kind]} {row.record}  {_content(row, language)}".rstrip()
            _print_wrapped(console, f"{moment}  {what}  — {who}")


def _write_title(console: Console, trail: Trail, told: list[Told]) -> None:
    title = Text(label("trail.title", trail.language), style="bold")
    console.print(title.append(f"  {trail.title}", style="not bold"))
    if not told:
        console.print(label("trail.nothing", trail.language))


def _print_wrapped(console: Console, line: str) -> None:
    first, *more = wrap(line, console.width - len(_INDENT)).split("\n")
    console.print(Text("\n".join([first, *(_INDENT + each.lstrip() for each in more)])))


def _counts(told: Told, language: str) -> list[str]:
    """Return how many rows of each sheet changed, and which columns of them: a line each, or one for very many."""
    lines = []
    for name, counts in told.counts.items():
        words = (f"{label(f'trail.kinds.{kind}', language)} {count:,}" for kind, count in counts.items())
        lines.append(f"{table_name(name, language)} {' '.join(words)}{_columns(told, name, language)}")
    return lines if len(lines) <= _SHEETS_LISTED or told.columns else [" · ".join(lines)]


def _details(details: Mapping[str, Any], language: str) -> str:
    """Return what an entry without changes is about, such as whose pay was looked at."""
    words = words_of("trail.details", language)
    parts = (f"{words.get(name, name)} {_detail(value, language)}" for name, value in sorted(details.items()))
    return ("；" if language == "zh" else "; ").join(parts)


def _detail(value: Any, language: str) -> str:
    if isinstance(value, list):
        return ("、" if language == "zh" else ", ").join(_detail(item, language) for item in value)
    return short_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _columns(told: Told, table: str, language: str) -> str:
    """Return which columns are another in how many rows of a sheet, the most frequent first."""
    counts = list(told.columns.get(table, {}).items())
    parts = [label("trail.cells", language, column=column_name(table, name, language), count=f"{count:,}")
             for name, count in counts[:_COLUMNS_LISTED]]  # fmt: skip
    more = ["…"] if len(counts) > _COLUMNS_LISTED else []
    comma, colon = ("，", "：") if language == "zh" else (", ", ": ")
    return f"{colon}{comma.join([*parts, *more])}" if parts else ""


def _content(row: Change, language: str) -> str:
    """Return what changed in a row: `target 100 → 120`; or its cells where it came or went."""
    before, after = ordered(row.table, row.before), ordered(row.table, row.after)
    comma = "；" if language == "zh" else "; "
    if row.kind == "change" and row.table in TABLES and HIDDEN not in {*before.values(), *after.values()}:
        return row_content(RowChange(row.table, row.record_id, row.record, row.kind, before, after), language)
    if row.kind == "change":
        return comma.join(f"{_cell(row.table, name, before.get(name, ''), language)} → "
                          f"{cell_in_words(row.table, name, after.get(name, ''), language) or '—'}"
                          for name in {**before, **after})  # fmt: skip
    key = TABLES[row.table].key if row.table in TABLES else ()
    cells = {name: cell for name, cell in {**before, **after}.items() if name not in key}
    return comma.join(_cell(row.table, name, cell, language) for name, cell in cells.items())


def ordered(table: str, cells: Mapping[str, str]) -> dict[str, str]:
    """Return cells in the order of their columns: a database may keep them in another."""
    known = [name for name in TABLES[table].by_name if name in cells] if table in TABLES else sorted(cells)
    return {name: cells[name] for name in [*known, *sorted(cells.keys() - set(known))]}


def _cell(table: str, name: str, cell: str, language: str) -> str:
    return f"{column_name(table, name, language)} {cell_in_words(table, name, cell, language) or '—'}"


def cell_in_words(table: str, name: str, cell: str, language: str) -> str:
    """Return a cell as one short line in a language."""
    if cell == HIDDEN:
        return f"{HIDDEN} ({label('trail.hidden', language)})"
    column = TABLES[table].by_name.get(name) if table in TABLES else None
    return short_text(cell if column is None else cell_word(cell, column, language))
