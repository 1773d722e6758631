"""What was measured as a table: for a terminal, and as Markdown for a document."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from guantong.cli.bench_stages import FAMILY
from guantong.cli.wrapping import wrap
from guantong.messages.labels import label

_MEBIBYTE = 2**20


def write_table(console: Console, document: dict[str, Any], language: str) -> None:
    """Write what was measured to a console.

    Args:
        document: As `guantong bench --format json` writes it.
        language: "zh" or "en".
    """
    console.print(
        Text(label("bench.heading", language), style="bold").append(f"  {_machine(document, language)}", "dim")
    )
    table = Table(box=None, pad_edge=False, header_style="dim")
    heading, *columns = _headings(document, language)
    table.add_column(heading, overflow="fold")
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    for row in _rows(document, language):
        table.add_row(*row)
    console.print(table)
    for note in _notes(document, language):
        console.print(Text(wrap(note, console.width), style="dim"))


def markdown_table(document: dict[str, Any], language: str) -> str:
    """Return what was measured as Markdown: machine and day, table, notes, each a paragraph; arguments as above."""
    headings = _headings(document, language)
    rows = [headings, ["---", *["---:"] * (len(headings) - 1)], *_rows(document, language)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    paragraphs = (_machine(document, language), table, *_notes(document, language))
    return "".join(f"\n{wrap(part, 120) if part is not table else part}\n" for part in paragraphs) + "\n"


def _machine(document: dict[str, Any], language: str) -> str:
    return label("bench.machine", language, day=document["date"], **document["machine"])


def _headings(document: dict[str, Any], language: str) -> list[str]:
    headings = [label("bench.stage", language)]
    for size in document["sizes"]:
        headings += [label("bench.time", language, goals=f"{size['goals']:,}"), label("bench.passes", language)]
    return headings


def _rows(document: dict[str, Any], language: str) -> Iterator[list[str]]:
    measured = [{stage["stage"]: stage for stage in size["stages"]} for size in document["sizes"]]
    names = max((list(stages) for stages in measured), key=len)
    for name in names:
        row = [_stage_words(name, language)]
        for stages in measured:
            found = stages.get(name)
            row += [f"{found['seconds'] * 1000:,.1f}", f"{found['passes']:,.1f}"] if found else ["—", ""]
        yield row
    for key, words in (("memory_bytes", "memory"), ("reading_memory_bytes", "reading_memory")):
        if any(size[key] is not None for size in document["sizes"]):
            row = [label(f"bench.{words}", language)]
            for size in document["sizes"]:
                row += [f"{size[key] / _MEBIBYTE:,.0f}" if size[key] is not None else "—", ""]
            yield row


def _stage_words(name: str, language: str) -> str:
    if name.startswith(FAMILY):
        chapter = label(f"chapters.{name.removeprefix(FAMILY)}", language)
        return label("bench.family", language, chapter=chapter)
    return label(f"bench.{name}", language)


def _notes(document: dict[str, Any], language: str) -> Iterator[str]:
    separator = label("rules.separator", language)
    sizes = separator.join(
        label("bench.size", language, **{key: f"{size[key]:,}" for key in ("goals", "values", "findings")})
        for size in document["sizes"]
    )
    rounds = {key: document[key] for key in ("rounds", "reading_rounds")}
    yield label("bench.about", language, sizes=sizes, **rounds)
    families = separator.join(label(f"chapters.{chapter}", language) for chapter in document["silent_families"])
    yield label("bench.silent", language, families=families)
    for growth in document["growth"]:
        bounds = {key: f"{growth[key]:,}" for key in ("smaller", "larger")}
        ratios = {key: f"{growth[key]:.2f}" for key in ("rollup", "check")}
        yield label("bench.growth", language, **bounds, **ratios)
