"""`guantong check`: read a workbook, check it, show where its thread is broken."""

import argparse
import sys
from dataclasses import replace
from typing import Any

import numpy as np

from guantong.cli.naming import Names
from guantong.cli.opening import UsageError, nearest, open_company, progress
from guantong.cli.options import add_report_options, add_source
from guantong.cli.printing import print_text
from guantong.cli.report_json import document_text, report_document
from guantong.cli.report_schema import report_schema
from guantong.cli.report_text import TextReport
from guantong.engine.check import Report, check
from guantong.engine.findings import RULES, SEVERITIES
from guantong.engine.snapshot import Snapshot
from guantong.messages.labels import label


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong check`."""
    add_source(parser)
    parser.add_argument(
        "--schema", action="store_true", help="打印 JSON 输出的结构 · print the JSON Schema of the output"
    )
    parser.add_argument(
        "--fail-on",
        choices=("error", "warning", "advice", "never"),
        default="error",
        help="达到此级别则退出码为 1 · exit 1 at this severity or above (error)",
    )
    add_report_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong check`; returns the exit status."""
    if arguments.schema:
        sys.stdout.write(document_text(report_schema()))
        return 0
    opened = open_company(arguments)
    with progress(label("progress.check", opened.language)):
        report = check(opened.snapshot)
    listed = narrowed(report, opened.snapshot, arguments, opened.language)
    write_report(listed, opened.names, arguments.format)
    return exit_status(listed, arguments.fail_on)


def exit_status(report: Report, fail_on: str) -> int:
    """Return 1 where a finding that is listed is at least as severe as `fail_on`, else 0."""
    if fail_on == "never":
        return 0
    limit = SEVERITIES.index(fail_on)
    return int(any(SEVERITIES.index(finding.severity) <= limit for finding in report.findings))


def narrowed(report: Report, snapshot: Snapshot, arguments: argparse.Namespace, language: str) -> Report:
    """Return the report with its lists restricted to a unit (and those below it) or to rules; figures stay.

    Raises:
        UsageError: The unit or a rule is unknown.
    """
    if arguments.rule:
        rules = {rule.upper() for rule in arguments.rule}
        for rule in sorted(rules - set(RULES)):
            raise UsageError(label("errors.rule", language, value=rule, near=nearest(rule, RULES)))
        report = replace(
            report,
            findings=[finding for finding in report.findings if finding.rule in rules],
            repair=[entry for entry in report.repair if entry["rule"] in rules],
        )
    if arguments.unit is not None:
        codes = snapshot.company.units.code.tolist()
        if arguments.unit not in codes:
            raise UsageError(label("errors.unit", language, value=arguments.unit, near=nearest(arguments.unit, codes)))
        report = _within_unit(report, snapshot, codes.index(arguments.unit))
    return report


def _within_unit(report: Report, snapshot: Snapshot, unit: int) -> Report:
    company = snapshot.company
    inside = snapshot.within(np.arange(len(company.units)), np.array(unit))

    def codes(rows: Any) -> set[str]:
        return set(rows.code[(rows.unit >= 0) & inside[rows.unit]].tolist())

    units = set(company.units.code[inside].tolist())
    goals, people = codes(company.goals), codes(company.people)
    listed_by = {
        **dict.fromkeys(("participation", "amoeba"), ("unit", units)),
        **dict.fromkeys(("estimates", "retrospectives", "comparisons"), ("goal", goals)),
    }
    findings = [finding for finding in report.findings if finding.unit >= 0 and inside[finding.unit]]
    listed = {(finding.rule, finding.subject) for finding in findings}
    return replace(
        report,
        findings=findings,
        goals=[goal for goal in report.goals if goal["code"] in goals],
        scorecards=[card for card in report.scorecards if card["holder"] in units | people],
        rewards=[entry for entry in report.rewards if entry["person"] in people],
        figures={
            name: [entry for entry in entries if entry[listed_by[name][0]] in listed_by[name][1]]
            if name in listed_by
            else entries
            for name, entries in report.figures.items()
        },
        repair=[entry for entry in report.repair if (entry["rule"], entry["subject"]) in listed],
    )


def write_report(report: Report, names: Names, form: str) -> None:
    """Write a report to standard output as text or JSON."""
    if form == "json":
        sys.stdout.write(document_text(report_document(report, names)))
        return
    print_text(lambda console: TextReport(console, report, names).write())
