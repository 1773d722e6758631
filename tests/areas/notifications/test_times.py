"""Quiet hours and the moments of digests, across midnight, time zones and the days on which clocks change."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.notifications.policies import DIGEST_DAYS, TRIES, Times, last_digest, next_try, quiet_until

SHANGHAI, BERLIN, NEW_YORK = (ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "America/New_York"))
ZONES = st.sampled_from([SHANGHAI, BERLIN, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu")])
START = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
MOMENTS = st.integers(0, 10 * 365 * 86_400).map(lambda seconds: START + datetime.timedelta(seconds=seconds))
NIGHT = Times(quiet_from=22 * 60, quiet_to=7 * 60)


def utc(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("times", "zone", "at", "until"),
    [
        (NIGHT, SHANGHAI, "2026-06-30T15:00", "2026-06-30T23:00"),  # 23:00 there
        (NIGHT, SHANGHAI, "2026-06-30T22:59", "2026-06-30T23:00"),  # 06:59
        (NIGHT, SHANGHAI, "2026-06-30T23:00", None),
        (NIGHT, SHANGHAI, "2026-06-30T13:59", None),
        (NIGHT, SHANGHAI, "2026-06-30T14:00", "2026-06-30T23:00"),
        (NIGHT, BERLIN, "2026-03-28T22:00", "2026-03-29T05:00"),  # the clock goes forward that night
        (NIGHT, BERLIN, "2026-10-24T21:00", "2026-10-25T06:00"),  # and back
        (Times(quiet_from=12 * 60, quiet_to=13 * 60 + 30), BERLIN, "2026-01-10T11:30", "2026-01-10T12:30"),
        (Times(quiet_from=60, quiet_to=150), BERLIN, "2026-10-25T00:59", None),  # 02:59, the first time
        (Times(quiet_from=60, quiet_to=150), BERLIN, "2026-10-25T00:15", "2026-10-25T00:30"),
        (Times(quiet_from=60, quiet_to=150), BERLIN, "2026-10-25T01:10", "2026-10-25T01:30"),
        (Times(quiet_from=60, quiet_to=150), BERLIN, "2026-03-29T00:30", "2026-03-29T01:30"),  # 02:30 is not there
        (Times(), BERLIN, "2026-01-10T02:00", None),
    ],
)
def test_quiet_hours_end_when_the_clock_says_so(times: Times, zone: ZoneInfo, at: str, until: str | None) -> None:
    assert quiet_until(times, zone, utc(at)) == (None if until is None else utc(until))


@given(st.integers(0, 1439), st.integers(0, 1439), ZONES, MOMENTS)
def test_after_quiet_hours_it_is_not_quiet(start: int, end: int, zone: ZoneInfo, at: datetime.datetime) -> None:
    if start == end:
        return
    times = Times(quiet_from=start, quiet_to=end)
    until, steps = quiet_until(times, zone, at), 0
    while until is not None and steps < 120:
        assert at < until <= at + datetime.timedelta(hours=26)
        at, steps = until, steps + 1
        until = quiet_until(times, zone, at)
    assert until is None


@pytest.mark.parametrize(
    ("times", "zone", "at", "moment"),
    [
        (Times(8, "daily"), SHANGHAI, "2026-06-30T00:00", "2026-06-30T00:00"),
        (Times(8, "daily"), SHANGHAI, "2026-06-29T23:59", "2026-06-29T00:00"),
        (Times(8, "workdays"), SHANGHAI, "2026-06-28T12:00", "2026-06-26T00:00"),  # a Sunday
        (Times(8, "weekly"), SHANGHAI, "2026-06-28T12:00", "2026-06-22T00:00"),
        (Times(8, "daily"), NEW_YORK, "2026-06-30T11:59", "2026-06-29T12:00"),
        (Times(8, "daily"), NEW_YORK, "2026-01-30T13:00", "2026-01-30T13:00"),
        (Times(2, "daily"), BERLIN, "2026-03-29T10:00", "2026-03-29T01:00"),  # 02:00 is not there
    ],
)
def test_a_digest_is_due_at_its_hour(times: Times, zone: ZoneInfo, at: str, moment: str) -> None:
    assert last_digest(times, zone, utc(at)) == utc(moment)


@given(st.integers(0, 23), st.sampled_from(DIGEST_DAYS), ZONES, MOMENTS, st.integers(0, 10**6))
def test_digests_only_move_on(hour: int, days: str, zone: ZoneInfo, at: datetime.datetime, later: int) -> None:
    times = Times(hour, days)
    moment = last_digest(times, zone, at)
    assert at - datetime.timedelta(days=8) < moment <= at
    assert last_digest(times, zone, moment) == moment
    assert last_digest(times, zone, at + datetime.timedelta(seconds=later)) >= moment


def test_a_mail_is_tried_ever_more_rarely() -> None:
    at = utc("2026-06-30T08:00")
    waits = [next_try(attempts, at) - at for attempts in range(1, 8)]
    assert waits[: len(TRIES)] == list(TRIES)
    assert waits[len(TRIES) :] == [TRIES[-1]] * 2
