"""What people earn, for those who may see it."""

from dataclasses import dataclass
from decimal import Decimal

from guantong.access.policies import Viewer
from guantong.engine.tables import TABLES, currency_decimals
from guantong.organisation.models import Post


@dataclass(frozen=True)
class PayRow:
    """What somebody earns as the company has it today.

    Attributes:
        code, name: The person.
        base_bonus: In major units of the company's currency; None = missing.
        grade_factor: None = missing.
    """

    code: str
    name: str
    base_bonus: Decimal | None
    grade_factor: float | None


def list_pay(viewer: Viewer, after: str, limit: int) -> list[PayRow]:
    """Return what people earn whose pay somebody may see, by code.

    To be called by `rewards.actions.open_pay`, which records that they saw it.

    Args:
        viewer: Who looks.
        after: Code of the last person of the page before, "" for the first.
        limit: At most so many.
    """
    digits = currency_decimals(viewer.company.currency or TABLES["company"].by_name["currency"].default)
    posts = Post.objects.on(viewer.company_id, viewer.day).paid_within(viewer.reach("see_pay"))
    rows = posts.filter(record__removed_at=None, record__code__gt=after).order_by("record__code")
    cells = rows.values_list("record__code", "record__name", "base_bonus", "grade_factor")[:limit]
    return [PayRow(code, name, _major(base, digits), factor) for code, name, base, factor in cells]


def _major(amount: int | None, digits: int) -> Decimal | None:
    return None if amount is None else Decimal(amount).scaleb(-digits)
