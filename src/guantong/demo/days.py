"""The days around which the demo company is built: everything is dated relative to one day.

The company's year is the calendar year of that day; what lies after the day has not happened yet.
"""

import calendar
import datetime
from collections.abc import Iterator
from dataclasses import dataclass

SEASON = (0.065, 0.05, 0.08, 0.075, 0.08, 0.095, 0.075, 0.08, 0.095, 0.09, 0.1, 0.115)
"""Share of the year's cars, orders and revenue in each month: quiet around Spring Festival, busy in autumn."""


@dataclass(frozen=True)
class Days:
    """A day and the year around it."""

    as_of: datetime.date

    @property
    def year(self) -> int:
        """Return the company's year."""
        return self.as_of.year

    @property
    def quarter(self) -> int:
        """Return the quarter that holds the day, 1-4."""
        return (self.as_of.month + 2) // 3

    def on(self, month: int, day: int, years: int = 0) -> datetime.date:
        """Return a day of the company's year, or of one so many years later."""
        return datetime.date(self.year + years, month, day)

    def ago(self, days: int) -> datetime.date:
        """Return the day so many days before."""
        return self.as_of - datetime.timedelta(days=days)

    def ago_this_year(self, days: int) -> datetime.date:
        """Return the day so many days before, but no earlier than the year's first day."""
        return max(self.ago(days), self.on(1, 1))

    def if_past(self, day: datetime.date) -> datetime.date | None:
        """Return the day if it has come, else None."""
        return day if day <= self.as_of else None


def month_end(year: int, month: int) -> datetime.date:
    """Return the last day of a month."""
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def quarter_dates(year: int, quarter: int) -> tuple[datetime.date, datetime.date]:
    """Return the first and last day of a quarter."""
    return datetime.date(year, 3 * quarter - 2, 1), month_end(year, 3 * quarter)


def booking_days(start: datetime.date, end: datetime.date) -> Iterator[datetime.date]:
    """Yield the days on which figures are booked: every month's end from start to end, and the end itself."""
    for year in range(start.year, end.year + 1):
        for month in range(1, 13):
            day = month_end(year, month)
            if start <= day < end:
                yield day
    yield end


def season_until(day: datetime.date) -> float:
    """Return the share of the year's cars that its season has brought by the end of a day, 0-1."""
    passed = day.day / calendar.monthrange(day.year, day.month)[1]
    return sum(SEASON[: day.month - 1]) + SEASON[day.month - 1] * passed
