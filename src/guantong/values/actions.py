"""Entering actual values."""

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from guantong.audit.actions import Deed, RowChange, put_record, record_entry
from guantong.formats.cells import FIRST_YEAR, LARGEST_NUMBER, LAST_YEAR
from guantong.formats.characters import LONGEST_TEXT, has_control
from guantong.goals.models import Goal
from guantong.kit.events import publish
from guantong.organisation.actions import add_sheet
from guantong.organisation.events import RowsChanged
from guantong.organisation.models import Company
from guantong.organisation.queries import find_records
from guantong.values.models import ActualValue

_FIELDS = ("value", "numerator", "denominator", "note")


@dataclass(frozen=True)
class NewValue:
    """What a goal reached by a day; None = missing. A value of the same goal and day is replaced."""

    goal: str
    date: datetime.date
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    note: str = ""


class RefusedValueError(Exception):
    """Values that cannot be entered: (place in the list, what is wrong: goal, number, date, note or twice)."""

    def __init__(self, faults: Sequence[tuple[int, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__(str(self.faults))


def record_values(company: Company, actor: str, at: datetime.datetime, values: Sequence[NewValue]) -> int:
    """Enter actual values, all or none; those that are there already as they are change nothing.

    Args:
        company: The company.
        actor: Who enters them.
        at: When.
        values: The values.

    Returns:
        How many rows are new or changed.

    Raises:
        RefusedValueError: A goal is unknown, a number, date or note impossible, or a goal's day given twice.
    """
    with transaction.atomic():
        goals = _locked(find_records(company, Goal, [value.goal for value in values]))
        _check(values, goals)
        days = {(goals[value.goal].pk, value.date) for value in values}
        rows = ActualValue.objects.filter(
            company=company, goal__in={goal for goal, _ in days}, date__in={day for _, day in days}
        )
        known = {(row.goal_id, row.date): row for row in rows}
        changes = [
            change
            for value in values
            if (change := _record(company, goals[value.goal], value, known.get((goals[value.goal].pk, value.date))))
        ]
        if changes:
            add_sheet(company, "actuals")
            publish(RowsChanged(company.pk, {"actuals": [change.record_id for change in changes]}, at))
            record_entry(Deed(company.pk, company.code, actor, at), "record_values", {"count": len(changes)}, changes)
    return len(changes)


def _locked(goals: Mapping[str, Goal]) -> dict[str, Goal]:
    """Return the goals that are still there, locked so that nobody else enters their values or removes them meanwhile.

    They are locked in one order, so that two who enter values of the same goals wait for one another and not for ever.
    """
    ids = {goal.pk for goal in goals.values()}
    kept = Goal.objects.select_for_update(no_key=True).filter(pk__in=ids, removed_at=None).order_by("pk")
    by_id = {goal.pk: goal for goal in kept}
    return {code: by_id[goal.pk] for code, goal in goals.items() if goal.pk in by_id}


def _check(values: Sequence[NewValue], goals: Mapping[str, Goal]) -> None:
    faults, seen = [], set()
    for place, value in enumerate(values):
        numbers = [number for number in (value.value, value.numerator, value.denominator) if number is not None]
        if value.goal not in goals:
            faults.append((place, "goal"))
        elif not all(math.isfinite(number) and abs(number) <= LARGEST_NUMBER for number in numbers):
            faults.append((place, "number"))
        elif not FIRST_YEAR <= value.date.year <= LAST_YEAR:
            faults.append((place, "date"))
        elif has_control(value.note) or len(value.note) > LONGEST_TEXT:
            faults.append((place, "note"))
        elif (goals[value.goal].pk, value.date) in seen:
            faults.append((place, "twice"))
        else:
            seen.add((goals[value.goal].pk, value.date))
    if faults:
        raise RefusedValueError(faults)


def _record(company: Company, goal: Goal, value: NewValue, row: ActualValue | None) -> RowChange | None:
    """Write one value; returns what changed, None where nothing did."""
    known = row or ActualValue(company=company, goal=goal, date=value.date)
    cells = {name: getattr(value, name) for name in _FIELDS}
    return put_record(known, {name: float(cell) if isinstance(cell, int) else cell for name, cell in cells.items()})
