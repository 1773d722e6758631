"""The budget: envelopes, limits, requests, monthly plans and the ledger."""

from typing import TYPE_CHECKING

from django.db.models import Q

from guantong.kit.records import Item, Record
from guantong.kit.visibility import EVERYTHING, NOTHING, Viewer

if TYPE_CHECKING:
    from collections.abc import Iterable


class BudgetEnvelope(Record):
    """What a company may allocate in a cycle."""

    table = "budget_envelopes"

    @staticmethod
    def seen_by(viewer: Viewer, prefix: str) -> Q:
        """Return the condition that somebody may see what the whole company may allocate."""
        del prefix
        return EVERYTHING if viewer.reach("see_budgets").everything else NOTHING


class BudgetLimit(Record):
    """The most that a unit or category may get in a cycle."""

    table = "budget_limits"

    @staticmethod
    def seen_by(viewer: Viewer, prefix: str) -> Q:
        """Return the condition that somebody may see the budget of its unit."""
        return viewer.reach("see_budgets").condition(unit=f"{prefix}unit")


class BudgetRequest(Record):
    """Money asked for, and what was allocated first."""

    table = "budget_requests"

    @staticmethod
    def seen_by(viewer: Viewer, prefix: str) -> Q:
        """Return the condition that somebody may see the budget of its unit."""
        return viewer.reach("see_budgets").condition(unit=f"{prefix}unit")

    @staticmethod
    def closed_among(requests: "Iterable[BudgetRequest]") -> set[int]:
        """Return the ids of requests, none of which is everybody's."""
        return {request.pk for request in requests}

    def audience(self) -> tuple[str, int | None, list[int]]:
        """Return which ability opens a request, its unit, and no people."""
        return "see_budgets", self.unit_id, []


class BudgetPlan(Record):
    """What a request plans to spend in a month."""

    table = "budget_plans"
    seen_through = ("request",)


class BudgetEntry(Record):
    """A movement in a request's ledger."""

    table = "budget_entries"
    seen_through = ("request",)


class BudgetDependency(Item):
    """A request without which another makes no sense."""

    table = "budget_requests"
    column = "depends_on"
