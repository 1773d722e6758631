"""What was measured as a table: for a terminal, and as Markdown for a document."""

from collections.abc import Iterator
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from guantong.cli.bench_stages import FAMILY
from guantong.cli.wrapping import wrap
from guantong.messages.labels import label

MEBIBYTE = 2**20
_WHOLE = 100
"""From here on a figure is shown without decimals."""
_GAP = 2


def write_table(console: Console, document: dict[str, Any], language: str) -> None:
    """Write what was measured to a console.

    Args:
        document: As `guantong bench --format json` writes it.
        language: "zh" or "en".
    """
    console.print(
        Text(label("bench.heading", language), style="bold").append(f"  {_machine(document, language)}", "dim")
    )
    console.print(_table(document, language, console.width))
    for note in _notes(document, language):
        console.print(Text(wrap(note, console.width), style="dim"))


def _table(document: dict[str, Any], language: str, width: int) -> Table:
    headings, rows = _headings(document, language, "\n"), list(_rows(document, language))
    others = zip(headings[1:], *(row[1:] for row in rows), strict=True)
    taken = sum(_GAP + max(cell_len(line) for cell in column for line in cell.split("\n")) for column in others)
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
    table.add_column(headings[0])
    for heading in headings[1:]:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(wrap(row[0], width - taken), *row[1:])
    return table


def markdown_table(document: dict[str, Any], language: str) -> str:
    """Return what was measured as Markdown: machine and day, table, notes, each a paragraph; arguments as above."""
    headings = _headings(document, language, ", ")
    rows = [headings, ["---", *["---:"] * (len(headings) - 1)], *_rows(document, language)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    paragraphs = (_machine(document, language), table, *_notes(document, language))
    return "".join(f"\n{wrap(part, 120) if part is not table else part}\n" for part in paragraphs) + "\n"


def _machine(document: dict[str, Any], language: str) -> str:
    return label("bench.machine", language, day=document["date"], **document["machine"])


def _headings(document: dict[str, Any], language: str, separator: str) -> list[str]:
    headings = [label("bench.stage", language)]
    for size in document["sizes"]:
        time = label("bench.time", language)
        headings += [f"{size['goals']:,}{separator}{time}", label("bench.passes", language)]
    return headings


def _rows(document: dict[str, Any], language: str) -> Iterator[list[str]]:
    measured = [{stage["stage"]: stage for stage in size["stages"]} for size in document["sizes"]]
    names = max((list(stages) for stages in measured), key=len)
    for name in names:
        row = [_stage_words(name, language)]
        for stages in measured:
            found = stages.get(name)
            row += [number(found["seconds"] * 1000), number(found["passes"])] if found else ["—", ""]
        yield row
    for key, words in (("memory_bytes", "memory"), ("reading_memory_bytes", "reading_memory")):
        if any(size[key] is not None for size in document["sizes"]):
            row = [label(f"bench.{words}", language)]
            for size in document["sizes"]:
                row += [f"{size[key] / MEBIBYTE:,.0f}" if size[key] is not None else "—", ""]
            yield row


def number(value: float) -> str:
    """Return a figure whose decimals are worth reading."""
    return f"{value:,.{0 if value >= _WHOLE else 1}f}"


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
