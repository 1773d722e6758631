"""When and how people are told: kinds, what is usual, quiet hours, the moments of digests, how often a mail is tried.

Hours are those of the company's clocks; where these are set back or forward, an hour that there is twice counts at its
later time for the end of quiet hours, and one that there is not as the hour after it.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from zoneinfo import ZoneInfo

KINDS = ("finding", "mention", "comment", "approval", "access", "security", "undelivered")
"""What people are told of: a break of theirs, that they are mentioned, what is said about a thing that they follow,
that they are named as approver, that their access or sign-in changed, that a mail to somebody cannot be delivered."""

MAILS = ("at_once", "digest", "none")
DIGEST_DAYS = ("daily", "workdays", "weekly")

USUAL_MAIL: Mapping[str, str] = MappingProxyType(
    {
        "finding": "digest",
        "mention": "at_once",
        "comment": "digest",
        "approval": "at_once",
        "access": "at_once",
        "security": "none",
        "undelivered": "none",
    }
)
"""How each kind goes by mail where a member has chosen nothing; of a changed sign-in the sign-in itself writes."""

TRIES = tuple(datetime.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
"""How long to wait after each failed attempt; after the last one always as long."""

PATIENCE = datetime.timedelta(days=7)
"""For how long a mail is tried."""

SILENCE = datetime.timedelta(minutes=10)
"""After how long a mail that a worker began to send counts as uncertain."""

_MONDAY, _SATURDAY = 0, 5
_MINUTES = 60


@dataclass(frozen=True)
class Times:
    """When a member gets mail; see `models.MailPlan`."""

    digest_hour: int = 8
    digest_days: str = "workdays"
    quiet_from: int | None = None
    quiet_to: int | None = None


USUAL_TIMES = Times()


def quiet_until(times: Times, zone: ZoneInfo, at: datetime.datetime) -> datetime.datetime | None:
    """Return when the quiet hours that a moment lies in end, None where it lies in none.

    Args:
        times: The member's times.
        zone: The company's time zone.
        at: The moment.

    Returns:
        A moment after `at`, UTC.
    """
    if times.quiet_from is None or times.quiet_to is None:
        return None
    local = at.astimezone(zone)
    minute = local.hour * _MINUTES + local.minute
    if times.quiet_from < times.quiet_to:
        is_quiet, days = times.quiet_from <= minute < times.quiet_to, 0
    else:
        is_quiet, days = minute >= times.quiet_from or minute < times.quiet_to, int(minute >= times.quiet_from)
    if not is_quiet:
        return None
    day = local.date() + datetime.timedelta(days=days)
    wall = datetime.time(times.quiet_to // _MINUTES, times.quiet_to % _MINUTES)
    first = datetime.datetime.combine(day, wall, zone).astimezone(datetime.UTC)
    last = datetime.datetime.combine(day, wall.replace(fold=1), zone).astimezone(datetime.UTC)
    return first if first > at else max(last, at + datetime.timedelta(minutes=1))


def last_digest(times: Times, zone: ZoneInfo, at: datetime.datetime) -> datetime.datetime:
    """Return the last moment, up to a given one, at which a member's digest was due, UTC."""
    day = at.astimezone(zone).date()
    while True:
        moment = datetime.datetime.combine(day, datetime.time(times.digest_hour), zone)
        if moment <= at and _has_digest(times, day):
            return moment.astimezone(datetime.UTC)
        day -= datetime.timedelta(days=1)


def _has_digest(times: Times, day: datetime.date) -> bool:
    weekday = day.weekday()
    return times.digest_days == "daily" or (
        weekday == _MONDAY if times.digest_days == "weekly" else weekday < _SATURDAY
    )


def next_try(attempts: int, at: datetime.datetime) -> datetime.datetime:
    """Return when a mail is tried again that has failed a number of times, the last time at a moment."""
    return at + TRIES[min(attempts, len(TRIES)) - 1]
