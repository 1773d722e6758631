"""A report as text for a terminal: index and funnel first, then what to mend, then figures.

Widths are counted in cells, so that Chinese lines up; colour only where the terminal has it.
"""

from collections import defaultdict
from typing import Any

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from guantong.cli.figure_text import figure_table
from guantong.cli.naming import Names
from guantong.cli.report_figures import FigureTable, figure_tables, percent
from guantong.cli.report_json import finding_entry
from guantong.cli.wrapping import wrap
from guantong.engine.calendar import date_of
from guantong.engine.check import Finding, Report, Subject
from guantong.engine.findings import SEVERITIES
from guantong.messages.labels import label
from guantong.messages.rules import rule_title

FINDINGS_SHOWN = 300
ROWS_SHOWN = 40
SEVERITY_STYLES = {"error": "bold red", "warning": "yellow", "advice": "cyan"}
_BAR_CELLS = 16
_MARGIN_CELLS = 10


class TextReport:
    """Writes one report to a console."""

    def __init__(self, console: Console, report: Report, names: Names) -> None:
        self._console = console
        self._report = report
        self._names = names

    def write(self) -> None:
        """Write the whole report."""
        self._title()
        self._index()
        self._repairs()
        self._findings()
        for figures in figure_tables(self._report, self._names, self._console.width):
            self._table(figures)

    def _say(self, key: str, **values: Any) -> str:
        return label(key, self._names.language, **values)

    def _heading(self, key: str, after: str = "") -> None:
        self._console.print()
        self._console.print(Text(self._say(key), style="bold").append(f"  {after}" if after else "", style="not bold"))

    def _title(self) -> None:
        report = self._report
        company = self._names.titled("company", report.company)
        day = date_of(report.as_of).isoformat()
        line = f"{company} · {self._say('cycle')} {report.cycle} · {self._say('as_of')} {day}"
        self._console.print(Text(self._say("title"), style="bold").append(f"  {line}", style="not bold"))

    # Index and funnel

    def _index(self) -> None:
        report = self._report
        if not report.people:
            self._heading("index.heading", self._say("index.nobody"))
            return
        value = percent(report.whole / report.people)
        self._heading("index.heading", self._say("index.value", value=value, whole=report.whole, people=report.people))
        table = Table.grid(padding=(0, 1))
        for _ in range(4):
            table.add_column(no_wrap=True)
        table.columns[2].justify = table.columns[3].justify = "right"
        table.add_column(overflow="fold")
        for link, kept, lost in report.funnel:
            bar = "█" * round(_BAR_CELLS * kept / report.people)
            table.add_row(
                self._say(f"links.{link}"),
                Text(bar.ljust(_BAR_CELLS, "·"), style="green"),
                str(kept),
                Text(f"−{lost}" if lost else "", style="red"),
                Text(self._behind(link) if lost else ""),
            )
        self._console.print(_indented(table))

    def _behind(self, link: str) -> str:
        causes = [loss for loss in self._report.losses if loss["link"] == link]
        people: dict[str, int] = defaultdict(int)
        for cause in causes:
            people[cause["rule"] or ""] += cause["people"]
        named = [rule_title(rule, self._names.language) if rule else self._say("index.unexplained") for rule in people]
        top = causes[0] if causes else None
        if top and top["rule"] and (top["people"] > 1 or len(causes) == 1):
            named[0] += f": {self._subject(top['subject'])}"
        return " · ".join(named)

    def _subject(self, subject: Subject) -> str:
        return self._names.titled(subject.type, subject.code)

    def _repairs(self) -> None:
        if not self._report.repair:
            return
        self._heading("repair.heading")
        owners = {(finding.rule, finding.subject): finding.owner for finding in self._report.findings}
        table = Table.grid(padding=(0, 1))
        for place, entry in enumerate(self._report.repair, start=1):
            subject = entry["subject"]
            owner = owners.get((entry["rule"], subject))
            line = Text(rule_title(entry["rule"], self._names.language), style="bold")
            line.append(f" {self._subject(subject)}", style="not bold")
            gain = self._say("repair.line", frees=entry["frees"], index=percent(entry["index_after"]))
            line.append(f"  {gain}", style="green")
            table.add_row(
                f"{place}.", line.append(f"  {self._names.titled('person', owner)}" if owner else "", style="not bold")
            )
        self._console.print(_indented(table))

    # Findings

    def _findings(self) -> None:
        findings = self._report.findings
        counts = {severity: sum(finding.severity == severity for finding in findings) for severity in SEVERITIES}
        self._heading(
            "findings.heading", self._say("findings.count", **counts) if findings else self._say("findings.none")
        )
        left = FINDINGS_SHOWN
        for owner, theirs in by_owner(findings):
            if left <= 0:
                break
            self._console.print()
            self._console.print(
                _indented(
                    Text(self._names.titled("person", owner) if owner else self._say("findings.unowned"), style="bold")
                )
            )
            self._console.print(_indented(self._finding_table(theirs[:left])))
            left -= len(theirs)
        if left < 0:
            self._console.print(self._say("findings.more", count=len(findings) - FINDINGS_SHOWN), style="dim")
        if self._report.waived:
            self._console.print(self._say("findings.waived", waived=self._report.waived), style="dim")

    def _finding_table(self, findings: list[Finding]) -> Table:
        table = Table.grid(padding=(0, 1))
        table.add_column(no_wrap=True, justify="right")
        table.add_column(overflow="fold")
        width = self._console.width - _MARGIN_CELLS
        for finding in findings:
            entry = finding_entry(finding, self._names)
            mark = Text(self._say(f"severity.{finding.severity}"), style=SEVERITY_STYLES[finding.severity])
            message = Text(wrap(f"{entry['message']}  {finding.rule}", width))
            message.stylize("dim", len(message) - len(finding.rule))
            table.add_row(mark, message)
            table.add_row(Text("→", style="dim"), Text(wrap(entry["action"], width), style="italic"))
        return table

    # Figures

    def _table(self, figures: FigureTable) -> None:
        if not figures.rows:
            return
        self._heading(f"figures.{figures.heading}")
        shown = figures.rows[:ROWS_SHOWN]
        self._console.print(figure_table(figures.columns, shown, figures.numeric_from, self._names.language))
        if len(figures.rows) > ROWS_SHOWN:
            more = self._say("figures.more", count=len(figures.rows) - ROWS_SHOWN)
            self._console.print(_indented(more), style="dim")


def _indented(content: RenderableType) -> Padding:
    return Padding(content, (0, 0, 0, 2), expand=False)


def by_owner(findings: list[Finding]) -> list[tuple[str | None, list[Finding]]]:
    """Group findings by owner: who has most errors first, then most findings, then by code; nobody's last."""
    groups: dict[str | None, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.owner].append(finding)

    def order(group: tuple[str | None, list[Finding]]) -> tuple[bool, int, int, str]:
        owner, theirs = group
        return owner is None, -sum(finding.severity == "error" for finding in theirs), -len(theirs), owner or ""

    return sorted(groups.items(), key=order)
