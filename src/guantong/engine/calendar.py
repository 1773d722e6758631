"""Day numbers and the periods in which a metric is measured. A day is the number of days since 1970-01-01."""

import datetime

import numpy as np

EPOCH = datetime.date(1970, 1, 1)
FREQUENCIES = ("day", "week", "month", "quarter", "year")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def day_number(day: datetime.date) -> int:
    """Return a date as days since 1970-01-01."""
    return (day - EPOCH).days


def date_of(day: float) -> datetime.date:
    """Return a day number as a date."""
    return EPOCH + datetime.timedelta(days=int(day))


def iso_day(day: float) -> str | None:
    """Return a day number as ISO text, None where it is missing."""
    return None if np.isnan(day) else date_of(day).isoformat()


def month_of(days: np.ndarray) -> np.ndarray:
    """Return the month of each day as months since 1970-01; missing days stay missing. (n,) float64 both."""
    known = ~np.isnan(days)
    months = np.full(days.shape, np.nan)
    months[known] = days[known].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months


def first_day(months: np.ndarray) -> np.ndarray:
    """Return the first day of each month since 1970-01, (n,) float64 days."""
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.float64)


def months_later(days: np.ndarray, months: float) -> np.ndarray:
    """Return each day so many months later, the month's last day where it has no such day, (n,) float64 both."""
    month = month_of(days).astype(np.int64)
    later = month + round(months)
    day_of_month = days - first_day(month)
    return np.minimum(first_day(later) + day_of_month, first_day(later + 1) - 1)


def period_of(days: np.ndarray, frequency: np.ndarray, first_month: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and last day of the period of a frequency that holds each day.

    Rule: weeks run Monday to Sunday; quarters and years start at `first_month` (docs/rules/measurement.md).

    Args:
        days: (n,) float64, none missing.
        frequency: (n,) positions in FREQUENCIES.
        first_month: Month in which the checked year starts, 1-12.

    Returns:
        start, end: (n,) float64 days, both inclusive.
    """
    start, end = days.copy(), days.copy()
    weekly = frequency == FREQUENCIES.index("week")
    start[weekly] = days[weekly] - (days[weekly] + 3) % 7
    end[weekly] = start[weekly] + 6
    for name, length in _MONTHS.items():
        rows = frequency == FREQUENCIES.index(name)
        month = month_of(days[rows]).astype(np.int64)
        month -= (month - (first_month - 1)) % length
        start[rows] = first_day(month)
        end[rows] = first_day(month + length) - 1
    return start, end


def last_ended_period(day: np.ndarray, frequency: np.ndarray, first_month: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the last period of each frequency that ended on or before each day; shapes as `period_of`."""
    start, end = period_of(day, frequency, first_month)
    running = end > day
    earlier_start, earlier_end = period_of(start - 1, frequency, first_month)
    return np.where(running, earlier_start, start), np.where(running, earlier_end, end)
