"""`guantong check`: read a workbook, check it, show where its thread is broken."""

import argparse
import datetime
import difflib
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from guantong import clock
from guantong.cli.naming import Names
from guantong.cli.printing import print_text
from guantong.cli.report_json import document_text, report_document
from guantong.cli.report_schema import report_schema
from guantong.cli.report_text import TextReport
from guantong.engine.calendar import day_number
from guantong.engine.check import Report, check
from guantong.engine.company import Company
from guantong.engine.findings import RULES, SEVERITIES
from guantong.engine.snapshot import NoYearError, Snapshot
from guantong.formats.problems import InputError, Problem
from guantong.formats.workbook import Reading, read_company
from guantong.messages.input import problem_entry, problem_line
from guantong.messages.labels import label

UNREADABLE = 2


class UsageError(Exception):
    """An argument that names nothing; the text says what would."""


def run_check(arguments: argparse.Namespace) -> int:
    """Carry out `guantong check`; returns the exit status."""
    if arguments.schema:
        sys.stdout.write(document_text(report_schema()))
        return 0
    language = arguments.lang or "zh"
    if arguments.file is None:
        raise UsageError(label("errors.file", language))
    try:
        with progress(label("progress.read", language, name=Path(arguments.file).name)):
            reading = read_company(Path(arguments.file))
        company = reading.company
        snapshot = open_snapshot(company, arguments.as_of)
    except InputError as error:
        write_problems(error.problems, language, arguments.format)
        return UNREADABLE
    language = arguments.lang or company.setting("language")
    write_warnings(reading, language)
    with progress(label("progress.check", language)):
        report = check(snapshot)
    listed = narrowed(report, snapshot, arguments, language)
    write_report(listed, Names(company, language), arguments.format)
    return exit_status(listed, arguments.fail_on)


def open_snapshot(company: Company, as_of: datetime.date | None) -> Snapshot:
    """Return the company on a day, today where none is given.

    Raises:
        InputError: No year contains the day or began before it.
    """
    day = as_of or clock.today(company.setting("timezone"))
    try:
        return Snapshot(company, day_number(day))
    except NoYearError:
        raise InputError([Problem(kind="no_year", sheet="cycles", value=day.isoformat())]) from None


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


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known words most like one, separated by commas; a dash where none is."""
    return ", ".join(difflib.get_close_matches(word, list(known), n=3, cutoff=0.3)) or "—"


def write_report(report: Report, names: Names, form: str) -> None:
    """Write a report to standard output as text or JSON."""
    if form == "json":
        sys.stdout.write(document_text(report_document(report, names)))
        return
    print_text(lambda console: TextReport(console, report, names).write())


def write_problems(problems: Iterable[Problem], language: str, form: str) -> None:
    """Write all problems of an input to standard error, as lines or as JSON."""
    listed = list(problems)
    if form == "json":
        sys.stderr.write(document_text([problem_entry(problem, language) for problem in listed]))
        return
    for problem in listed:
        sys.stderr.write(problem_line(problem, language) + "\n")
    sys.stderr.write(label("errors.input", language, count=len(listed)) + "\n")


def write_warnings(reading: Reading, language: str) -> None:
    """Write what was passed over in reading to standard error."""
    for warning in reading.warnings:
        sys.stderr.write(f"{label('errors.warnings', language)} {problem_line(warning, language)}\n")


def progress(text: str) -> Any:
    """Return a context that shows what is under way on a terminal and nothing in a pipe."""
    if not sys.stderr.isatty():
        return nullcontext()
    return Console(stderr=True).status(text)
