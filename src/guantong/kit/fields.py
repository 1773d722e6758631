"""What a column of the declaration (engine/tables.py) is in the database.

code text            text, '' = none
ref                  foreign key, NULL = none; a column with two targets has one key to each:
                     `holder` and `holder_people`, as in engine/company.py
number share         double precision
integer              bigint
money                bigint, minor units, never negative
date                 date
month                date, the first of the month
datetime             timestamp in UTC
bool                 boolean, NULL = not stated
choice               the code value as text, '' = none
texts steps          JSON list
refs links duties    rows of an `Item` model (kit/records.py)
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import MD5, Coalesce

from guantong.engine.tables import Column, Table

MODELS: Mapping[str, str] = MappingProxyType(
    {
        "cycles": "organisation.Cycle",
        "units": "organisation.Unit",
        "positions": "organisation.Position",
        "people": "organisation.Person",
        "plan": "strategy.PlanEntry",
        "priorities": "strategy.Priority",
        "metrics": "metrics.Metric",
        "goals": "goals.Goal",
        "processes": "processes.Process",
        "budget_requests": "budgets.BudgetRequest",
        "meetings": "meetings.Meeting",
        "reward_schemes": "rewards.RewardScheme",
    }
)
"""The model of each table that others refer to: a name, so that the kit needs no area."""

UPWARD = frozenset({("plan", "origin")})
"""References to areas above: kept as the code, because foreign keys between areas point down."""

ITEM_TYPES = frozenset({"refs", "links", "duties"})
"""Types whose values are rows of their own."""

JSON_TYPES = frozenset({"texts", "steps"})

INDEXED = frozenset(
    {("units", "parent"), ("goals", "parent"), ("goals", "owner"), ("goals", "unit"), ("goals", "cycle"),
     ("actuals", "goal"), ("people", "manager")}
)  # fmt: skip
"""References by which rows are looked up from the other side."""

_TEXT = frozenset({"code", "text", "choice"})


class MoneyField(models.BigIntegerField):
    """An amount in minor units; NULL = missing."""


def is_upward(table: str, column: Column) -> bool:
    """Return whether a reference points to an area above and is kept as its code."""
    return (table, column.name) in UPWARD


def reference_names(column: Column) -> tuple[tuple[str, str], ...]:
    """Return the (field, target table) of each foreign key that a reference column is."""
    first, *others = column.targets
    return ((column.name, first), *((f"{column.name}_{target}", target) for target in others))


def fields_of(table: Table, column: Column) -> Iterator[tuple[str, models.Field]]:
    """Yield the name and field of each database column that a declared column is; none for items."""
    if column.type in ITEM_TYPES:
        return
    if column.type == "ref" and not is_upward(table.name, column):
        names = reference_names(column)
        for name, target in names:
            yield name, foreign_key(target, required=column.required and len(names) == 1,
                                    indexed=(table.name, name) in INDEXED)  # fmt: skip
    elif column.type in _TEXT or column.type == "ref":
        blank: dict[str, Any] = {} if column.required else {"blank": True, "default": ""}
        choices = {"choices": [(value, value) for value in column.choices]} if column.choices else {}
        yield column.name, models.TextField(**blank, **choices)
    elif column.type in JSON_TYPES:
        yield column.name, models.JSONField(default=list, encoder=DjangoJSONEncoder)
    else:
        kind = _PLAIN[column.type]
        yield column.name, kind() if column.required else kind(null=True, blank=True)


_PLAIN: Mapping[str, type[models.Field]] = {
    "number": models.FloatField,
    "share": models.FloatField,
    "integer": models.BigIntegerField,
    "money": MoneyField,
    "date": models.DateField,
    "month": models.DateField,
    "datetime": models.DateTimeField,
    "bool": models.BooleanField,
}


def foreign_key(target: str, *, required: bool, indexed: bool = False) -> models.ForeignKey:
    """Return a foreign key to the rows of a table."""
    null: dict[str, Any] = {} if required else {"null": True, "blank": True}
    return models.ForeignKey(MODELS[target], models.PROTECT, related_name="+", db_index=indexed, **null)


def constraints_of(table: Table, columns: tuple[Column, ...]) -> Iterator[models.BaseConstraint]:
    """Yield the key of a table and what its cells must satisfy."""
    yield from _key_constraints(table)
    for column in columns:
        for name, condition in _conditions(table, column):
            yield models.CheckConstraint(condition=condition, name=f"{table.name}_{column.name}_{name}")


def has_optional_code(table: Table) -> bool:
    """Return whether rows of a table may have a code, which then is their key."""
    return table.numbered and "code" in table.by_name


def _key_constraints(table: Table) -> Iterator[models.UniqueConstraint]:
    """Yield the key: no two rows of a company have it, those marked removed included."""
    parts = [part for key in table.key for part in _key_parts(table, table.by_name[key])]
    more: dict[str, Any] = {}
    if has_optional_code(table):
        coded = ~Q(code="")
        yield models.UniqueConstraint(fields=["company", "code"], condition=coded, name=f"{table.name}_code")
        more = {"condition": Q(code="")}
    parts += ["number"] if table.numbered else []
    name = f"{table.name}_key"
    if all(isinstance(part, str) for part in parts):
        yield models.UniqueConstraint(fields=["company", *parts], name=name, **more)
    else:
        expressions = [F(part) if isinstance(part, str) else part for part in parts]
        yield models.UniqueConstraint("company", *expressions, name=name, **more)


def _key_parts(table: Table, column: Column) -> Iterator[Any]:
    if column.type == "ref" and not is_upward(table.name, column):
        names = reference_names(column)
        for name, _ in names:
            yield name if column.required and len(names) == 1 else Coalesce(F(name), Value(0))
    elif column.type == "text":
        yield MD5(F(column.name))  # a text may be longer than an index allows
    else:
        yield column.name


def _conditions(table: Table, column: Column) -> Iterator[tuple[str, Q]]:
    name = column.name
    if column.type == "ref" and len(column.targets) > 1 and not is_upward(table.name, column):
        first, second = (field for field, _ in reference_names(column))
        one = Q(**{f"{first}__isnull": True}) | Q(**{f"{second}__isnull": True})
        if column.required:
            one &= Q(**{f"{first}__isnull": False}) | Q(**{f"{second}__isnull": False})
        yield "one", one
    if column.type == "choice":
        yield "known", Q(**{f"{name}__in": [*column.choices, *([] if column.required else [""])]})
    elif column.required and column.type in _TEXT:
        yield "given", ~Q(**{name: ""})
    minimum = 0 if column.type == "money" else column.minimum
    if minimum is not None:
        yield "least", Q(**{f"{name}__gte": minimum}) | Q(**{f"{name}__isnull": True})
    if column.maximum is not None:
        yield "most", Q(**{f"{name}__lte": column.maximum}) | Q(**{f"{name}__isnull": True})
