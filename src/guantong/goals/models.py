"""Goals, and what is agreed about them."""

from typing import TYPE_CHECKING

from django.db.models import Q

from guantong.kit.records import Record
from guantong.kit.visibility import Viewer

if TYPE_CHECKING:
    from collections.abc import Iterable


class Goal(Record):
    """A goal of the company, a unit or a person; a private one is seen by its people and who may see private goals."""

    table = "goals"

    @staticmethod
    def seen_by(viewer: Viewer, prefix: str) -> Q:
        """Return the condition that somebody may see a goal."""
        reach = viewer.reach("see_private_goals")
        within = reach.condition(unit=f"{prefix}unit", people=(f"{prefix}owner", f"{prefix}proposed_by"))
        return Q(**{f"{prefix}private": False}) | Q(**{f"{prefix}private": None}) | within

    @staticmethod
    def closed_among(goals: "Iterable[Goal]") -> set[int]:
        """Return the ids of those goals that are private."""
        return {goal.pk for goal in goals if goal.private}

    def audience(self) -> tuple[str, int | None, list[int]] | None:
        """Return which ability opens a private goal, its unit and its people; None where everybody sees it."""
        people = [key for key in (self.owner_id, self.proposed_by_id) if key is not None]
        return ("see_private_goals", self.unit_id, people) if self.private else None


class Milestone(Record):
    """A milestone of a goal or a key task."""

    table = "milestones"


class Estimate(Record):
    """A driver of a goal's target estimate."""

    table = "estimates"


class Collaboration(Record):
    """Help that a goal needs from another goal or a unit."""

    table = "collaborations"


class Adjustment(Record):
    """A change of a goal's target within its cycle."""

    table = "adjustments"


class Calibration(Record):
    """An approval of a markup along a goal's line."""

    table = "calibrations"
