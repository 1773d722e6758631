"""What of the database belongs to a company, and how each field of it is carried to another database.

Every model of every area takes part by itself. It belongs to a company by its field `company` or `company_id`, or is
the company. A model that need not be carried says why in `transient`, single fields in `transient_fields`. What belongs
to the installation and is referred to names in `carried_by` the field by which another installation knows it.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from guantong.kit.records import REGISTRY

PACKAGE = "guantong."
COMPANY = "organisation.company"
NAMED_RECORD = "record_id"
"""A field that holds the id of a row of the table that the field `table` names, without being a foreign key."""

_CARRIED = (
    models.CharField,
    models.TextField,
    models.BooleanField,
    models.FloatField,
    models.IntegerField,
    models.DateField,
    models.JSONField,
    models.ForeignKey,
)
"""What fields may be; subclasses too: keys, money, counts, moments."""


def list_models() -> list[type[models.Model]]:
    """Return the models that are carried, in the order of their areas."""
    return [model for model in every_model() if not hasattr(model, "transient")]


def every_model() -> Iterator[type[models.Model]]:
    """Yield the models of every area, in the order of these."""
    for area in apps.get_app_configs():
        if area.name.startswith(PACKAGE):
            yield from area.get_models(include_auto_created=True)


def find_model(name: str) -> type[models.Model] | None:
    """Return the carried model of a name such as `goals.goal`, None where there is none."""
    return next((model for model in list_models() if model._meta.label_lower == name), None)


def owner_field(model: type[models.Model]) -> str:
    """Return the field by which a row belongs to a company.

    Raises:
        TypeError: It has none.
    """
    if model._meta.label_lower == COMPANY:
        return "id"
    names = {field.name: field for field in model._meta.concrete_fields}
    key = names.get("company")
    if isinstance(key, models.ForeignKey) and key.related_model._meta.label_lower == COMPANY:
        return "company"
    if isinstance(names.get("company_id"), models.BigIntegerField):
        return "company_id"
    raise TypeError(f"{model._meta.label_lower} says of no row whose it is")


def carried_by(field: models.Field) -> str | None:
    """Return the field by which what a foreign key names is known everywhere; None where it is a company's row."""
    model = field.related_model if isinstance(field, models.ForeignKey) else None
    return getattr(model, "carried_by", None)


def carried_fields(model: type[models.Model]) -> list[models.Field]:
    """Return the fields that are carried: all but the row's id and its company.

    Raises:
        TypeError: A field is of a kind that cannot be carried.
    """
    left = {"id", owner_field(model), *getattr(model, "transient_fields", ())}
    fields = [field for field in model._meta.concrete_fields if field.name not in left]
    for field in fields:
        if not isinstance(field, _CARRIED):
            raise TypeError(f"{model._meta.label_lower}.{field.name} cannot be carried")
    return fields


def is_named_record(field: models.Field) -> bool:
    """Return whether a field holds ids of rows of the tables that its neighbour `table` names."""
    return bool(field.name == NAMED_RECORD) and any(other.name == "table" for other in field.model._meta.fields)


def model_of_table(table: str) -> type[models.Model] | None:
    """Return the model that holds the rows of a table, of a sheet or as the trail names it; None where none does.

    What is no sheet has its name in `table`, in `trail_table` where that is the name of a field, or in `discussed_as`.
    """
    return apps.get_model(COMPANY) if table == "company" else REGISTRY.get(table) or _named_models().get(table)


@cache
def _named_models() -> dict[str, type[models.Model]]:
    named: dict[str, type[models.Model]] = {}
    for model in list_models():
        for name in ("table", "trail_table", "discussed_as"):
            table = getattr(model, name, None)
            if isinstance(table, str):
                named.setdefault(table, model)
    return named


def defaults_of(model: type[models.Model], given: set[str]) -> Mapping[str, Any]:
    """Return the values of fields that are not carried, or that an older backup has not, by name."""
    own = {"id", owner_field(model)}
    return {
        field.name: field.get_default() for field in model._meta.concrete_fields if field.name not in {*given, *own}
    }
