"""Days, months and the periods in which metrics are measured."""

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.engine.calendar import (
    FREQUENCIES,
    date_of,
    first_day,
    iso_day,
    last_ended_period,
    month_of,
    months_later,
    period_of,
)
from tests.make.company import day

DAYS = st.dates(datetime.date(1960, 1, 1), datetime.date(2100, 12, 31)).map(datetime.date.isoformat)


def days(*texts: str) -> np.ndarray:
    return np.array([day(text) for text in texts], dtype=np.float64)


def isos(values: np.ndarray) -> list[str | None]:
    return [iso_day(value) for value in values]


@given(DAYS)
def test_a_day_number_is_a_date(text: str) -> None:
    assert date_of(day(text)).isoformat() == iso_day(float(day(text))) == text


def test_the_first_day_is_0_and_a_missing_day_has_no_text() -> None:
    assert day("1970-01-01") == 0
    assert iso_day(float("nan")) is None


def test_month_of_a_missing_day_is_missing() -> None:
    months = month_of(np.array([day("1969-12-31"), np.nan, day("1970-02-28")], dtype=np.float64))
    assert np.array_equal(months, [-1, np.nan, 1], equal_nan=True)


@given(DAYS)
def test_first_day_undoes_month_of(text: str) -> None:
    assert isos(first_day(month_of(days(text)))) == [text[:8] + "01"]


@pytest.mark.parametrize(
    ("start", "months", "later"),
    [
        ("2026-01-01", 36, "2029-01-01"),
        ("2024-02-29", 36, "2027-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-08-31", 1, "2026-09-30"),
        ("2026-01-15", 30.0, "2028-07-15"),
        ("2026-01-31", -1, "2025-12-31"),
    ],
)
def test_months_later_keeps_the_day_or_takes_the_last(start: str, months: float, later: str) -> None:
    assert isos(months_later(days(start), months)) == [later]


@pytest.mark.parametrize(
    ("frequency", "first_month", "start", "end"),
    [
        ("day", 1, "2026-05-14", "2026-05-14"),
        ("week", 1, "2026-05-11", "2026-05-17"),
        ("month", 1, "2026-05-01", "2026-05-31"),
        ("quarter", 1, "2026-04-01", "2026-06-30"),
        ("quarter", 2, "2026-05-01", "2026-07-31"),
        ("quarter", 12, "2026-03-01", "2026-05-31"),
        ("year", 1, "2026-01-01", "2026-12-31"),
        ("year", 4, "2026-04-01", "2027-03-31"),
        ("year", 6, "2025-06-01", "2026-05-31"),
    ],
)
def test_period_of_a_thursday(frequency: str, first_month: int, start: str, end: str) -> None:
    found = period_of(days("2026-05-14"), np.array([FREQUENCIES.index(frequency)]), first_month)
    assert [isos(side) for side in found] == [[start], [end]]


@given(st.lists(st.tuples(DAYS, st.sampled_from(range(5))), max_size=6), st.integers(1, 12))
def test_a_period_holds_its_day_and_each_of_its_days_has_the_same_period(
    given_days: list[tuple[str, int]], first_month: int
) -> None:
    here, frequency = days(*(text for text, _ in given_days)), np.array([f for _, f in given_days], dtype=np.int64)
    start, end = period_of(here, frequency, first_month)
    assert ((start <= here) & (here <= end)).all()
    for edge in (start, end):
        assert [side.tolist() for side in period_of(edge, frequency, first_month)] == [start.tolist(), end.tolist()]
    assert (period_of(end + 1, frequency, first_month)[0] == end + 1).all()


@pytest.mark.parametrize(
    ("frequency", "on", "start", "end"),
    [
        ("day", "2026-05-14", "2026-05-14", "2026-05-14"),
        ("week", "2026-05-16", "2026-05-04", "2026-05-10"),
        ("week", "2026-05-17", "2026-05-11", "2026-05-17"),
        ("month", "2026-05-30", "2026-04-01", "2026-04-30"),
        ("month", "2026-05-31", "2026-05-01", "2026-05-31"),
        ("quarter", "2026-05-31", "2026-01-01", "2026-03-31"),
        ("year", "2026-12-30", "2025-01-01", "2025-12-31"),
        ("year", "2026-12-31", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_period_has_ended_at_the_end_of_its_last_day(frequency: str, on: str, start: str, end: str) -> None:
    found = last_ended_period(days(on), np.array([FREQUENCIES.index(frequency)]), 1)
    assert [isos(side) for side in found] == [[start], [end]]
