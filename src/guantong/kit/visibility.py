"""Which rows somebody may see: every query for a person starts from `Model.objects.visible_to(viewer)`.

A model with a company is open to the members of that company, unless it says otherwise:

    seen_through = ("goal",)      as much as the row that this foreign key names
    seen_by(viewer, prefix)       a condition of its own

What is removed is not seen. The database keeps companies apart once more (kit/separation.py).
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Protocol

from django.db.models import Model, Q, QuerySet

NOTHING = Q(pk__in=())
EVERYTHING = ~NOTHING
"""Not `Q()`, which vanishes where it is joined by "or"."""


@dataclass(frozen=True)
class Reach:
    """How far an ability reaches.

    Attributes:
        everything: The whole company.
        unit_ids: Units; those below are named too where they count.
        person_ids: Single people.
        manager_ids: People whose direct reports are reached; who these are is looked up where it is needed.
    """

    everything: bool = False
    unit_ids: frozenset[int] = frozenset()
    person_ids: frozenset[int] = frozenset()
    manager_ids: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self.everything or bool(self.unit_ids or self.person_ids or self.manager_ids)

    def covers(self, *, unit_id: int | None = None, person_ids: Iterable[int | None] = ()) -> bool:
        """Return whether a thing of a unit and of people lies within."""
        return self.everything or unit_id in self.unit_ids or not self.person_ids.isdisjoint(person_ids)

    def condition(self, *, unit: str = "", people: Iterable[str] = ()) -> Q:
        """Return the condition that a row lies within.

        Args:
            unit: Its field that names a unit, "" where it has none.
            people: Its fields that name people.
        """
        if self.everything:
            return EVERYTHING
        parts = [Q(**{f"{field}__in": self.person_ids}) for field in people if self.person_ids]
        if unit and self.unit_ids:
            parts.append(Q(**{f"{unit}__in": self.unit_ids}))
        return reduce(or_, parts, NOTHING)


class Viewer(Protocol):
    """Somebody in a company, as far as models need to know them; `access.policies.Viewer` is the whole."""

    @property
    def company_id(self) -> int:
        """The company."""

    @property
    def membership_id(self) -> int | None:
        """Their membership, None for the operator."""

    @property
    def person_id(self) -> int | None:
        """The person of the company that they are, None where they are none."""

    @property
    def day(self) -> datetime.date:
        """The day that it is there."""

    def reach(self, ability: str) -> Reach:
        """Return how far they may do something."""


class VisibleQuerySet(QuerySet):
    """A query that can be narrowed to what somebody may see."""

    def visible_to(self, viewer: Viewer) -> "VisibleQuerySet":
        """Return the rows of the viewer's company that are there and that they may see."""
        model: Any = self.model
        return self.filter(condition_of(model, viewer), **{_owner(model): viewer.company_id})


def condition_of(model: type[Model], viewer: Viewer, prefix: str = "") -> Q:
    """Return the condition that a viewer may see rows of a model, within their company.

    Args:
        model: The model.
        viewer: Who looks.
        prefix: Lookup that leads to the model, such as "goal__".
    """
    condition = Q()
    if any(field.name == "removed_at" for field in model._meta.concrete_fields):
        condition &= Q(**{f"{prefix}removed_at": None})
    own = getattr(model, "seen_by", None)
    if own is not None:
        condition &= own(viewer, prefix)
    for name in getattr(model, "seen_through", ()):
        key = model._meta.get_field(name)
        through = condition_of(key.related_model, viewer, f"{prefix}{name}__")
        condition &= Q(**{f"{prefix}{name}": None}) | through if key.null else through
    return condition


def _owner(model: type[Model]) -> str:
    """Return the lookup by which rows of a model belong to a company."""
    names = {field.name for field in model._meta.concrete_fields}
    return "company" if "company" in names else "company_id" if "company_id" in names else "pk"


class Visible(Model):
    """A model whose `objects` know `visible_to`; for those that are no `Record`."""

    seen_through: ClassVar[tuple[str, ...]] = ()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        """No table of its own."""

        abstract = True
