"""`guantong rebalance`: propose targets for a goal's carriers that together meet it."""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.text import Text

from guantong.cli.figure_text import figure_table
from guantong.cli.opening import Opened, UsageError, goal_named, open_workbook
from guantong.cli.options import add_day, add_file, add_format, add_language
from guantong.cli.printing import print_text
from guantong.cli.report_figures import percent
from guantong.cli.report_json import document_text
from guantong.cli.saving import check_free, save_company
from guantong.engine.calendar import date_of
from guantong.engine.calibration import BASES, CalibrationError, Proposal, proposal
from guantong.engine.cascade import carriers
from guantong.engine.retargeting import retargeted
from guantong.engine.tables import SCHEMA_VERSION
from guantong.formats.significant import significant
from guantong.messages.labels import label

_WIDE_CELLS = 100
"""From this width on carriers show their names and owners beside their codes."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong rebalance`."""
    add_file(parser)
    parser.add_argument("goal", metavar="GOAL", help="上级目标的编码 · code of the goal whose carriers are calibrated")
    parser.add_argument(
        "--by",
        choices=BASES,
        default="actuals",
        help="按去年实绩、能力上限或平均分摊 · in proportion to past actuals, to capacity, or equally (actuals)",
    )
    parser.add_argument(
        "--save", metavar="PATH", help="把新目标写入副本 · write a copy of the workbook with the proposed targets"
    )
    add_day(parser)
    add_format(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong rebalance`; exit status 1 where capacities are too small to meet the goal."""
    opened = open_workbook(arguments)
    language = opened.language
    goal = goal_named(opened, arguments.goal)
    path = Path(arguments.save) if arguments.save is not None else None
    if path is not None:
        check_free(path, language)
    try:
        found = proposal(opened.snapshot, goal, arguments.by)
    except CalibrationError as error:
        told = opened.names.titled("goal", arguments.goal)
        by = label(f"rebalance.by.{arguments.by}", language)
        raise UsageError(label(f"rebalance.refused.{error.reason}", language, goal=told, by=by)) from None
    saved = _saved(opened, found, arguments, path) if path is not None else ""
    if arguments.format == "json":
        sys.stdout.write(document_text(significant(document(opened, found, arguments.by))))
    else:
        print_text(lambda console: _Preview(console, opened, found, arguments.by).write(saved))
    return int(found.short > 0)


def _saved(opened: Opened, found: Proposal, arguments: argparse.Namespace, path: Path) -> str:
    """Write the copy; returns what is said of it."""
    language = opened.language
    by = label(f"rebalance.by.{arguments.by}", language)
    company = retargeted(opened.snapshot, found, label("rebalance.evidence", language, goal=arguments.goal, by=by))
    save_company(company, path, language)
    told = label("demo.saved", language, path=path)
    waiting = len(company.adjustments) - len(opened.snapshot.company.adjustments)
    return told + (f"\n{label('rebalance.waiting', language, count=waiting)}" if waiting else "")


def document(opened: Opened, found: Proposal, by: str) -> dict[str, Any]:
    """Return a proposal as it stands in the JSON; numbers in the metric's unit, None = missing."""
    company = opened.snapshot.company
    entries = [
        {
            "goal": company.goals.code[row],
            "owner": company.people.code[owner] if (owner := company.goals.owner[row]) >= 0 else None,
            **{key: _known(values[place]) for key, values in _figures(found).items()},
            "kept": bool(found.kept[place]),
            "assumed": bool(found.assumed[place]),
        }
        for place, row in enumerate(found.carriers.tolist())
    ]
    return {
        "schema": SCHEMA_VERSION,
        "company": company.code,
        "as_of": date_of(opened.snapshot.as_of).isoformat(),
        "goal": company.goals.code[found.goal],
        "by": by,
        "target": found.target,
        "retained": found.retained,
        "adds_up": found.adds_up,
        "carriers": entries,
        "sum_before": float(np.nansum(found.before)) if found.adds_up else None,
        "sum_after": float(np.nansum(found.proposed)) if found.adds_up else None,
        "markup_before": _known(found.markup_before),
        "markup_after": _known(found.markup_after),
        "short": found.short,
        "hand_on": _hand_on(opened, found),
    }


def _figures(found: Proposal) -> dict[str, np.ndarray]:
    return {
        "before": found.before,
        "past": found.past,
        "capacity": found.capacity,
        "proposed": found.proposed,
        "change": found.proposed - np.where(np.isnan(found.before), 0.0, found.before),
    }


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _hand_on(opened: Opened, found: Proposal) -> list[str]:
    """Return the changed carriers that hand their target on and so come next."""
    further = carriers(opened.snapshot).count[found.carriers] > 0
    return list(opened.snapshot.company.goals.code[found.carriers[found.changed & further]])


class _Preview:
    """Writes a proposal to a console."""

    def __init__(self, console: Console, opened: Opened, found: Proposal, by: str) -> None:
        self._console = console
        self._opened = opened
        self._found = found
        self._entry = document(opened, found, by)

    def _say(self, key: str, **values: Any) -> str:
        return label(f"rebalance.{key}", self._opened.language, **values)

    def write(self, saved: str) -> None:
        """Write title, carriers, totals and what comes next."""
        entry, names = self._entry, self._opened.names
        title = Text(self._say("title"), style="bold")
        title.append(f"  {names.titled('goal', entry['goal'])} · {self._say(f'by.{entry["by"]}')}", style="not bold")
        self._console.print(title)
        kept = self._say("retained", retained=_exact(entry["retained"])) if entry["retained"] else ""
        self._console.print(self._say("target", target=_exact(entry["target"])) + kept)
        self._console.print()
        self._console.print(self._table())
        self._console.print()
        self._totals()
        self._notes()
        if saved:
            self._console.print(saved, soft_wrap=True)

    def _table(self) -> Any:
        wide = self._console.width >= _WIDE_CELLS
        rows = []
        for entry in self._entry["carriers"]:
            marks = ("*" if entry["kept"] else "") + ("~" if entry["assumed"] else "")
            words = [entry["goal"] + marks]
            if wide:
                words.append(self._opened.names.name("goal", entry["goal"]))
            words.append(self._opened.names.name("person", entry["owner"]) if entry["owner"] else "—")
            change = entry["change"] or 0.0
            sign = "+" if change > 0 else ""
            style = "" if not change else "yellow"
            figures = [_exact(entry[key]) for key in ("before", "past", "capacity")]
            rows.append([*words, *figures, Text(_exact(entry["proposed"]), style="bold"),
                         Text(f"{sign}{_exact(change)}" if change else "—", style=style)])  # fmt: skip
        columns = ["carrier", *(["name"] if wide else []), "owner", "target", "past", "capacity", "proposal", "change"]
        return figure_table(columns, rows, numeric_from=len(columns) - 5, language=self._opened.language)

    def _totals(self) -> None:
        entry = self._entry
        if entry["adds_up"]:
            self._console.print(self._say("sum", before=_exact(entry["sum_before"]), after=_exact(entry["sum_after"])))
        self._console.print(
            self._say("markup", before=percent(entry["markup_before"]), after=percent(entry["markup_after"]))
        )
        if entry["short"]:
            key = "short" if entry["adds_up"] else "short_of_target"
            self._console.print(self._say(key, short=_exact(entry["short"])), style="bold red")

    def _notes(self) -> None:
        if any(entry["kept"] for entry in self._entry["carriers"]):
            self._console.print(self._say("kept"), style="dim")
        if any(entry["assumed"] for entry in self._entry["carriers"]):
            self._console.print(self._say("assumed"), style="dim")
        if self._entry["hand_on"]:
            goals = self._say("separator").join(self._entry["hand_on"])
            self._console.print(self._say("hand_on", goals=goals))


def _exact(value: float | None) -> str:
    """Return a number with all its decimals, so that what is shown adds up; a dash where missing."""
    if value is None:
        return "—"
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
