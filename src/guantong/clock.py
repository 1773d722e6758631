"""The only reader of the system clock."""

import datetime
from zoneinfo import ZoneInfo


def today(timezone: str) -> datetime.date:
    """Return today's date in a zone, such as "Asia/Shanghai"."""
    return datetime.datetime.now(ZoneInfo(timezone)).date()
