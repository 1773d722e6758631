"""Rows of a backup on their way into a database: new ids for all of them first, then the rows with their references."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection, models

from guantong.formats.backup import Block
from guantong.kit.bulk import insert_rows, reserve_ids
from guantong.kit.portable import (
    COMPANY,
    carried_by,
    carried_fields,
    defaults_of,
    is_named_record,
    model_of_table,
    owner_field,
)


class ForeignContentError(Exception):
    """Rows that this version does not know: a model, a field, or a reference to nothing."""


class Unpacking:
    """A company, or the installation's own rows, whose rows get ids of this database."""

    def __init__(self, counts: Mapping[type[models.Model], int]) -> None:
        """Reserve the ids.

        Args:
            counts: How many rows of each model there are.
        """
        self._ids = {model._meta.label_lower: reserve_ids(model, count) for model, count in counts.items()}
        self._used = dict.fromkeys(self._ids, 0)
        own = self._ids.get(COMPANY, np.zeros(0, dtype=np.int64))
        self.company_id = int(own[0]) if len(own) else 0

    def insert(self, model: type[models.Model], blocks: Iterable[Block]) -> None:
        """Insert the rows of a model.

        Raises:
            ForeignContentError: A field that it does not have, or a reference to nothing.
        """
        name, owner = model._meta.label_lower, owner_field(model)
        fields = {field.name: field for field in carried_fields(model)}
        for block in blocks:
            if not block.keys() <= fields.keys():
                raise ForeignContentError(f"{name}.{min(block.keys() - fields.keys())}")
            size = len(next(iter(block.values())))
            start = self._used[name]
            self._used[name] += size
            ids = self._ids[name][start : start + size].tolist()
            more = {left: _written(model._meta.get_field(left), [value] * size)
                    for left, value in defaults_of(model, set(block)).items()}  # fmt: skip
            cells = {field: self._unpacked(fields[field], block) for field in block}
            insert_rows(model, {"id": ids, **_owned(owner, self.company_id, size), **more, **cells})

    def _unpacked(self, field: models.Field, block: Block) -> list[Any]:
        cells = block[field.name]
        if (name := carried_by(field)) is not None:
            return _known(field.related_model, name, cells)
        if isinstance(field, models.ForeignKey):
            return self._references(field.related_model, cells)
        if is_named_record(field):
            return self._named_references(block["table"], cells)
        return _written(field, cells)

    def _references(self, model: type[models.Model], cells: Sequence[int | None]) -> list[int | None]:
        ids = self._ids.get(model._meta.label_lower, np.zeros(0, dtype=np.int64))
        places = np.array([0 if cell is None else cell for cell in cells], dtype=np.int64)
        if len(places) and (places.min() < 0 or places.max() > len(ids)):
            raise ForeignContentError(model._meta.label_lower)
        found = np.concatenate([[0], ids])[places].tolist()
        return [None if cell is None else row for cell, row in zip(cells, found, strict=True)]

    def _named_references(self, tables: Sequence[str], cells: Sequence[int | None]) -> list[int | None]:
        found: list[int | None] = list(cells)
        for table in set(tables):
            model = model_of_table(table)
            rows = [row for row, name in enumerate(tables) if name == table and cells[row]]
            if rows and model is None:
                raise ForeignContentError(table)
            if model is not None:
                for row, record in zip(rows, self._references(model, [cells[row] for row in rows]), strict=True):
                    found[row] = record
        return found


def _known(model: Any, name: str, cells: Sequence[str | None]) -> list[int | None]:
    """Return the ids of what the installation has by its names; what it lacks is made."""
    wanted = {cell for cell in cells if cell is not None}
    rows = model._base_manager.filter(**{f"{name}__in": wanted})
    lacking = sorted(wanted - set(rows.values_list(name, flat=True)))
    model._base_manager.bulk_create([model.of_name(value) for value in lacking])
    ids = dict(rows.all().values_list(name, "pk"))
    return [None if cell is None else ids[cell] for cell in cells]


def _owned(owner: str, company_id: int, size: int) -> dict[str, list[int]]:
    return {} if owner == "id" else {owner: [company_id] * size}


def _written(field: models.Field, cells: list[Any]) -> list[Any]:
    """Return a column as the database takes it."""
    if isinstance(field, models.JSONField):
        return ["{}" if cell == {} else json.dumps(cell, ensure_ascii=False) for cell in cells]
    if isinstance(field, models.DateTimeField) and connection.vendor == "postgresql":
        return [None if cell is None else f"{cell}+00:00" for cell in cells]
    return cells
