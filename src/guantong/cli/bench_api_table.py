"""What was measured of the interface as a table: for a terminal, and as Markdown for a document."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from guantong.cli.bench_table import number
from guantong.cli.wrapping import wrap
from guantong.messages.labels import label

_HEADINGS = ("part", "requests", "requests_per_second", "values_per_second", "median", "p95", "bare")


def write_table(console: Console, document: dict[str, Any], language: str) -> None:
    """Write what was measured to a console.

    Args:
        console: The console.
        document: As `guantong bench api --format json` writes it.
        language: "zh" or "en".
    """
    heading = Text(label("bench_api.heading", language), style="bold")
    console.print(heading.append(f"  {_machine(document, language)}", "dim"))
    for size in document["sizes"]:
        console.print(Text(wrap(f"\n{_size(document, size, language)}", console.width)))
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for place, name in enumerate(_HEADINGS):
            table.add_column(
                label(f"bench_api.{name}", language), justify="right" if place else "left", no_wrap=place > 0
            )
        for row in _rows(size, language):
            table.add_row(*row)
        console.print(table)
    console.print(Text(wrap(_about(document, language), console.width), style="dim"))


def markdown_table(document: dict[str, Any], language: str) -> str:
    """Return what was measured as Markdown: machine and day, a table for each size, notes; arguments as above."""
    parts = [wrap(_machine(document, language), 120)]
    for size in document["sizes"]:
        rows = [
            [label(f"bench_api.{name}", language) for name in _HEADINGS],
            ["---", *["---:"] * (len(_HEADINGS) - 1)],
            *_rows(size, language),
        ]
        parts += [wrap(_size(document, size, language), 120), "\n".join(f"| {' | '.join(row)} |" for row in rows)]
    parts.append(wrap(_about(document, language), 120))
    return "".join(f"\n{part}\n" for part in parts) + "\n"


def _machine(document: dict[str, Any], language: str) -> str:
    return label("bench.machine", language, day=document["date"], **document["machine"])


def _size(document: dict[str, Any], size: dict[str, Any], language: str) -> str:
    return label(
        "bench_api.size",
        language,
        goals=f"{size['goals']:,}",
        database=f"{document['database']} {size['version'].partition(' ')[0]}",
        confirmed=f"{size['confirmed']:,}",
        lost=size["lost"],
        unchecked=size["unchecked"],
        settled=number(size["settled_seconds"]),
    )


def _rows(size: dict[str, Any], language: str) -> Iterator[list[str]]:
    bare = next(part["median_seconds"] for part in size["parts"] if part["part"] == "bare")
    for part in size["parts"]:
        is_bare = part["part"] == "bare"
        yield [
            label(f"bench_api.parts.{part['part']}", language),
            f"{part['requests']:,}",
            number(part["requests_per_second"]),
            "—" if is_bare else number(part["values_per_second"]),
            number(1000 * part["median_seconds"]),
            number(1000 * part["p95_seconds"]),
            number(part["median_seconds"] / bare),
        ]


def _about(document: dict[str, Any], language: str) -> str:
    names = ("clients", "values_per_request", "aim", "web_workers")
    return label("bench_api.about", language, **{name: document[name] for name in names})
