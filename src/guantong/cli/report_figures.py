"""The figures of a report as tables for a terminal: which columns, in what order, how each cell is written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from guantong.cli.naming import Names
from guantong.cli.report_json import grouped
from guantong.engine.check import Report
from guantong.formats.money import money_text
from guantong.messages.labels import label
from guantong.messages.rules import choice_word

_STATUS_STYLES = {"alert": "bold red", "behind": "yellow", "no_data": "dim", "partial": "dim", "exceeded": "green"}
_STATUS_ORDER = ("alert", "behind", "partial", "no_data", "met", "exceeded")
_GOALS_IN_FULL, _MONEY_IN_FULL = 90, 120
"""Cells from which on goals show all their figures, and tables of money all their amounts."""

_VERDICT_STYLES = {"supplement": "cyan", "cut_or_reinforce": "yellow", "overspending": "yellow"}


@dataclass(frozen=True)
class FigureTable:
    """A table of figures: heading and columns as label keys, rows of cells, where the numbers begin."""

    heading: str
    columns: tuple[str, ...]
    rows: list[list[Any]]
    numeric_from: int


def figure_tables(report: Report, names: Names, width: int) -> Iterator[FigureTable]:
    """Yield the tables of a report, with as many figures as leave the names room in so many cells."""
    tables = _Tables(report, names, width)
    yield tables.units()
    yield tables.goals()
    yield tables.scorecards()
    yield tables.budget()
    yield tables.requests()
    yield tables.processes()
    yield tables.value_chain()
    yield tables.rewards()


class _Tables:
    def __init__(self, report: Report, names: Names, width: int) -> None:
        self._report = report
        self._names = names
        self._width = width

    def _say(self, key: str) -> str:
        return label(key, self._names.language)

    def units(self) -> FigureTable:
        rows = [
            [entry["unit"], self._names.name("unit", entry["unit"]), self._weakest(entry["lost"]),
             entry["people"], entry["whole"], percent(entry["value"])]
            for entry in self._report.figures["units"]
            if entry["people"]
        ]  # fmt: skip
        return FigureTable("units", ("code", "name", "weakest", "people", "whole", "index"), rows, numeric_from=3)

    def _weakest(self, lost: dict[str, int]) -> str:
        """Return the link that loses most people, and how many; the first of several."""
        link = max(lost, key=lambda name: lost[name], default=None)
        return f"{self._say(f'links.{link}')} −{lost[link]}" if link and lost[link] else ""

    def goals(self) -> FigureTable:
        shown: dict[str, Callable[[float | None], str]] = {"attainment": percent}
        if self._width >= _GOALS_IN_FULL:
            shown = {"actual": number, "plan": number, "target": number, "gap_ratio": percent, "attainment": percent}
        rows = [
            [
                goal["code"],
                self._names.name("goal", goal["code"]),
                Text(self._say(f"status.{goal['status']}"), style=_STATUS_STYLES.get(goal["status"], "")),
                *(write(goal[name]) for name, write in shown.items()),
            ]
            for goal in sorted(self._report.goals, key=lambda goal: _STATUS_ORDER.index(goal["status"]))
        ]
        return FigureTable("goals", ("code", "name", "status", *shown), rows, numeric_from=3)

    def scorecards(self) -> FigureTable:
        rows = [
            [
                card["holder"],
                self._holder(card["holder"]) + (f" · {card['cycle']}" if "cycle" in card else ""),
                number(card["score"]),
                percent(card["coverage"]),
                card["rating"] or "—",
            ]
            for card in self._report.scorecards
        ]
        return FigureTable("scorecards", ("code", "holder", "score", "coverage", "rating"), rows, numeric_from=2)

    def _holder(self, code: str) -> str:
        unit = self._names.name("unit", code)
        return unit if unit != code else self._names.name("person", code)

    def _money(self, amount: int | None) -> str:
        text = money_text(amount, self._names.currency)
        return "—" if text is None else grouped(text)

    def budget(self) -> FigureTable:
        budget = self._report.budget
        columns = ("envelope", "allocated", "committed", "spent")
        stated = budget.envelope is not None or budget.allocated is not None
        row = [*(self._money(getattr(budget, name)) for name in columns), percent(budget.core_share)]
        return FigureTable("budget", (*columns, "core_share"), [row] if stated else [], numeric_from=0)

    def requests(self) -> FigureTable:
        money = ("current", "spent", "free") if self._width >= _MONEY_IN_FULL else ("current",)
        rows = [
            [entry["code"], self._names.name("request", entry["code"]), self._verdict(entry["verdict"]),
             *(self._money(entry[key]) for key in money),
             percent(entry["progress"]), percent(entry["planned_progress"])]
            for entry in self._report.figures["requests"]
        ]  # fmt: skip
        columns = ("code", "name", "verdict", *money, "progress", "planned_progress")
        return FigureTable("requests", columns, rows, numeric_from=3)

    def _verdict(self, verdict: str | None) -> Text:
        return Text(self._say(f"verdicts.{verdict}") if verdict else "—", style=_VERDICT_STYLES.get(verdict or "", ""))

    def processes(self) -> FigureTable:
        rows = []
        for process in self._report.figures["processes"]:
            name = self._names.name("process", process["code"])
            ways = [(name, process), *((f"→ {scenario['name']}", scenario) for scenario in process["scenarios"])]
            rows += [[process["code"], title, *self._flow(process["code"], flow)] for title, flow in ways]
        columns = ("code", "name", "bottleneck", "handoffs", "fit", "lead_minutes", "efficiency")
        return FigureTable("processes", columns, rows, numeric_from=3)

    def _flow(self, process: str, flow: dict[str, Any]) -> list[str]:
        node = flow["bottleneck"]
        load = next((entry["utilisation"] for entry in flow["nodes"] if entry["code"] == node), None)
        bottleneck = f"{self._names.name('node', f'{process}/{node}')} {percent(load)}" if node else "—"
        figures = (number(flow["lead_minutes"]), percent(flow["efficiency"]))
        return [bottleneck, str(flow["handoffs"]), percent(flow["fit"]), *figures]

    def value_chain(self) -> FigureTable:
        money = ("cost", "value") if self._width >= _MONEY_IN_FULL else ()
        rows = [
            [self._link(entry["link"]), self._shift(entry), *(self._money(entry[key]) for key in money),
             number(entry["index"]), percent(entry["cost_ratio"])]
            for entry in self._report.figures["value_chain"]
        ]  # fmt: skip
        columns = ("link", "shift", *money, "value_index", "cost_ratio")
        return FigureTable("value_chain", columns, rows, numeric_from=2)

    def _link(self, link: str) -> str:
        return choice_word("chain_link", link, self._names.language)

    def _shift(self, entry: dict[str, Any]) -> str:
        return f"{self._money(entry['shift'])} → {self._link(entry['shift_to'])}" if entry["shift_to"] else "—"

    def rewards(self) -> FigureTable:
        rows = [
            [entry["code"], *(self._money(entry[key]) for key in ("pool", "paid", "unallocated"))]
            for entry in self._report.reward_schemes
        ]
        return FigureTable("rewards", ("scheme", "pool", "paid", "unallocated"), rows, numeric_from=1)


def percent(ratio: float | None) -> str:
    """Return a ratio as a percentage of at most one decimal, a dash where it is missing."""
    if ratio is None:
        return "—"
    text = f"{ratio * 100:,.1f}".removesuffix(".0")
    return f"{'0' if text == '-0' else text}%"


def number(value: float | None) -> str:
    """Return a number with thousands separators and as many decimals as its size deserves, a dash where missing."""
    if value is None:
        return "—"
    decimals = 1 if abs(value) >= 1000 else 2 if abs(value) >= 10 else 4
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
