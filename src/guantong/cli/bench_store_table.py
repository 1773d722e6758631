"""What was measured of the store as a table: for a terminal, and as Markdown for a document."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from guantong.cli.bench_table import MEBIBYTE, number
from guantong.cli.wrapping import wrap
from guantong.messages.labels import label

_LEFT = 2
"""Columns of words; those of figures follow."""


def write_table(console: Console, document: dict[str, Any], language: str) -> None:
    """Write what was measured to a console.

    Args:
        document: As `guantong bench store --format json` writes it.
        language: "zh" or "en".
    """
    console.print(
        Text(label("bench_store.heading", language), style="bold").append(f"  {_machine(document, language)}", "dim")
    )
    for size in document["sizes"]:
        console.print(Text(wrap(f"\n{_size(size, language)}", console.width)))
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for place, heading in enumerate(_headings(language)):
            table.add_column(heading, justify="left" if place < _LEFT else "right", no_wrap=place > 0)
        for row in _rows(size, language):
            table.add_row(*row)
        console.print(table)
    for note in _notes(document, language):
        console.print(Text(wrap(note, console.width), style="dim"))


def markdown_table(document: dict[str, Any], language: str) -> str:
    """Return what was measured as Markdown: machine and day, a table for each size, notes; arguments as above."""
    parts = [wrap(_machine(document, language), 120)]
    for size in document["sizes"]:
        headings = _headings(language)
        marks = [*["---"] * _LEFT, *["---:"] * (len(headings) - _LEFT)]
        rows = [headings, marks, *_rows(size, language)]
        parts += [wrap(_size(size, language), 120), "\n".join(f"| {' | '.join(row)} |" for row in rows)]
    parts += [wrap(note, 120) for note in _notes(document, language)]
    return "".join(f"\n{part}\n" for part in parts) + "\n"


def _machine(document: dict[str, Any], language: str) -> str:
    return label("bench.machine", language, day=document["date"], **document["machine"])


def _size(size: dict[str, Any], language: str) -> str:
    counts = {key: f"{size[key]:,}" for key in ("goals", "people", "values", "rows", "findings")}
    return label("bench_store.size", language, **counts)


def _headings(language: str) -> list[str]:
    return [label(f"bench_store.{name}", language) for name in ("stage", "database", "seconds", "bare", "memory")]


def _rows(size: dict[str, Any], language: str) -> Iterator[list[str]]:
    for stage in size["stages"]:
        yield _row(stage, "—", language)
    for database in size["databases"]:
        for stage in database["stages"]:
            yield _row(stage, f"{database['database']} {database['version'].partition(' ')[0]}", language)


def _row(stage: dict[str, Any], database: str, language: str) -> list[str]:
    bare = stage["bare_seconds"]
    ratio = number(stage["seconds"] / bare) if bare else "—"
    memory = f"{stage['memory_bytes'] / MEBIBYTE:,.0f}"
    return [
        label(f"bench_store.stages.{stage['stage']}", language),
        database,
        f"{stage['seconds']:,.2f}",
        ratio,
        memory,
    ]


def _notes(document: dict[str, Any], language: str) -> Iterator[str]:
    yield label("bench_store.about", language, rounds=document["rounds"])
    if not document["has_postgresql"]:
        yield label("bench_store.only_sqlite", language)
