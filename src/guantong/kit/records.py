"""The base of every row that a company keeps: its fields come from the declaration in engine/tables.py.

    class Goal(Record):
        table = "goals"

has a field per column of `goals` (kit/fields.py), the table's key as a unique constraint, and checks of what cells
may hold. Columns of lists are `Item` models beside it. A model that keeps some of a table's columns names them in
`columns`. `REGISTRY` knows the models by table, so that reading and writing whole companies needs no area.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db import models
from django.db.models.base import ModelBase

from guantong.engine.tables import INTERVALS, TABLES, Column, Table
from guantong.kit.fields import constraints_of, fields_of, foreign_key, is_upward, reference_names
from guantong.kit.visibility import VisibleQuerySet

REGISTRY: dict[str, type["Record"]] = {}
"""The model that holds the rows of each table, by table name."""

ITEMS: dict[tuple[str, str], type["Item"]] = {}
"""The model of each list column, by table and column."""

DATED: dict[str, type["Dated"]] = {}
"""The model of a table's dated columns."""

DUTY_TARGETS = ("units", "people")

HIDING = "goals"
"""The table some of whose rows are private; a row that refers to one is seen by whoever sees that one."""


class _RecordBase(ModelBase):
    """Adds the declared fields and constraints to a model that names its table."""

    def __new__(cls, name: str, bases: tuple[type, ...], attributes: dict[str, Any], **more: Any) -> Any:
        table = TABLES.get(attributes.get("table", ""))
        if table is None:
            return super().__new__(cls, name, bases, attributes, **more)
        chosen = attributes.get("columns")
        columns = tuple(column for column in table.columns if chosen is None or column.name in chosen)
        for column in columns:
            attributes.update(fields_of(table, column))
        attributes.setdefault("seen_through", tuple(_hidden_with(table, columns)))
        if table.numbered:
            attributes["number"] = models.PositiveIntegerField()
        meta = attributes.get("Meta") or type("Meta", (), {})
        own = list(getattr(meta, "constraints", ()))
        intervals = [_interval(*names) for names in INTERVALS if names[0] == table.name]
        attributes["Meta"] = type("Meta", (meta,), {"constraints": [*constraints_of(table, columns), *intervals, *own]})
        model = super().__new__(cls, name, bases, attributes, **more)
        REGISTRY[table.name] = model
        return model


def _hidden_with(table: Table, columns: tuple[Column, ...]) -> Iterator[str]:
    """Yield the foreign keys of a table to rows that may be private."""
    for column in columns:
        if column.type == "ref" and not is_upward(table.name, column) and table.name != HIDING:
            yield from (name for name, target in reference_names(column) if target == HIDING)


def _interval(table: str, start: str, end: str) -> models.CheckConstraint:
    either = models.Q(**{f"{start}__isnull": True}) | models.Q(**{f"{end}__isnull": True})
    condition = either | models.Q(**{f"{end}__gte": models.F(start)})
    return models.CheckConstraint(condition=condition, name=f"{table}_{end}_after_{start}")


class Record(models.Model, metaclass=_RecordBase):
    """A row of a company.

    Attributes:
        company: Whose row it is.
        version: Raised by every action that changes the row; two editors meet there.
        removed_at: When it was removed; a row is marked, never deleted, and its key stays taken.
    """

    table: ClassVar[str]
    columns: ClassVar[tuple[str, ...] | None] = None

    company = models.ForeignKey("organisation.Company", models.PROTECT, related_name="+", db_index=False)
    version = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        """No table of its own."""

        abstract = True


class _ItemBase(ModelBase):
    """Adds the owner and the declared target of a list column to its model."""

    def __new__(cls, name: str, bases: tuple[type, ...], attributes: dict[str, Any], **more: Any) -> Any:
        if "column" not in attributes:
            return super().__new__(cls, name, bases, attributes, **more)
        table, column = TABLES[attributes["table"]], TABLES[attributes["table"]].by_name[attributes["column"]]
        attributes["owner"] = models.ForeignKey(
            REGISTRY[table.name], models.CASCADE, related_name=f"{column.name}_items"
        )
        targets = item_targets(column)
        for field, target in targets:
            attributes[field] = foreign_key(target, required=len(targets) == 1)
        constraints = [models.UniqueConstraint(fields=["owner", "position"], name=f"{table.name}_{column.name}_place")]
        if len(targets) > 1:
            first, second = (models.Q(**{f"{field}__isnull": True}) for field, _ in targets)
            constraints.append(models.CheckConstraint(condition=(first & ~second) | (~first & second),
                                                      name=f"{table.name}_{column.name}_one"))  # fmt: skip
        attributes["Meta"] = type("Meta", (), {"constraints": constraints})
        model = super().__new__(cls, name, bases, attributes, **more)
        ITEMS[table.name, column.name] = model
        return model


def item_targets(column: Column) -> tuple[tuple[str, str], ...]:
    """Return the (field, table) that an item of a list column may point to; none for codes within their own process."""
    if column.type == "duties":
        return tuple((f"target_{table}", table) for table in DUTY_TARGETS)
    return (("target", reference_names(column)[0][1]),) if column.type == "refs" else ()


class Item(models.Model, metaclass=_ItemBase):
    """One entry of a row's list; it has no history of its own, the row's trail tells it.

    Attributes:
        company: Whose it is.
        position: Place in the list, from 0.
    """

    table: ClassVar[str]
    column: ClassVar[str]

    company = models.ForeignKey("organisation.Company", models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()

    seen_through: ClassVar[tuple[str, ...]] = ("owner",)
    objects = VisibleQuerySet.as_manager()

    class Meta:
        """No table of its own."""

        abstract = True


class _DatedBase(ModelBase):
    """Adds the dated columns of a table, and whose they are, to their model."""

    def __new__(cls, name: str, bases: tuple[type, ...], attributes: dict[str, Any], **more: Any) -> Any:
        if "table" not in attributes:
            return super().__new__(cls, name, bases, attributes, **more)
        table = TABLES[attributes["table"]]
        for column in attributes["columns"]:
            attributes.update(fields_of(table, table.by_name[column]))
        attributes["record"] = models.ForeignKey(REGISTRY[table.name], models.CASCADE, related_name="dated")
        once = models.UniqueConstraint(fields=["record", "starts_on"], name=f"{table.name}_dated_once")
        attributes["Meta"] = type("Meta", (), {"constraints": [once]})
        model = super().__new__(cls, name, bases, attributes, **more)
        DATED[table.name] = model
        return model


class Dated(models.Model, metaclass=_DatedBase):
    """Columns of a row that hold from a day on, until the next day with such a row; the first also holds before.

    Attributes:
        company: Whose it is.
        starts_on: The first day.
    """

    table: ClassVar[str]
    columns: ClassVar[tuple[str, ...]]

    company = models.ForeignKey("organisation.Company", models.PROTECT, related_name="+")
    starts_on = models.DateField()

    seen_through: ClassVar[tuple[str, ...]] = ("record",)
    objects = VisibleQuerySet.as_manager()

    class Meta:
        """No table of its own."""

        abstract = True
