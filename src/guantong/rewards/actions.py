"""Opening what people earn: whoever sees it is in the trail."""

from django.db import transaction

from guantong.access.policies import Viewer, check_may, deed_of
from guantong.audit.actions import record_entry
from guantong.rewards.queries import PayRow, list_pay


def open_pay(who: Viewer, after: str, limit: int) -> tuple[list[PayRow], bool]:
    """Return what people earn whose pay somebody may see, and write into the trail whose they saw.

    Args:
        who: Who looks.
        after: Code of the last person of the page before, "" for the first.
        limit: At most so many.

    Returns:
        What they earn, and whether there are more.

    Raises:
        ForbiddenError: They may see nobody's pay.
    """
    check_may(who, "see_pay")
    with transaction.atomic():
        found = list_pay(who, after, limit + 1)
        rows = found[:limit]
        if rows:
            record_entry(deed_of(who), "read_pay", {"people": [row.code for row in rows]}, [])
    return rows, len(found) > limit
