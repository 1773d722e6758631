"""Meetings: each within the time box of its kind, none left out in its rhythm, and actions done when due.

Page: docs/rules/meetings.md.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from guantong.engine.calendar import FREQUENCIES, day_number, iso_day, last_ended_period
from guantong.engine.findings import WARNING, Breaks, breaks, rule
from guantong.engine.snapshot import LIMIT, Snapshot, figure
from guantong.engine.tables import CHOICES

KINDS = tuple(CHOICES["meeting_kind"])
_DAY_SECONDS = 86_400
_PERIODS = {"weekly": "week", "monthly": "month", "quarterly": "quarter"}
_TWO_WEEKS = 14


@figure
def meeting_days(snapshot: Snapshot) -> np.ndarray:
    """Return the day on which each meeting of the checked year starts in the company's zone.

    Returns:
        (n_meetings,) float64 days, NaN = not in the checked year.
    """
    start, cycles = snapshot.company.meetings.start, snapshot.company.cycles
    first, last = cycles.start[snapshot.year], cycles.end[snapshot.year]
    # No zone lies a day or more from UTC, so only these can start within the year.
    near = np.flatnonzero((start >= (first - 1) * _DAY_SECONDS) & (start < (last + 2) * _DAY_SECONDS))
    zone = ZoneInfo(snapshot.company.setting("timezone"))
    days = np.full(len(start), np.nan)
    moments = (datetime.datetime.fromtimestamp(seconds, zone) for seconds in start[near].tolist())
    days[near] = [day_number(moment.date()) for moment in moments]
    return np.where((days >= first) & (days <= last), days, np.nan)


@rule("MEET-OVERRUN", "meetings")
def meetings_over_their_box(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find meetings of the checked year, planned ones too, that are longer than the time box of their kind.

    Rule: MEET-OVERRUN
    """
    meetings = snapshot.company.meetings
    boxes = np.array([snapshot.parameters.value("MEET-OVERRUN", kind) for kind in KINDS], dtype=np.float64)
    box = boxes[meetings.kind]
    rows = np.flatnonzero(~np.isnan(meeting_days(snapshot)) & (meetings.minutes > box + LIMIT))
    yield breaks("meetings", rows, WARNING, minutes=meetings.minutes[rows].tolist(), box=box[rows].tolist())


@dataclass(frozen=True, eq=False)
class Rhythms:
    """The kinds of meeting that units have in the checked year, one row per unit and kind, by unit, then kind.

    Attributes:
        unit: Positions of units.
        kind: Positions in KINDS.
        start, end: First and last day of the last period that ended by as-of; NaN where none is due.
        held: bool, a meeting of the kind was held within that period.
    """

    unit: np.ndarray
    kind: np.ndarray
    start: np.ndarray
    end: np.ndarray
    held: np.ndarray


@figure
def rhythms(snapshot: Snapshot) -> Rhythms:
    """Return the rhythm of meetings of every unit (docs/rules/meetings.md, periods)."""
    meetings, days = snapshot.company.meetings, meeting_days(snapshot)
    unit = np.where(meetings.unit >= 0, meetings.unit, snapshot.root)
    rows = np.flatnonzero(~np.isnan(days) & (unit >= 0))
    pairs, row_pair = np.unique(unit[rows] * len(KINDS) + meetings.kind[rows], return_inverse=True)
    units, kinds = np.divmod(pairs, len(KINDS))
    first = np.full(len(pairs), np.inf)
    np.minimum.at(first, row_pair, days[rows])
    start, end = _last_periods(snapshot, kinds, first)
    inside = (days[rows] >= start[row_pair]) & (days[rows] <= end[row_pair]) & (meetings.held[rows] == 1)
    return Rhythms(units, kinds, start, end, np.bincount(row_pair[inside], minlength=len(pairs)) > 0)


def _last_periods(snapshot: Snapshot, kind: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the last period due of each kind; NaN where none has ended since the first meeting and within the year.

    Args:
        kind: (n,) positions in KINDS.
        first: (n,) days of the first meeting of the kind in the year.
    """
    cycles = snapshot.company.cycles
    year_start, year_end = cycles.start[snapshot.year], cycles.end[snapshot.year]
    today = np.full(len(kind), float(min(snapshot.as_of, year_end)))
    # Two-week periods are counted from a unit's own first one.
    anchor = first - (first + 3) % 7
    start = anchor + ((today + 1 - anchor) // _TWO_WEEKS - 1) * _TWO_WEEKS
    end = start + _TWO_WEEKS - 1
    for name, frequency in _PERIODS.items():
        of_kind = kind == KINDS.index(name)
        frequencies = np.full(of_kind.sum(), FREQUENCIES.index(frequency))
        start[of_kind], end[of_kind] = last_ended_period(today[of_kind], frequencies, snapshot.first_month)
    due = (start >= year_start) & (end >= first)
    return np.where(due, start, np.nan), np.where(due, end, np.nan)


@rule("MEET-MISSED", "meetings", "units")
def units_that_missed_a_meeting(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find units that held no meeting in the last ended period of a kind that they have in the checked year.

    Rule: MEET-MISSED
    """
    found = rhythms(snapshot)
    missed = np.flatnonzero(~np.isnan(found.end) & ~found.held)
    units, first = np.unique(found.unit[missed], return_index=True)
    kinds = np.split(found.kind[missed], first[1:])
    yield breaks(
        "units",
        units,
        WARNING,
        kind=[KINDS[kind] for kind in found.kind[missed[first]].tolist()],
        period_end=[iso_day(day) for day in found.end[missed[first]]],
        kinds=[[KINDS[kind] for kind in some.tolist()] for some in kinds[: len(units)]],
    )


@rule("MEET-ACTION-LATE", "actions")
def actions_past_due(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find actions whose due day has passed and that are not done.

    Rule: MEET-ACTION-LATE
    """
    actions = snapshot.company.actions
    late = np.flatnonzero((actions.due < snapshot.as_of) & ~(actions.done <= snapshot.as_of))
    days = snapshot.as_of - actions.due[late]
    yield breaks("actions", late, WARNING, days=days.astype(np.int64).tolist())
