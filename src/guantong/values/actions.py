"""Entering actual values."""

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from guantong.access.policies import Who, check_may, deed_of
from guantong.audit.actions import put_records, record_entry
from guantong.formats.cells import FIRST_YEAR, LARGEST_NUMBER, LAST_YEAR
from guantong.formats.characters import LONGEST_TEXT, has_control
from guantong.goals.models import Goal
from guantong.kit.events import publish
from guantong.organisation.actions import add_sheet
from guantong.organisation.events import RowsChanged
from guantong.organisation.models import Company
from guantong.organisation.queries import find_ids
from guantong.values.models import ActualValue

ABILITY = "record_values"
"""What somebody must be able to do."""

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
    """Values that cannot be entered.

    Attributes:
        faults: Place in the list and what is wrong: goal (they see none of the code), forbidden (they see it, but may
            not enter its values), number, date, note or twice.
    """

    def __init__(self, faults: Sequence[tuple[int, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__(str(self.faults))


def record_values(who: Who, values: Sequence[NewValue]) -> int:
    """Enter actual values, all or none; those that are there already as they are change nothing.

    Args:
        who: Who enters them; the goals must lie within their reach.
        values: The values.

    Returns:
        How many rows are new or changed.

    Raises:
        ForbiddenError: They may enter no values at all.
        RefusedValueError: A goal is unknown or not theirs to enter values of, a number, date or note impossible, or a
            goal's day given twice.
    """
    with transaction.atomic():
        goals = _locked(who, find_ids(who.company, Goal, [value.goal for value in values]))
        check_may(who, ABILITY)
        _check(who, values, goals)
        known = _known(who.company, values, goals)
        changes = put_records([_row(who.company, goals[value.goal], value, known) for value in values])
        if changes:
            add_sheet(who.company, "actuals")
            publish(RowsChanged(who.company_id, {"actuals": [change.record_id for change in changes]}, who.at))
            record_entry(deed_of(who), "record_values", {"count": len(changes)}, changes)
    return len(changes)


def _locked(who: Who, ids: Mapping[str, int]) -> dict[str, Goal]:
    """Return the goals that are still there to see, locked: nobody else enters their values or removes them meanwhile.

    They are locked in one order, so that two who enter values of the same goals wait for one another and not for ever.
    """
    seen = Goal.objects.visible_to(who).filter(pk__in=set(ids.values())).order_by("pk")
    locked = seen.only("code", "unit_id", "owner_id").select_for_update(of=("self",), no_key=True)
    by_id = {goal.pk: goal for goal in locked}
    return {code: by_id[record] for code, record in ids.items() if record in by_id}


def _check(who: Who, values: Sequence[NewValue], goals: Mapping[str, Goal]) -> None:
    faults, seen, reach = [], set(), who.reach(ABILITY)
    for place, value in enumerate(values):
        goal = goals.get(value.goal)
        if goal is None:
            faults.append((place, "goal"))
        elif not reach.covers(unit_id=goal.unit_id, person_ids=(goal.owner_id,)):
            faults.append((place, "forbidden"))
        elif fault := _fault(value):
            faults.append((place, fault))
        elif (goal.pk, value.date) in seen:
            faults.append((place, "twice"))
        else:
            seen.add((goal.pk, value.date))
    if faults:
        raise RefusedValueError(faults)


def _fault(value: NewValue) -> str:
    """Return what is wrong with a value by itself, "" where nothing is."""
    numbers = [number for number in (value.value, value.numerator, value.denominator) if number is not None]
    if not all(math.isfinite(number) and abs(number) <= LARGEST_NUMBER for number in numbers):
        return "number"
    if not FIRST_YEAR <= value.date.year <= LAST_YEAR:
        return "date"
    return "note" if has_control(value.note) or len(value.note) > LONGEST_TEXT else ""


def _known(
    company: Company, values: Sequence[NewValue], goals: Mapping[str, Goal]
) -> dict[tuple[int, datetime.date], ActualValue]:
    """Return the rows that are there already by goal and day, removed ones too."""
    days = {(goals[value.goal].pk, value.date) for value in values}
    rows = ActualValue.objects.filter(
        company=company, goal__in={goal for goal, _ in days}, date__in={day for _, day in days}
    )
    return {(row.goal_id, row.date): row for row in rows}


def _row(
    company: Company, goal: Goal, value: NewValue, known: Mapping[tuple[int, datetime.date], ActualValue]
) -> tuple[ActualValue, dict[str, float | str | None]]:
    """Return the row of a value, new where there is none yet, and the cells that it shall have."""
    row = known.get((goal.pk, value.date)) or ActualValue(company=company, goal=goal, date=value.date)
    cells = {name: getattr(value, name) for name in _FIELDS}
    return row, {name: float(cell) if isinstance(cell, int) else cell for name, cell in cells.items()}
