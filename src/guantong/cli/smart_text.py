"""Readings of goal texts for a terminal: the letters of SMART with their reasons, then the fields that were read."""

import datetime
from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from guantong.cli.wrapping import wrap
from guantong.engine.reading import FIELDS, Change, GoalReading, Read, stated_letters
from guantong.messages.labels import label

_INDENT, _GAP = 2, 2
_MARKS = {True: ("✓", "green"), False: ("✗", "red"), None: ("?", "dim")}
_MIN_FROM = 20


def write_readings(console: Console, readings: Sequence[tuple[str, GoalReading]], language: str) -> None:
    """Write what each text states, a blank line between two texts."""
    for place, (text, reading) in enumerate(readings):
        if place:
            console.print()
        console.print(Text(wrap(printable(text), console.width), style="bold"))
        console.print(_letters(reading, console.width - _INDENT, language))
        console.print(_fields(text, reading, console.width - _INDENT, language))


def _letters(reading: GoalReading, width: int, language: str) -> Padding:
    table = Table.grid(padding=(0, _GAP, 0, 0))
    names = {letter: f"{letter} {label(f'smart.letters.{letter}', language)}" for letter in "SMART"}
    column = max(cell_len(name) for name in names.values())
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, min_width=column)
    for letter, (holds, reason) in stated_letters(reading).items():
        mark, style = _MARKS[holds]
        words = wrap(label(f"smart.reasons.{letter}.{reason}", language), width - column - 1 - 2 * _GAP)
        table.add_row(Text(mark, style=style), names[letter], words)
    return Padding(table, (0, 0, 1, _INDENT), expand=False)


def _fields(text: str, reading: GoalReading, width: int, language: str) -> Padding:
    rows = [(label(f"smart.fields.{name}", language), getattr(reading, name)) for name in FIELDS]
    rows += [(label("smart.fields.wishes", language), read) for read in reading.wishes]
    stated = [(name, value_text(read.value, language), read) for name, read in rows if read is not None]
    if not stated:
        return Padding(Text(wrap(label("smart.nothing", language), width)), (0, 0, 0, _INDENT), expand=False)
    heads = [label(f"smart.columns.{name}", language) for name in ("field", "value", "confidence", "from")]
    first = max(cell_len(name) for name in (heads[0], *(row[0] for row in stated)))
    left = width - first - cell_len(heads[2]) - 3 * _GAP
    longest = max(cell_len(value) for value in (heads[1], *(row[1] for row in stated)))
    second = min(longest, max(left - _MIN_FROM, left // 2))
    table = Table.grid(padding=(0, _GAP, 0, 0))
    for column in (first, second, cell_len(heads[2])):
        table.add_column(no_wrap=True, min_width=column)
    table.add_row(*(Text(head, style="dim") for head in heads))
    for name, value, read in stated:
        table.add_row(
            name, wrap(value, second), _percent(read), Text(wrap(_span(text, read), left - second), style="dim")
        )
    return Padding(table, (0, 0, 0, _INDENT), expand=False)


def _percent(read: Read[Any]) -> Text:
    return Text(f"{read.confidence:.0%}", style="" if read.confidence >= 0.8 else "yellow")


def _span(text: str, read: Read[Any]) -> str:
    return printable(text[read.start : read.end])


def printable(text: str) -> str:
    """Return a text on one line without what a terminal would obey instead of show."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def value_text(value: Any, language: str) -> str:
    """Return a field's value for people: figures with separators, changes with their sign, choices in words."""
    if isinstance(value, Change):
        if value.relative:
            return f"{value.amount * 100:+,.12g}%"
        return f"{value.amount:+,.12g}"
    if isinstance(value, float):
        return f"{value:,.12g}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if value in ("higher", "lower", "range", "milestone"):
        return label(f"smart.directions.{value}", language)
    return printable(str(value))
