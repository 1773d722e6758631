"""Keeping the check of a company: marks of what changed, findings with their life, what stands beside them."""

import datetime
import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import transaction

from guantong.access.policies import ForbiddenError, Who, deed_of
from guantong.audit.actions import RowChange, put_record, record_entry, remove_record
from guantong.engine.catalogue import CATALOGUE
from guantong.engine.check import Report
from guantong.engine.findings import SUBJECT_TYPES
from guantong.findings.events import ApproverNamed, FindingsChanged
from guantong.findings.models import CardResult, CheckState, Finding, GoalFigures, IndexPoint, Mark, Waiver
from guantong.findings.queries import Checked, get_check, remember_tables, tables_now
from guantong.formats.cells import LAST_YEAR
from guantong.formats.characters import LONGEST_TEXT, has_control
from guantong.kit.bulk import delete_rows
from guantong.kit.events import publish
from guantong.kit.keeping import keep_rows
from guantong.kit.locks import lock
from guantong.kit.metrics import CHECK_SECONDS
from guantong.kit.moment import one_moment
from guantong.kit.stored import StoredTable, objects
from guantong.organisation.actions import add_sheet
from guantong.organisation.events import CodeRenamed, RowsChanged
from guantong.organisation.models import Company, Person, Unit
from guantong.organisation.queries import company_day, find_records

_BATCH = 500
_FIGURES = ("actual", "target", "plan", "gap", "gap_ratio", "attainment", "known_weight")
_CHANGING = ["severity", "owner", "unit", "evidence", "is_waived", "mended_at", "reopened_at", "reopened"]


def create_marks(company_id: int, rows: Mapping[str, Sequence[int] | None], at: datetime.datetime) -> None:
    """Mark rows of a company as changed: by table their ids, None for any of them."""
    Mark.objects.bulk_create(
        Mark(company_id=company_id, table=name, record_id=record, at=at)
        for name, ids in rows.items()
        for record in ((None,) if ids is None else ids)
    )


def claim_check(company_id: int, is_under_way: Callable[[str], bool], queue: Callable[[], str]) -> bool:
    """Queue a check of a company where none waits or runs; returns whether that was needed.

    The row stays locked until the caller's transaction ends, so that a check that is about to say that nothing is left
    sees the caller's marks.

    Args:
        company_id: The company.
        is_under_way: Tells of the id of a task whether it still waits or runs.
        queue: Queues a check and returns the id of its task.
    """
    with transaction.atomic():
        states = CheckState.objects.select_for_update().filter(company_id=company_id)
        state = states.first()
        if state is None:
            CheckState.objects.get_or_create(company_id=company_id)
            state = states.get()
        if state.task and is_under_way(state.task):
            return False
        CheckState.objects.filter(pk=state.pk).update(task=queue())
        return True


def release_check(company_id: int) -> bool:
    """Return whether no mark is left, so that the next change queues a check of its own."""
    with transaction.atomic():
        state = CheckState.objects.select_for_update().get(company_id=company_id)
        if Mark.objects.filter(company=company_id).exists():
            return False
        CheckState.objects.filter(pk=state.pk).update(task="")
        return True


@dataclass(frozen=True, eq=False)
class _Seen:
    """What a check sees: a company at one moment, with its live rows and the marks that they answer."""

    company: Company
    day: datetime.date
    marks: list[Mark]
    tables: Mapping[str, StoredTable]


def keep_check(company_id: int, at: datetime.datetime) -> Report | None:
    """Check a company on its present day and keep what comes out; all marks that were there are taken.

    Nothing is locked while the engine works: who changes a row in the meantime leaves a mark for the next check.

    Returns:
        The report; None where the company has no year to check.
    """
    with lock(f"check {company_id}", wait=True), CHECK_SECONDS.time():
        seen = _see(company_id, at)
        checked = get_check(seen.company, seen.day, seen.tables)
        stamp = secrets.token_hex(16)
        with transaction.atomic():
            if checked is not None:
                _keep_findings(seen.company, checked, at)
            _keep_figures(seen, checked)
            _keep_index(seen, checked)
            _keep_state(seen, checked, stamp, at)
            delete_rows(Mark, "pk", np.array([mark.pk for mark in seen.marks], dtype=np.int64))
        remember_tables(company_id, stamp, seen.day, seen.tables)
    return None if checked is None else checked.report


def _see(company_id: int, at: datetime.datetime) -> _Seen:
    with one_moment():
        company = Company.objects.get(pk=company_id)
        marks = list(Mark.objects.filter(company=company))
        day = company_day(company, at)
        state = CheckState.objects.filter(company=company).first() or CheckState(company=company)
        return _Seen(company, day, marks, tables_now(company, day, state.stamp, marks))


def _keep_state(seen: _Seen, checked: Checked | None, stamp: str, at: datetime.datetime) -> None:
    summary: dict[str, Any] = {}
    if checked is not None:
        report = checked.report
        summary = {"cycle": report.cycle, "people": report.people, "whole": report.whole, "waived": report.waived}
        summary["repair"] = [
            {**entry, "subject": {"type": entry["subject"].type, "code": entry["subject"].code}}
            for entry in report.repair
        ]
    kept = {"day": seen.day, "checked_at": at, "summary": summary, "stamp": stamp}
    CheckState.objects.update_or_create(company=seen.company, defaults=kept)


# --- Findings ------------------------------------------------------------------------------------

_Key = tuple[str, str, str]


def _keep_findings(company: Company, checked: Checked, at: datetime.datetime) -> None:
    report = checked.report
    rows = Finding.objects.filter(company=company, year=report.cycle)
    known: dict[_Key, Finding] = {(row.rule, row.subject_type, row.subject): row for row in rows}
    found = _found(checked)
    opened = [
        Finding(
            company=company, rule=rule, subject_type=kind, subject=subject, year=report.cycle, opened_at=at, **cells
        )
        for (rule, kind, subject), cells in found.items()
        if (rule, kind, subject) not in known
    ]
    reopened = [row for key, row in known.items() if key in found and row.mended_at is not None]
    mended = [row for key, row in known.items() if key not in found and row.mended_at is None]
    for row in reopened:
        row.mended_at, row.reopened_at, row.reopened = None, at, row.reopened + 1
    for row in mended:
        row.mended_at = at
    touched = {row.pk: row for row in (*reopened, *mended)}
    for key, row in known.items():
        if _renew(row, found.get(key, {})):
            touched[row.pk] = row
    Finding.objects.bulk_create(opened, batch_size=_BATCH)
    Finding.objects.bulk_update(touched.values(), _CHANGING, batch_size=_BATCH)
    changed = (tuple(row.pk for row in rows) for rows in (opened, mended, reopened))
    publish(FindingsChanged(company.pk, *changed))


def _found(checked: Checked) -> dict[_Key, dict[str, Any]]:
    """Return the cells of each finding of a report by its identity, waived ones included."""
    units = checked.snapshot.company.units.code.tolist()
    report, found = checked.report, {}
    for is_waived, listed in ((False, report.findings), (True, report.waived_findings)):
        for finding in listed:
            found[finding.rule, finding.subject.type, finding.subject.code] = {
                "severity": finding.severity,
                "owner": finding.owner or "",
                "unit": units[finding.unit] if finding.unit >= 0 else "",
                "evidence": json.loads(json.dumps(finding.evidence)),
                "is_waived": is_waived,
            }
    return found


def _renew(row: Finding, cells: Mapping[str, Any]) -> bool:
    """Set the cells of a finding; returns whether any was other."""
    changed = {name: value for name, value in cells.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


def rename_subjects(event: CodeRenamed) -> None:
    """Have findings and points of the index bear the new code of what they are about: they live on under it."""
    kind = SUBJECT_TYPES.get(event.table)
    findings = Finding.objects.filter(company=event.company_id)
    findings.filter(subject_type=kind, subject=event.old).update(subject=event.new)
    if event.table == "processes":
        for row in findings.filter(subject_type="node", subject__startswith=f"{event.old}/"):
            row.subject = event.new + row.subject.removeprefix(event.old)
            row.save()
    field = {"people": "owner", "units": "unit", "cycles": "year"}.get(event.table)
    if field is not None:
        findings.filter(**{field: event.old}).update(**{field: event.new})
    if event.table == "units":
        IndexPoint.objects.filter(company=event.company_id, unit=event.old).update(unit=event.new)


# --- Figures and index ---------------------------------------------------------------------------


def _keep_figures(seen: _Seen, checked: Checked | None) -> None:
    """Keep where each goal and card stands; only what differs is written, nothing stands where nothing was checked."""
    goals = [] if checked is None else checked.report.goals
    known = seen.tables.get("goals")
    ids = {} if known is None else dict(zip(known.columns["code"].tolist(), known.ids.tolist(), strict=True))
    found: dict[str, Any] = {"goal": np.array([ids[entry["code"]] for entry in goals], dtype=np.int64)}
    for name in _FIGURES:
        found[name] = np.array([entry[name] for entry in goals], dtype=np.float64)
    found["status"] = objects([entry["status"] for entry in goals])
    keep_rows(GoalFigures, {"company": seen.company.pk}, found, ("goal",))
    cards = [] if checked is None else checked.report.scorecards
    cycle = "" if checked is None else checked.report.cycle
    results: dict[str, Any] = {
        "holder": objects([card["holder"] for card in cards]),
        "cycle": objects([card.get("cycle", cycle) for card in cards]),
        "score": np.array([card["score"] for card in cards], dtype=np.float64),
        "coverage": np.array([card["coverage"] for card in cards], dtype=np.float64),
        "rating": objects([card["rating"] or "" for card in cards]),
    }
    keep_rows(CardResult, {"company": seen.company.pk}, results, ("holder", "cycle"))


def _keep_index(seen: _Seen, checked: Checked | None) -> None:
    """Keep the index of the day, of the company and of every unit."""
    points = [] if checked is None else list(_points(checked.report))
    found = {
        "unit": objects([unit for unit, *_ in points]),
        "people": np.array([people for _, people, *_ in points], dtype=np.int64),
        "whole": np.array([whole for _, _, whole, _ in points], dtype=np.int64),
        "lost": objects([lost for *_, lost in points]),
    }
    keep_rows(IndexPoint, {"company": seen.company.pk, "day": seen.day}, found, ("unit",))


def _points(report: Report) -> Iterator[tuple[str, int, int, list[list[Any]]]]:
    """Yield unit, people, people whose thread holds, and losses by link: of the company, then of each unit."""
    yield "", report.people, report.whole, [[link, lost] for link, _, lost in report.funnel]
    for entry in report.figures["units"]:
        yield entry["unit"], entry["people"], entry["whole"], [list(pair) for pair in entry["lost"].items()]


# --- Waivers ---------------------------------------------------------------------------------------

_WAIVER_CELLS = ("approver", "reason", "until")


@dataclass(frozen=True)
class NewWaiver:
    """That somebody approves to live with a finding: rule, code of its subject, approver's code, reason, last day."""

    rule: str
    subject: str
    approver: str
    reason: str
    until: datetime.date | None = None


class RefusedWaiverError(Exception):
    """A waiver that cannot be; `fault` says why: rule, finding, approver, reason, until or waiver (there is none)."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        super().__init__(fault)


def create_waiver(who: Who, wanted: NewWaiver) -> bool:
    """Waive a finding that is open in the checked year; a waiver that is there gets another approver, reason and end.

    Args:
        who: Who does it; their ability `waive_findings` reaches the finding's unit or its owner.
        wanted: The waiver.

    Returns:
        Whether anything changed.

    Raises:
        ForbiddenError: They may not waive this finding.
        RefusedWaiverError: The rule is unknown, no such finding is open or they may not see it, the approver is not
            employed on the day, the reason is empty or no text of a cell, or the last day is over.
    """
    with transaction.atomic():
        if wanted.rule not in CATALOGUE:
            raise RefusedWaiverError("rule")
        findings = [row for row in _lock_findings(who, wanted.rule, wanted.subject) if row.mended_at is None]
        if not findings:
            raise RefusedWaiverError("finding")
        _check_may_waive(who, findings)
        approver = _approver(who, wanted)
        company = who.company
        row = Waiver.objects.filter(company=company, rule=wanted.rule, subject=wanted.subject).first()
        row = row or Waiver(company=company, rule=wanted.rule, subject=wanted.subject)
        change = put_record(row, dict(zip(_WAIVER_CELLS, (approver, wanted.reason, wanted.until), strict=True)))
        if change is None:
            return False
        add_sheet(company, "waivers")
        _record_waiver(who, "create_waiver", change)
        if "approver" in change.after:
            keys = tuple(finding.pk for finding in findings)
            publish(ApproverNamed(company.pk, keys, row.pk, row.version, approver.pk, who.actor, who.at))
    return True


def remove_waiver(who: Who, rule: str, subject: str) -> None:
    """Let a waived finding count again: its waiver is marked as removed.

    Raises:
        ForbiddenError: They may not waive this finding.
        RefusedWaiverError: There is no such waiver.
    """
    with transaction.atomic():
        waivers = Waiver.objects.select_for_update().filter(company=who.company, removed_at=None)
        row = waivers.filter(rule=rule, subject=subject).first()
        if row is None:
            raise RefusedWaiverError("waiver")
        _check_may_waive(who, _lock_findings(who, rule, subject))
        _record_waiver(who, "remove_waiver", remove_record(row, _WAIVER_CELLS, who.at))


def _lock_findings(who: Who, rule: str, subject: str) -> list[Finding]:
    """Return the findings of a rule and subject that somebody may see, locked: one waiver of them at a time."""
    state = CheckState.objects.filter(company=who.company).first() or CheckState()
    year = state.summary.get("cycle", "")
    rows = Finding.objects.filter(company=who.company, rule=rule, subject=subject, year=year)
    locked = list(rows.select_for_update())
    seen = set(rows.visible_to(who).values_list("pk", flat=True))
    return [row for row in locked if row.pk in seen]


def _check_may_waive(who: Who, findings: Sequence[Finding]) -> None:
    """Refuse who may not waive all of these findings; none are the strategy office's and the operator's only."""
    reach = who.reach("waive_findings")
    units = set(Unit.objects.filter(company=who.company, pk__in=reach.unit_ids).values_list("code", flat=True))
    if not reach.everything and not (findings and all(row.unit in units for row in findings)):
        raise ForbiddenError("waive_findings")


def _approver(who: Who, wanted: NewWaiver) -> Person:
    """Return who approves; refuses whatever is wrong."""
    person = find_records(who.company, Person, [wanted.approver]).get(wanted.approver)
    day = who.day
    if person is None or (person.joined and person.joined > day) or (person.left and person.left <= day):
        raise RefusedWaiverError("approver")
    if not wanted.reason.strip() or has_control(wanted.reason) or len(wanted.reason) > LONGEST_TEXT:
        raise RefusedWaiverError("reason")
    if wanted.until is not None and not day <= wanted.until <= datetime.date(LAST_YEAR, 12, 31):
        raise RefusedWaiverError("until")
    return person


def _record_waiver(who: Who, action: str, change: RowChange) -> None:
    publish(RowsChanged(who.company_id, {"waivers": [change.record_id]}, who.at))
    record_entry(deed_of(who), action, {}, [change])
