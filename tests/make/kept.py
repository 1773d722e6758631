"""Companies of the database in tests: loading them, and what is kept of their check beside what it should be."""

import datetime
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from guantong.engine.calendar import day_number
from guantong.engine.check import Report, check_company
from guantong.engine.company import Company as EngineCompany
from guantong.engine.snapshot import NoYearError
from guantong.exchange.actions import Loading
from guantong.exchange.queries import CompanyDifference
from guantong.findings.events import FindingsChanged
from guantong.findings.models import CardResult, CheckState, Finding, GoalFigures, IndexPoint
from guantong.kit.events import subscribe
from guantong.organisation.models import Company
from guantong.organisation.queries import company_day, get_engine_company
from tests.make.viewed import company_in_view, last_entry_in_view, load_in_view

AT = datetime.datetime(2026, 6, 30, 8, tzinfo=datetime.UTC)
FIGURES = ("actual", "target", "plan", "gap", "gap_ratio", "attainment", "known_weight", "status")


def load(company: EngineCompany, at: datetime.datetime = AT, on: datetime.date | None = None) -> CompanyDifference:
    """Load a company, posts from a day on, else from that of the moment; rows that go are accepted."""
    entry = last_entry_in_view(company.code)
    return load_in_view("operator", at, Loading(company, company.present, entry, on or at.date(), True))


def loaded(company: EngineCompany) -> Company:
    """Load a company and return it as the database has it."""
    load(company)
    return named(company.code)


def named(code: str) -> Company:
    """Return the company of a code; the database shows its rows from now on."""
    return company_in_view(code)


def assert_kept(code: str, at: datetime.datetime) -> None:
    """Assert that what is kept of the last check is what a whole check of that moment says, with nothing remembered."""
    company = named(code)
    day = company_day(company, at)
    whole = get_engine_company(company, day)
    try:
        report = check_company(whole, day_number(day))
    except NoYearError:
        report = None
    found, wanted = kept(company), expected(report, day, whole.units.code.tolist())
    for part, value in wanted.items():
        assert found[part] == value, part


def kept(company: Company) -> dict[str, Any]:
    """Return what is kept of the last check, in plain values."""
    state = CheckState.objects.get(company=company)
    year = state.summary.get("cycle")
    findings = Finding.objects.filter(company=company, year=year, mended_at=None)
    points = IndexPoint.objects.filter(company=company, day=state.day)
    return {
        "day": state.day,
        "summary": state.summary,
        "findings": {
            (row.rule, row.subject_type, row.subject):
                (row.severity, row.owner or None, row.evidence, row.is_waived, row.unit)
            for row in findings
        },
        "goals": {
            row.goal.code: tuple(getattr(row, name) for name in FIGURES)
            for row in GoalFigures.objects.filter(company=company).select_related("goal")
        },
        "cards": {
            (row.holder, row.cycle): (row.score, row.coverage, row.rating or None)
            for row in CardResult.objects.filter(company=company)
        },
        "points": {row.unit: (row.people, row.whole, row.lost) for row in points},
    }  # fmt: skip


def expected(report: Report | None, day: datetime.date, codes: list[str]) -> dict[str, Any]:
    """Return what is to be kept of a report."""
    if report is None:
        return {"day": day, "summary": {}, "findings": {}, "goals": {}, "cards": {}, "points": {}}
    units = [entry["unit"] for entry in report.figures["units"]]
    repair = [{**entry, "subject": vars(entry["subject"])} for entry in report.repair]
    whole = (report.people, report.whole, [[link, lost] for link, _, lost in report.funnel])
    parts = [(entry["people"], entry["whole"], [[link, lost] for link, lost in entry["lost"].items()])
             for entry in report.figures["units"]]  # fmt: skip
    return {
        "day": day,
        "summary": {
            "cycle": report.cycle,
            "people": report.people,
            "whole": report.whole,
            "waived": report.waived,
            "repair": repair,
        },
        "findings": {
            (found.rule, found.subject.type, found.subject.code):
                (found.severity, found.owner, json.loads(json.dumps(found.evidence)), is_waived,
                 codes[found.unit] if found.unit >= 0 else "")
            for is_waived, listed in ((False, report.findings), (True, report.waived_findings))
            for found in listed
        },
        "goals": {entry["code"]: tuple(entry[name] for name in FIGURES) for entry in report.goals},
        "cards": {(card["holder"], card.get("cycle", report.cycle)): (card["score"], card["coverage"], card["rating"])
                  for card in report.scorecards},
        "points": dict(zip(["", *units], [whole, *parts], strict=True)),
    }  # fmt: skip


class BrokenError(Exception):
    """What a subscriber raises, so that a check is not kept."""


class _Fault:
    is_on = False


def _fail_where_told(_event: FindingsChanged) -> None:
    if _Fault.is_on:
        raise BrokenError


@contextmanager
def failing_checks() -> Iterator[None]:
    """Have every check fail when all but its last rows are written."""
    subscribe(FindingsChanged, _fail_where_told)
    _Fault.is_on = True
    try:
        yield
    finally:
        _Fault.is_on = False
