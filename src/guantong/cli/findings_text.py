"""Kept findings as text: by owner as in a report, each with the days on which it came and went."""

import datetime
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from guantong.cli.naming import Names
from guantong.cli.report_text import FINDINGS_SHOWN, SEVERITY_STYLES
from guantong.cli.wrapping import wrap
from guantong.findings.queries import KeptFindings
from guantong.messages.labels import label

_MARGIN_CELLS = 10


def write_kept_findings(
    console: Console, title: str, kept: KeptFindings, entries: list[dict[str, Any]], names: Names
) -> None:
    """Write findings.

    Args:
        console: Where.
        title: Name and code of the company.
        kept: What is kept of its last check.
        entries: The findings that are listed, as in the JSON.
        names: Names for codes, in the reader's language.
    """
    language = names.language
    day = "—" if kept.day is None else kept.day.isoformat()
    year = f"{label('cycle', language)} {kept.year or '—'}"
    head = f"  {title} · {year} · {label('kept_findings.checked', language, day=day)}"
    console.print(Text(label("kept_findings.title", language), style="bold").append(head, style="not bold"))
    console.print(_counts(entries, language))
    if kept.is_behind:
        console.print(Text(wrap(label("kept_findings.behind", language), console.width), style="yellow"))
    for owner, theirs in _by_owner(entries[:FINDINGS_SHOWN]):
        console.print()
        name = names.titled("person", owner) if owner else label("findings.unowned", language)
        console.print(Padding(Text(name, style="bold"), (0, 0, 0, 2)))
        console.print(Padding(_table(theirs, console.width, language), (0, 0, 0, 2), expand=False))
    if len(entries) > FINDINGS_SHOWN:
        more = label("kept_findings.more", language, count=len(entries) - FINDINGS_SHOWN)
        console.print(Text(wrap(more, console.width), style="dim"))


def _counts(entries: list[dict[str, Any]], language: str) -> Text:
    mended = sum(entry["mended"] is not None for entry in entries)
    waived = sum(entry["waived"] and entry["mended"] is None for entry in entries)
    counts = {"open": len(entries) - mended - waived, "waived": waived, "mended": mended}
    return Text(label("kept_findings.counts", language, **counts))


def _by_owner(entries: list[dict[str, Any]]) -> list[tuple[str | None, list[dict[str, Any]]]]:
    """Group findings by owner: who has most open ones first, then by code; nobody's last."""
    groups: dict[str | None, list[dict[str, Any]]] = {}
    for entry in entries:
        groups.setdefault(entry["owner"], []).append(entry)

    def order(group: tuple[str | None, list[dict[str, Any]]]) -> tuple[bool, int, str]:
        owner, theirs = group
        return owner is None, -sum(entry["mended"] is None for entry in theirs), owner or ""

    return sorted(groups.items(), key=order)


def _table(entries: list[dict[str, Any]], width: int, language: str) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True, justify="right")
    table.add_column(overflow="fold")
    for entry in entries:
        is_mended = entry["mended"] is not None
        mark = "✓" if is_mended else label(f"severity.{entry['severity']}", language)
        style = "green" if is_mended else SEVERITY_STYLES[entry["severity"]]
        table.add_row(
            Text(mark, style=style), Text(wrap(f"{entry['message']}  {entry['rule']}", width - _MARGIN_CELLS))
        )
        table.add_row("", Text(wrap(_life(entry, language), width - _MARGIN_CELLS), style="dim"))
        if not is_mended:
            table.add_row(Text("→", style="dim"), Text(wrap(entry["action"], width - _MARGIN_CELLS), style="italic"))
    return table


def _life(entry: dict[str, Any], language: str) -> str:
    """Return when a finding came, went and came back, and whether it is waived."""
    parts = [label("kept_findings.opened", language, day=_day(entry["opened"]))]
    if entry["reopened"] is not None:
        count = entry["times_reopened"]
        parts.append(label("kept_findings.reopened", language, day=_day(entry["reopened"]), count=count))
    if entry["mended"] is not None:
        parts.append(label("kept_findings.mended", language, day=_day(entry["mended"])))
    elif entry["waived"]:
        parts.append(label("kept_findings.waived", language))
    return " · ".join(parts)


def _day(moment: str) -> str:
    return datetime.datetime.fromisoformat(moment).date().isoformat()
