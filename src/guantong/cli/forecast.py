"""`guantong forecast`: where goals will land on their due day, and how likely they are missed by much."""

import argparse
import sys
from typing import Any

import numpy as np
from rich.console import Console
from rich.text import Text

from guantong.cli.figure_text import figure_table
from guantong.cli.opening import Opened, UsageError, goal_named, open_workbook, progress
from guantong.cli.options import add_day, add_file, add_format, add_language
from guantong.cli.printing import print_text
from guantong.cli.report_figures import number, percent
from guantong.cli.report_json import document_text
from guantong.engine.calendar import date_of
from guantong.engine.forecast import BASES, FEWEST, INTERVAL, MISSED_BY, REASONS, Forecasts, forecasts
from guantong.engine.measurement import measures
from guantong.engine.tables import SCHEMA_VERSION
from guantong.formats.significant import significant
from guantong.messages.labels import label

_WIDE_CELLS, _WIDEST_CELLS = 90, 120
"""From these widths on goals show their names beside their codes, and their actual values."""

_RISKY, _DOUBTFUL = 0.5, 0.2
_DIGITS = 4
"""Significant digits of an estimate: more would feign knowledge."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong forecast`."""
    add_file(parser)
    parser.add_argument("goals", nargs="*", metavar="GOAL", help="只看这些目标 · only these goals (all published ones)")
    add_day(parser)
    add_format(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong forecast`; a risk is no failure, so the exit status is 0."""
    opened = open_workbook(arguments)
    rows = [goal_named(opened, code) for code in dict.fromkeys(arguments.goals)]
    seen = opened.snapshot
    for row in rows:
        if not seen.goals_there[row]:
            told = opened.names.titled("goal", seen.company.goals.code[row])
            raise UsageError(label("forecast.not_there", opened.language, goal=told))
    with progress(label("progress.forecast", opened.language)):
        found = forecasts(seen)
    entries = forecast_entries(opened, found, rows or np.flatnonzero(seen.published).tolist())
    if arguments.format == "json":
        sys.stdout.write(document_text(significant(_document(opened, entries))))
    else:
        print_text(lambda console: _write(console, opened, entries))
    return 0


def forecast_entries(opened: Opened, found: Forecasts, rows: list[int]) -> list[dict[str, Any]]:
    """Return the forecasts of goals as they stand in the JSON, the likeliest miss first, those without last."""
    seen = opened.snapshot
    decimals = seen.metric_of("decimals", np.nan)
    columns = {
        "actual": measures(seen).actual,
        "target": seen.target,
        "landing": found.landing,
        "low": found.low,
        "high": found.high,
        "risk": found.risk,
    }
    entries = [
        {
            "goal": seen.company.goals.code[row],
            "due": date_of(seen.goal_due[row]).isoformat(),
            **{key: None if np.isnan(values[row]) else float(values[row]) for key, values in columns.items()},
            "basis": BASES[found.basis[row]] if found.basis[row] >= 0 else None,
            "points": int(found.points[row]),
            "decimals": None if np.isnan(decimals[row]) else int(decimals[row]),
            "reason": REASONS[found.reason[row]] or None,
        }
        for row in rows
    ]
    return sorted(entries, key=_order)


def _order(entry: dict[str, Any]) -> tuple[bool, float, bool, str]:
    # Equal to the digits shown is equal: what is computed another way must not change the order.
    risk = entry["risk"]
    return entry["basis"] is None, -round(risk, 6) if risk is not None else 1.0, entry["landing"] is None, entry["goal"]


def _document(opened: Opened, entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "schema": SCHEMA_VERSION,
        "company": opened.snapshot.company.code,
        "as_of": date_of(opened.snapshot.as_of).isoformat(),
        "interval": INTERVAL,
        "missed_by": MISSED_BY,
        "goals": entries,
    }


def _write(console: Console, opened: Opened, entries: list[dict[str, Any]]) -> None:
    language = opened.language
    day = date_of(opened.snapshot.as_of).isoformat()
    company = opened.names.titled("company", opened.snapshot.company.code)
    title = Text(label("forecast.title", language), style="bold")
    console.print(title.append(f"  {company} · {label('as_of', language)} {day}", style="not bold"))
    console.print(
        label("forecast.meaning", language, interval=percent(INTERVAL), missed=percent(MISSED_BY)), style="dim"
    )
    known = [entry for entry in entries if entry["basis"]]
    if known:
        console.print()
        console.print(_forecast_table(console, opened, known))
    unknown = [entry for entry in entries if not entry["basis"]]
    if unknown:
        console.print()
        console.print(Text(label("forecast.without", language), style="bold"))
        rows = [
            [entry["goal"], opened.names.name("goal", entry["goal"]),
             label(f"forecast.reasons.{entry['reason']}", language, points=entry["points"], fewest=FEWEST)]
            for entry in unknown
        ]  # fmt: skip
        console.print(figure_table(("code", "name", "why"), rows, numeric_from=3, language=language))
    if not entries:
        console.print(label("forecast.none", language))


def _forecast_table(console: Console, opened: Opened, entries: list[dict[str, Any]]) -> Any:
    wide, widest = console.width >= _WIDE_CELLS, console.width >= _WIDEST_CELLS
    rows = []
    for entry in entries:
        words = [entry["goal"], *([opened.names.name("goal", entry["goal"])] if wide else []),
                 label(f"forecast.bases.{entry['basis']}", opened.language)]  # fmt: skip
        final = entry["basis"] == "final"
        landing, low, high = (_estimate(entry[key], entry["decimals"]) for key in ("landing", "low", "high"))
        landing, span = (number(entry["landing"]), "—") if final else (landing, f"{low}–{high}")
        figures = [number(entry["actual"]), number(entry["target"]), landing, span]
        rows.append([*words, *(figures if widest else figures[1:]), _risk(entry["risk"]), entry["points"]])
    words_shown = ["code", *(["name"] if wide else []), "basis"]
    figures_shown = [*(["actual"] if widest else []), "target", "landing", "range", "risk", "points"]
    return figure_table([*words_shown, *figures_shown], rows, len(words_shown), opened.language)


def _estimate(value: float, decimals: int | None) -> str:
    """Return an estimate with few digits, and with no more decimals than its metric has."""
    short = float(f"{value:.{_DIGITS}g}")
    return number(short if decimals is None else round(short, decimals) + 0.0)


def _risk(risk: float | None) -> Text:
    if risk is None:
        return Text("—")
    style = "bold red" if risk >= _RISKY else "yellow" if risk >= _DOUBTFUL else ""
    return Text(f"{risk * 100:.0f}%", style=style)
