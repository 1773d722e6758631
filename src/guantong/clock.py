"""The only reader of the system clock."""

import datetime
import time
from zoneinfo import ZoneInfo


def today(timezone: str) -> datetime.date:
    """Return today's date in a zone, such as "Asia/Shanghai"."""
    return datetime.datetime.now(ZoneInfo(timezone)).date()


def seconds() -> float:
    """Return the reading of a clock that only runs forward, in seconds; differences of readings are durations."""
    return time.perf_counter()


def now() -> datetime.datetime:
    """Return the moment in UTC."""
    return datetime.datetime.now(datetime.UTC)
