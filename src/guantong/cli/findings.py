"""`guantong findings`: the findings that are kept of a company of the database, with when they came and went."""

import argparse
import datetime
import sys
from typing import Any
from zoneinfo import ZoneInfo

from guantong import clock
from guantong.cli.database import company_named
from guantong.cli.findings_text import write_kept_findings
from guantong.cli.naming import Names
from guantong.cli.opening import UsageError, nearest
from guantong.cli.options import add_company, add_format, add_language
from guantong.cli.printing import print_text
from guantong.cli.report_json import document_text, finding_entry
from guantong.engine.catalogue import CATALOGUE
from guantong.engine.check import Finding as EngineFinding
from guantong.engine.check import Subject
from guantong.findings.models import Finding
from guantong.findings.queries import KeptFindings, get_kept_findings
from guantong.formats.significant import significant
from guantong.messages.labels import label
from guantong.organisation.models import Company
from guantong.organisation.queries import company_day, get_engine_company, zone_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong findings`."""
    state = parser.add_mutually_exclusive_group()
    state.add_argument("--open", action="store_true", help="只列未修复的 · only those that are open")
    state.add_argument("--mended", action="store_true", help="只列已修复的 · only those that are mended")
    parser.add_argument("--rule", action="append", metavar="ID", help="只列此规则,可重复 · only this rule; repeatable")
    parser.add_argument("--owner", metavar="PERSON", help="只列此人负责的 · only those of this owner")
    add_company(parser)
    add_format(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong findings`; returns the exit status.

    Raises:
        UsageError: The company, a rule or the owner is unknown.
    """
    company = company_named(arguments.company, arguments.lang or "zh")
    whole = get_engine_company(company, company_day(company, clock.now()))
    language = arguments.lang or whole.setting("language")
    kept = get_kept_findings(company)
    people = whole.people.code.tolist()
    if arguments.owner is not None and arguments.owner not in people:
        near = nearest(arguments.owner, people)
        what = label("subjects.person", language)
        raise UsageError(label("errors.coded", language, what=what, value=arguments.owner, near=near))
    listed = [row for row in kept.findings if _is_wanted(row, arguments, _rules(arguments, language))]
    names = Names(whole, language)
    entries = [kept_entry(row, names, zone_of(company)) for row in listed]
    if arguments.format == "json":
        sys.stdout.write(document_text(_document(company, kept, entries)))
    else:
        title = names.titled("company", company.code)
        print_text(lambda console: write_kept_findings(console, title, kept, entries, names))
    return 0


def _rules(arguments: argparse.Namespace, language: str) -> set[str]:
    rules = {rule.upper() for rule in arguments.rule or ()}
    for rule in sorted(rules - set(CATALOGUE)):
        raise UsageError(label("errors.rule", language, value=rule, near=nearest(rule, CATALOGUE)))
    return rules


def _is_wanted(row: Finding, arguments: argparse.Namespace, rules: set[str]) -> bool:
    if (arguments.open and row.mended_at is not None) or (arguments.mended and row.mended_at is None):
        return False
    return (not rules or row.rule in rules) and arguments.owner in (None, row.owner)


def kept_entry(row: Finding, names: Names, zone: ZoneInfo) -> dict[str, Any]:
    """Return a kept finding as `guantong check` writes it, and beside it when it came and went, in company time."""
    subject = Subject(row.subject_type, row.subject)
    finding = EngineFinding(row.rule, row.severity, subject, row.owner or None, row.evidence, -1)
    moments = {"opened": row.opened_at, "mended": row.mended_at, "reopened": row.reopened_at}
    return {
        **significant(finding_entry(finding, names)),
        "unit": row.unit or None,
        "waived": row.is_waived,
        **{name: _moment(at, zone) for name, at in moments.items()},
        "times_reopened": row.reopened,
    }


def _moment(at: datetime.datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else at.astimezone(zone).isoformat(timespec="seconds")


def _document(company: Company, kept: KeptFindings, entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "company": company.code,
        "cycle": kept.year or None,
        "as_of": None if kept.day is None else kept.day.isoformat(),
        "checked": _moment(kept.checked_at, zone_of(company)),
        "behind": kept.is_behind,
        "findings": entries,
    }
