"""A trail as a file: CSV for spreadsheets, a line per cell; JSON Lines for programs, a line per changed row."""

import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from guantong.audit.models import Change, Entry
from guantong.audit.queries import Asked, iterate_told
from guantong.cli.opening import UsageError
from guantong.cli.saving import check_free
from guantong.cli.trail_text import Trail, action_name, actor_name, column_name, ordered, table_name
from guantong.formats.placing import BusyError, whole_file
from guantong.kit.moment import one_moment
from guantong.kit.separation import company_scope
from guantong.messages.labels import label

_FIELDS = ("at", "number", "actor", "action", "table", "key", "kind", "column", "before", "after", "details")
_RUN = "=+-@\t\r\n＝＋－＠"
"""What makes a spreadsheet take a cell for a formula, where a cell begins with it."""
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def check_path(text: str, language: str) -> Path:
    """Return where to write.

    Raises:
        UsageError: The name ends in neither .csv nor .jsonl, or something stands there already.
    """
    path = Path(text)
    if path.suffix.lower() not in (".csv", ".jsonl"):
        raise UsageError(label("trail.refused.export", language, path=path))
    check_free(path, language)
    return path


def export_trail(trail: Trail, asked: Asked, path: Path) -> None:
    """Write all that is asked for, oldest first; the file is there when it is whole, and for its owner alone.

    Raises:
        UsageError: It cannot be written.
    """
    write = _write_csv if path.suffix.lower() == ".csv" else _write_lines
    try:
        with whole_file(path, replace=False) as file, company_scope(trail.company_id), one_moment():
            entries, changes = write(file, trail, asked)
    except (FileExistsError, BusyError):
        raise UsageError(label("errors.exists", trail.language, path=path)) from None
    except OSError as error:
        raise UsageError(label("errors.write", trail.language, path=path, reason=error.strerror)) from None
    words = {"entries": f"{entries:,}", "changes": f"{changes:,}", "path": path}
    sys.stdout.write(label("trail.exported", trail.language, **words) + "\n")


def _write_csv(file: BinaryIO, trail: Trail, asked: Asked) -> tuple[int, int]:
    language, entries, changes = trail.language, 0, 0
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([label(f"trail.fields.{name}", language) for name in _FIELDS])
    for entry, place, rows in iterate_told(trail.company_id, asked):
        entries += 1
        head = [_moment(entry, trail), _number(entry, place), actor_name(entry.actor, language),
                action_name(entry.action, language)]  # fmt: skip
        details, is_told = _json(entry.details) if entry.details else "", False
        for row in rows:
            changes += 1
            for cells in _cells(row, language):
                writer.writerow([harmless(cell) for cell in (*head, *cells, "" if is_told else details)])
                is_told = True
        if not is_told:
            writer.writerow([harmless(cell) for cell in (*head, *[""] * 6, details)])
    text.detach()
    return entries, changes


def _cells(row: Change, language: str) -> Iterator[tuple[str, ...]]:
    """Yield sheet, row, kind, column, cell before and after, of each cell that a change has."""
    before, after = ordered(row.table, row.before), ordered(row.table, row.after)
    head = table_name(row.table, language), row.record, label(f"trail.kinds.{row.kind}", language)
    for name in {**before, **after} or {"": ""}:
        column = column_name(row.table, name, language) if name else ""
        yield *head, column, before.get(name, ""), after.get(name, "")


def harmless(cell: str) -> str:
    """Return a cell that a spreadsheet shows and does not run: what looks like a formula gets an apostrophe."""
    return f"'{cell}" if cell[:1] and cell[0] in _RUN and not _NUMBER.fullmatch(cell) else cell


def _write_lines(file: BinaryIO, trail: Trail, asked: Asked) -> tuple[int, int]:
    entries, changes = 0, 0
    for entry, place, rows in iterate_told(trail.company_id, asked):
        entries += 1
        head = {"company": entry.company, "chain": place, "number": entry.number, "at": _moment(entry, trail),
                "actor": entry.actor, "action": entry.action}  # fmt: skip
        count = 0
        for count, row in enumerate(rows, start=1):
            told = {"table": row.table, "key": row.record, "kind": row.kind, "before": ordered(row.table, row.before),
                    "after": ordered(row.table, row.after)}  # fmt: skip
            details = {"details": entry.details} if count == 1 else {}
            file.write(f"{_json({**head, **told, **details})}\n".encode())
        changes += count
        if not count:
            file.write(f"{_json({**head, 'details': entry.details})}\n".encode())
    return entries, changes


def _moment(entry: Entry, trail: Trail) -> str:
    return entry.at.astimezone(trail.zone).isoformat(timespec="seconds")


def _number(entry: Entry, place: int) -> str:
    return f"{entry.number}" if place == 1 else f"{place}:{entry.number}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
