"""Reading the kept check."""

import datetime
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Case, Exists, F, QuerySet, When

from guantong.audit.queries import list_changed_rows
from guantong.engine.calendar import day_number
from guantong.engine.check import Report, check
from guantong.engine.findings import GOAL_EVIDENCE, SEVERITIES
from guantong.engine.snapshot import NoYearError, Snapshot
from guantong.engine.tables import TABLES
from guantong.findings.models import CheckState, Finding, GoalFigures, IndexPoint, Mark
from guantong.goals.models import Goal
from guantong.kit.records import DATED
from guantong.kit.separation import company_scope
from guantong.kit.stored import StoredTable, joined, read_live
from guantong.kit.visibility import Viewer, condition_of
from guantong.organisation.models import Company
from guantong.organisation.queries import (
    company_day,
    engine_company,
    get_engine_company,
    kept_sheets,
    list_companies,
    named,
)


@dataclass(frozen=True)
class Checked:
    """A check of a company of the database: the snapshot that was checked, and the report."""

    snapshot: Snapshot
    report: Report


def get_check(company: Company, day: datetime.date, tables: Mapping[str, StoredTable] | None = None) -> Checked | None:
    """Return the check of a company of the database on a day; None where no year began by then.

    Args:
        company: The company.
        day: The day.
        tables: Its live rows where the caller has them.
    """
    whole = get_engine_company(company, day) if tables is None else engine_company(company, tables)
    try:
        snapshot = Snapshot(whole, day_number(day))
    except NoYearError:
        return None
    return Checked(snapshot, check(snapshot))


@dataclass(frozen=True, eq=False)
class _Remembered:
    """The live rows that a check read: the stamp under which it was kept, and the day of people's posts."""

    stamp: str
    day: datetime.date
    tables: Mapping[str, StoredTable]


_REMEMBERED: dict[int, _Remembered] = {}
"""What this process read for its last checks, by company, the least recent first."""

_MEMORY = threading.Lock()


def tables_now(company: Company, day: datetime.date, stamp: str, marks: Sequence[Mark]) -> Mapping[str, StoredTable]:
    """Return the live rows of a company; where this process made the last check, it reads only what was marked since.

    Args:
        company: The company.
        day: The day on which people stand in their posts.
        stamp: Of the last check that was kept.
        marks: All that changed since the last.
    """
    known = _REMEMBERED.get(company.pk)
    kept = known.tables if known is not None and known.stamp == stamp else {}
    changed: dict[str, set[int] | None] = {}
    for mark in marks:
        ids = changed.setdefault(mark.table, set())
        if mark.record_id is None or ids is None:
            changed[mark.table] = None
        else:
            ids.add(mark.record_id)
    tables = {}
    for name in kept_sheets(company):
        turned = name in DATED and known is not None and known.day != day
        ids = None if name not in kept or turned else changed.get(name, set())
        tables[name] = _renewed(kept.get(name), name, company.pk, day_number(day), ids)
    return tables


def remember_tables(company_id: int, stamp: str, day: datetime.date, tables: Mapping[str, StoredTable]) -> None:
    """Keep in memory what a check read, once it is kept; what was not needed for longest goes where there is too much.

    Args:
        company_id: The company.
        stamp: Under which the check was kept.
        day: The day on which people stand in their posts.
        tables: What `tables_now` returned.
    """
    with _MEMORY:
        _REMEMBERED.pop(company_id, None)
        _REMEMBERED[company_id] = _Remembered(stamp, day, tables)
        while len(_REMEMBERED) > 1 and _rows_remembered() > settings.GUANTONG_ROWS_REMEMBERED:
            _REMEMBERED.pop(next(iter(_REMEMBERED)))


def _rows_remembered() -> int:
    return sum(len(table) for kept in _REMEMBERED.values() for table in kept.tables.values())


def _renewed(known: StoredTable | None, name: str, company_id: int, day: int, ids: set[int] | None) -> StoredTable:
    """Return a table of which only the rows with the ids are read again; all where they are None."""
    if known is None or ids is None:
        return read_live(name, company_id, day)
    if not ids:
        return known
    wanted = sorted(ids)
    return joined(known.rows(~np.isin(known.ids, wanted)), read_live(name, company_id, day, wanted))


def is_small(company_id: int) -> bool:
    """Return whether a company has so few goals that it is checked at once after every change."""
    most: int = settings.GUANTONG_SMALL_COMPANY
    return Goal.objects.filter(company=company_id)[: most + 1].count() <= most


@dataclass(frozen=True)
class KeptFindings:
    """The findings of a company's checked year, as the last check left them.

    Attributes:
        day, checked_at: Of the last check; None where none was made.
        year: Code of the checked year, "" where there is none.
        is_behind: Whether something changed that no check has seen yet.
        findings: Gravest first, then by rule and subject; mended ones too.
    """

    day: datetime.date | None
    checked_at: datetime.datetime | None
    year: str
    is_behind: bool
    findings: list[Finding]


def get_kept_findings(company: Company) -> KeptFindings:
    """Return the findings that are kept of a company's present year."""
    state = CheckState.objects.filter(company=company).first() or CheckState(company=company)
    year = state.summary.get("cycle", "")
    rows = list(Finding.objects.filter(company=company, year=year))
    rows.sort(key=lambda row: (SEVERITIES.index(row.severity), row.rule, row.subject, row.subject_type))
    behind = Mark.objects.filter(company=company).exists()
    return KeptFindings(state.day, state.checked_at, year, behind, rows)


def list_due_companies(at: datetime.datetime, patience: datetime.timedelta) -> list[int]:
    """Return the companies whose marks were left behind longer than the patience, or whose day has turned."""
    return [company.pk for company in list_companies() if _is_due(company, at, patience)]


def _is_due(company: Company, at: datetime.datetime, patience: datetime.timedelta) -> bool:
    with company_scope(company.pk):
        if Mark.objects.filter(company=company, at__lt=at - patience).exists():
            return True
        state = CheckState.objects.filter(company=company).first()
    day = None if state is None else state.day
    return bool(company.sheets) and (day is None or day < company_day(company, at))


# --- For somebody who looks ----------------------------------------------------------------------


@dataclass(frozen=True)
class CheckDay:
    """The last check of a company: its day, None where none was made; the code of its year; what `KeptFindings` has."""

    day: datetime.date | None
    year: str
    is_behind: bool


def get_check_day(viewer: Viewer) -> CheckDay:
    """Return when a company was last checked, and whether that is behind; takes one query."""
    marks = Mark.objects.filter(company=viewer.company_id)
    states = CheckState.objects.visible_to(viewer).annotate(is_behind=Exists(marks))
    row = states.values_list("day", "summary", "is_behind").first()
    return CheckDay(None, "", True) if row is None else CheckDay(row[0], row[1].get("cycle", ""), row[2])


@dataclass(frozen=True)
class FindingsWanted:
    """Which findings: year, rule, severity, state (open, mended, all), and the codes of owner, unit and subject."""

    year: str
    rule: str | None = None
    severity: str | None = None
    state: str = "all"
    owner: str | None = None
    unit: str | None = None
    subject: str | None = None


def list_findings(viewer: Viewer, wanted: FindingsWanted) -> QuerySet:
    """Return the findings that somebody may see, as dicts."""
    cells = {name: getattr(wanted, name) for name in ("rule", "severity", "owner", "unit", "subject")}
    given = {name: cell for name, cell in cells.items() if cell is not None}
    findings = Finding.objects.visible_to(viewer).filter(year=wanted.year, **given)
    if wanted.state != "all":
        findings = findings.filter(mended_at__isnull=wanted.state == "open")
    return findings.values()


def without_hidden_goals(viewer: Viewer, evidence: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return evidence with null in place of goals that somebody may not see; takes at most one query."""
    named = {cells[key] for cells in evidence for key in GOAL_EVIDENCE if cells.get(key) is not None}
    seen = set(Goal.objects.visible_to(viewer).filter(code__in=named).values_list("code", flat=True)) if named else ()
    return [
        {key: None if key in GOAL_EVIDENCE and cell not in seen else cell for key, cell in cells.items()}
        for cells in evidence
    ]


def list_index(viewer: Viewer, unit: str | None, first: datetime.date | None, last: datetime.date | None) -> QuerySet:
    """Return as dicts the points of the index of a unit (None: of all) from a first to a last day (None: open)."""
    bounds = {"unit": unit, "day__gte": first, "day__lte": last}
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    return IndexPoint.objects.visible_to(viewer).filter(**given).values()


@dataclass(frozen=True)
class GoalsWanted:
    """Which goals: codes of cycle, unit and owner, status of the goal, standing at the last check, changed since."""

    cycle: str | None = None
    unit: str | None = None
    owner: str | None = None
    status: str | None = None
    standing: str | None = None
    changed: datetime.datetime | None = None


USUAL_STATUS: str = TABLES["goals"].by_name["status"].default
"""The status of a goal that states none."""

_KEYS = {"cycle": "cycles", "unit": "units", "owner": "people"}
"""Tables to which the filters of goals lead."""

_SHOWN = (
    "code", "name", "cycle__code", "unit__code", "owner__code", "metric__code", "priority__code", "personal", "private",
    "start", "due", "weight", "status",
)  # fmt: skip


def list_goals(viewer: Viewer, wanted: GoalsWanted) -> QuerySet:
    """Return the goals that somebody may see with the figures of the last check, as dicts.

    `above` is the code of the goal above, None where they may not see it.
    """
    goals = Goal.objects.visible_to(viewer)
    for name, table in _KEYS.items():
        if (code := getattr(wanted, name)) is not None:
            goals = goals.filter(named(viewer, name, table, code))
    if wanted.status is not None:
        goals = goals.filter(status__in={wanted.status, "" if wanted.status == USUAL_STATUS else wanted.status})
    if wanted.standing is not None:
        goals = goals.filter(figures__status=wanted.standing)
    if wanted.changed is not None:
        goals = goals.filter(pk__in=list_changed_rows(viewer.company_id, Goal.table, wanted.changed))
    above = Case(When(condition_of(Goal, viewer, "parent__"), then=F("parent__code")), default=None)
    figures = [f"figures__{field.name}" for field in GoalFigures._meta.fields if field.name not in _NO_FIGURES]
    return goals.annotate(above=above).values(*_SHOWN, "above", *figures)


_NO_FIGURES = frozenset({"id", "company", "goal"})
