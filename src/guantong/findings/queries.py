"""Reading the kept check."""

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings

from guantong.engine.calendar import day_number
from guantong.engine.check import Report, check
from guantong.engine.snapshot import NoYearError, Snapshot
from guantong.engine.tables import TABLES
from guantong.findings.models import CheckState, Mark
from guantong.goals.models import Goal
from guantong.organisation.models import Company
from guantong.organisation.queries import get_engine_company

_ZONE = TABLES["company"].by_name["timezone"].default


@dataclass(frozen=True)
class Checked:
    """A check of a company of the database: the snapshot that was checked, and the report."""

    snapshot: Snapshot
    report: Report


def get_check(company: Company, day: datetime.date) -> Checked | None:
    """Return the check of a company of the database on a day; None where no year began by then."""
    try:
        snapshot = Snapshot(get_engine_company(company, day), day_number(day))
    except NoYearError:
        return None
    return Checked(snapshot, check(snapshot))


def company_day(company: Company, at: datetime.datetime) -> datetime.date:
    """Return the day that it is for a company at a moment."""
    return at.astimezone(ZoneInfo(company.timezone or _ZONE)).date()


def is_small(company_id: int) -> bool:
    """Return whether a company has so few goals that it is checked at once after every change."""
    most: int = settings.GUANTONG_SMALL_COMPANY
    return Goal.objects.filter(company=company_id)[: most + 1].count() <= most


def has_marks(company_id: int) -> bool:
    """Return whether anything changed that no check has seen."""
    return Mark.objects.filter(company=company_id).exists()


def list_due_companies(at: datetime.datetime, patience: datetime.timedelta) -> list[int]:
    """Return the companies whose marks were left behind longer than the patience, or whose day has turned."""
    marked = Mark.objects.filter(at__lt=at - patience).values_list("company", flat=True)
    days = dict(CheckState.objects.values_list("company", "day"))
    due = set(marked)
    for company in Company.objects.all():
        day = days.get(company.pk)
        if company.sheets and (day is None or day < company_day(company, at)):
            due.add(company.pk)
    return sorted(due)
