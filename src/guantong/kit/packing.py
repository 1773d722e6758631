"""Rows of a company on their way out of a database: blocks in which nothing is the database's own.

    id                    not written: a row is its place, from 1, in the order of ids
    key                   the place of the row that it names, null = none; of what is the installation's, its name
    `record_id`           the same; 0 for a row that the trail outlived
    text, number          as they are; -0.0 is 0.0
    boolean               true, false, null
    date                  "2026-06-30"
    timestamp             "2026-06-30 08:00:00.000000", UTC
    JSON                  the value, keys sorted

So the same rows give the same bytes on every database, and again after they were restored.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection, models

from guantong.formats.backup import Block, line_of
from guantong.kit.columns import read_columns
from guantong.kit.portable import carried_by, is_named_record, model_of_table, owner_field

_ROWS = 2000
_WHOLE_SECONDS = len("2026-06-30 08:00:00")
_LARGEST_EXACT = 1e16


class Packing:
    """The rows of one company, or of the installation."""

    def __init__(self, company_id: int, above: Mapping[str, int] | None = None) -> None:
        """Pack the rows of a company.

        Args:
            company_id: The company; 0 for what concerns the installation.
            above: By model, the id above which rows count; all others do.
        """
        self._company_id = company_id
        self._above = above or {}
        self._ids: dict[str, np.ndarray] = {}

    def ids(self, model: type[models.Model]) -> np.ndarray:
        """Return the ids of a model's rows, ascending, (n_rows,) int64."""
        name = model._meta.label_lower
        if name not in self._ids:
            found = np.sort(read_columns(model, ["id"], {owner_field(model): self._company_id})["id"])
            self._ids[name] = found[found > self._above.get(name, 0)]
        return self._ids[name]

    def lines(self, model: type[models.Model], fields: Sequence[models.Field]) -> Iterator[tuple[int, bytes]]:
        """Yield the rows of a model in blocks, as (rows in it, bytes)."""
        if not len(self.ids(model)):
            return
        names = [field.name for field in fields]
        for rows in self._fetched(model, fields):
            raw = dict(zip(names, zip(*rows, strict=True), strict=True))
            block: Block = {field.name: self._packed(field, raw) for field in fields}
            yield len(rows), line_of(block)

    def _fetched(
        self, model: type[models.Model], fields: Sequence[models.Field]
    ) -> Iterator[Sequence[tuple[Any, ...]]]:
        quote = connection.ops.quote_name
        owner = quote(model._meta.get_field(owner_field(model)).column)
        listed = ", ".join(_selected(field) for field in fields)
        statement = f"SELECT {listed} FROM {quote(model._meta.db_table)} WHERE {owner} = %s AND id > %s ORDER BY id"  # nosec B608  # names are ours, cells are parameters
        with connection.chunked_cursor() as cursor:
            cursor.execute(statement, [self._company_id, self._above.get(model._meta.label_lower, 0)])
            while rows := cursor.fetchmany(_ROWS):
                yield rows

    def _packed(self, field: models.Field, raw: Mapping[str, Sequence[Any]]) -> list[Any]:
        cells = raw[field.name]
        if (name := carried_by(field)) is not None:
            return _names(field.related_model, name, cells)
        if isinstance(field, models.ForeignKey):
            return self._places(field, cells)
        if is_named_record(field):
            return self._named_places(raw["table"], cells)
        convert = _converter(field)
        return [None if cell is None else convert(cell) for cell in cells]

    def _places(self, field: models.ForeignKey, cells: Sequence[int | None]) -> list[int | None]:
        places = _places(self.ids(field.related_model), [cell or 0 for cell in cells])
        if any(place == 0 and cell is not None for place, cell in zip(places, cells, strict=True)):
            raise ValueError(f"{field.model._meta.label_lower}.{field.name} names a row of another company")
        return [place or None for place in places]

    def _named_places(self, tables: Sequence[str], cells: Sequence[int | None]) -> list[int | None]:
        found: list[int | None] = [None if cell is None else 0 for cell in cells]
        for table in set(tables):
            model = model_of_table(table)
            rows = [row for row, name in enumerate(tables) if name == table and cells[row] is not None]
            if model is not None:
                for row, place in zip(rows, _places(self.ids(model), [cells[row] or 0 for row in rows]), strict=True):
                    found[row] = place
        return found


def _names(model: type[models.Model], name: str, cells: Sequence[int | None]) -> list[str | None]:
    names = dict(model._base_manager.filter(pk__in=set(cells)).values_list("pk", name))
    return [None if cell is None else names[cell] for cell in cells]


def _places(ids: np.ndarray, wanted: Sequence[int]) -> list[int]:
    """Return the places of ids, from 1, 0 where an id is none of them."""
    if not len(ids):
        return [0] * len(wanted)
    asked = np.array(wanted, dtype=np.int64)
    place = np.minimum(np.searchsorted(ids, asked), len(ids) - 1)
    return np.where(ids[place] == asked, place + 1, 0).tolist()


def _selected(field: models.Field) -> str:
    column = connection.ops.quote_name(field.column)
    if not isinstance(field, models.DateField | models.JSONField):
        return str(column)
    if connection.vendor != "postgresql" or isinstance(field, models.JSONField):
        return f"CAST({column} AS TEXT)"
    if isinstance(field, models.DateTimeField):
        return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    return f"to_char({column}, 'YYYY-MM-DD')"


def _converter(field: models.Field) -> Any:
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, models.BooleanField):
        return bool
    return _float if isinstance(field, models.FloatField) else lambda cell: cell


def _float(cell: float) -> float:
    return float(cell) + 0.0


def _moment(text: str) -> str:
    return f"{text}.000000" if len(text) == _WHOLE_SECONDS else text


def _number(text: str) -> float | int:
    """Return a number of JSON; PostgreSQL writes out large ones, so that they read as whole."""
    value = float(text) + 0.0
    return int(value) if abs(value) >= _LARGEST_EXACT and value.is_integer() else value


_decode = json.JSONDecoder(parse_float=_number).decode


def _json(text: str) -> Any:
    return {} if text == "{}" else [] if text == "[]" else _decode(text)
