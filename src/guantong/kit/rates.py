"""How often somebody may ask: requests are counted by the minute in the cache that the server's processes share."""

import datetime
from dataclasses import dataclass

from django.core.cache import cache

_MINUTE = 60


@dataclass(frozen=True)
class Rate:
    """What is left of a minute.

    Attributes:
        limit: Requests of a minute.
        remaining: How many are left.
        reset: Whole seconds until the next minute, at least 1.
    """

    limit: int
    remaining: int
    reset: int

    @property
    def is_over(self) -> bool:
        """Return whether more was asked than is allowed."""
        return self.remaining < 0

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that tell of it."""
        shown = {"Limit": self.limit, "Remaining": max(0, self.remaining), "Reset": self.reset}
        return {f"RateLimit-{name}": str(number) for name, number in shown.items()}


def count_request(name: str, limit: int, at: datetime.datetime) -> Rate:
    """Count a request of somebody, and return what is left of the minute.

    Args:
        name: Who asks, for what.
        limit: Requests of a minute.
        at: The moment.
    """
    key, reset = _minute(name, at)
    cache.add(key, 0, timeout=2 * _MINUTE)
    try:
        asked = cache.incr(key)
    except ValueError:  # it was put out in between
        asked = 1
    return Rate(limit, limit - asked, reset)


def get_rate(name: str, limit: int, at: datetime.datetime) -> Rate:
    """Return what is left of the minute without counting; `is_over` where nothing is left."""
    key, reset = _minute(name, at)
    return Rate(limit, limit - cache.get(key, 0) - 1, reset)


def _minute(name: str, at: datetime.datetime) -> tuple[str, int]:
    second = int(at.timestamp())
    return f"rate:{name}:{second // _MINUTE}", _MINUTE - second % _MINUTE
