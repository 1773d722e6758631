"""What a goal of the demo is: its cells, how well it goes, its milestones; and how it becomes a row."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from guantong.demo.days import Days
from guantong.demo.organisation import CHIEF, chain_link
from guantong.demo.rows import Row, Text

SUPPORTS = {
    "research": "production",
    "production": "marketing",
    "marketing": "service",
    "service": "research",
    "finance": "production",
    "human_resources": "research",
}
UNNAMED_LINK = "human_resources"
"""Link of the value chain for which no goal is named."""
Milestone = tuple[Text, int, int]
"""Name, month and day on which it is due."""


@dataclass(frozen=True)
class Goal:
    """One goal of the demo.

    Attributes:
        pace: How much of what was planned is reached, 1 = exactly the plan; None = nobody books values.
        share: Weight on the owner's own card; None = on no own card.
        until: Month and day on which it is due, in the company's year.
        more: Further cells by column name.
    """

    code: str
    unit: str
    owner: str
    name: Text
    parent: str = ""
    metric: str = ""
    baseline: float | None = None
    target: float | None = None
    pace: float | None = 1.0
    share: float | None = None
    milestones: tuple[Milestone, ...] = ()
    until: tuple[int, int] = (12, 31)
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def personal(self) -> bool:
        """Return whether it is a person's goal: those codes begin with the person's."""
        return bool(self.owner) and self.code.startswith(self.owner)


def goal_rows(goals: Iterable[Goal], days: Days) -> Iterator[Row]:
    """Yield the goals of the year as rows; without own dates they run from the year's first day to its last."""
    for goal in goals:
        link = chain_link(goal.unit)
        yield {
            "code": goal.code,
            "name": goal.name,
            "cycle": str(days.year),
            "unit": goal.unit,
            "owner": goal.owner,
            "personal": goal.personal,
            "horizon": False,
            "parent": goal.parent,
            "metric": goal.metric,
            "baseline": goal.baseline,
            "target": goal.target,
            "start": days.on(1, 1),
            "due": days.on(*goal.until),
            "confirmed": days.on(12, 18, -1) if goal.owner else None,
            "proposed_by": goal.owner if goal.personal else CHIEF,
            "chain_link": link if link and link != UNNAMED_LINK else None,
            "supports_link": SUPPORTS.get(link) if link != UNNAMED_LINK else None,
            "status": "published",
            **goal.more,
        }


def milestone_rows(goals: Iterable[Goal], days: Days) -> Iterator[Row]:
    """Yield the milestones; each was done on the day it was due."""
    for goal in goals:
        for weight, (name, month, day) in enumerate(goal.milestones, start=1):
            due = days.on(month, day)
            yield {"of": goal.code, "name": name, "weight": weight, "due": due, "done": days.if_past(due)}
