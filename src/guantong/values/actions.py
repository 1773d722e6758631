"""Entering what a goal reached."""

import datetime
import math
from dataclasses import dataclass

from django.db import transaction

from guantong.audit.actions import Deed, RowChange, record_entry
from guantong.engine.tables import TABLES
from guantong.formats.cells import LARGEST_NUMBER
from guantong.formats.writing import as_text
from guantong.goals.models import Goal
from guantong.kit.events import publish
from guantong.organisation.events import RowsChanged
from guantong.organisation.models import Company
from guantong.values.models import ActualValue

_TABLE = "actuals"


@dataclass(frozen=True)
class EnteredValue:
    """What a goal reached by a day.

    Attributes:
        goal: Code of the goal.
        date: The day.
        value: Metric units, within ±1e15.
    """

    goal: str
    date: datetime.date
    value: float


class UnknownGoalError(Exception):
    """No goal of the company has the code."""


class ValueLimitError(Exception):
    """The value is no number within ±1e15."""


def record_value(deed: Deed, entered: EnteredValue) -> ActualValue:
    """Enter what a goal reached by a day, in place of what was entered for that day before.

    Args:
        deed: Who enters it, when, for which company.
        entered: The value.

    Returns:
        The row; it is not written where it holds the value already.

    Raises:
        UnknownGoalError: The goal is not there.
        ValueLimitError: The value is no number that a workbook may hold.
    """
    if not abs(entered.value) <= LARGEST_NUMBER or math.isnan(entered.value):
        raise ValueLimitError(entered.value)
    with transaction.atomic():
        goal = Goal.objects.filter(company=deed.company_id, code=entered.goal, removed_at=None).first()
        if goal is None:
            raise UnknownGoalError(entered.goal)
        row, is_new = ActualValue.objects.select_for_update().get_or_create(
            company_id=deed.company_id, goal=goal, date=entered.date, defaults={"value": entered.value}
        )
        is_restored = row.removed_at is not None
        before = {} if is_new or is_restored else _cells(row, entered.goal)
        if not is_new:
            _replace(row, entered.value)
        after = _cells(row, entered.goal)
        if before != after:
            _keep(deed, row, _change(row, entered, "restore" if is_restored else "create", before, after))
    return row


def _replace(row: ActualValue, value: float) -> None:
    """Put a value in place of what a row holds; what was removed does not come back beside it."""
    if row.removed_at is not None:
        row.removed_at, row.numerator, row.denominator, row.note = None, None, None, ""
    row.value = value


def _cells(row: ActualValue, goal: str) -> dict[str, str]:
    cells = {"goal": goal, "date": row.date.isoformat()}
    for name in ("value", "numerator", "denominator", "note"):
        cells[name] = as_text(getattr(row, name))
    return {name: cell for name, cell in cells.items() if cell}


def _change(
    row: ActualValue, entered: EnteredValue, kind: str, before: dict[str, str], after: dict[str, str]
) -> RowChange:
    key = f"{entered.goal}/{entered.date.isoformat()}"
    if not before:
        return RowChange(_TABLE, row.pk, key, kind, before, after)
    names = [name for name in TABLES[_TABLE].by_name if before.get(name) != after.get(name)]
    old, new = ({name: cells[name] for name in names if name in cells} for cells in (before, after))
    return RowChange(_TABLE, row.pk, key, "change", old, new)


def _keep(deed: Deed, row: ActualValue, change: RowChange) -> None:
    if change.kind != "create":
        row.version += 1
        row.save()
    company = Company.objects.get(pk=deed.company_id)
    if _TABLE not in company.sheets:
        company.sheets = [name for name in TABLES if name in {*company.sheets, _TABLE}]
        company.save(update_fields=["sheets"])
    record_entry(deed, "record_value", {"goal": change.after.get("goal", "")}, [change])
    publish(RowsChanged(deed.company_id, frozenset({_TABLE}), deed.at))
