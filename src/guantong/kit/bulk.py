"""Many rows at once: reserved ids, inserts through COPY on PostgreSQL, updates of what changed.

Columns come as arrays in the form of kit/stored.py; `None` stands for missing on its way to the database.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched, chain, repeat
from typing import Any

import numpy as np
from django.db import connection, models, transaction

from guantong.engine.calendar import first_day
from guantong.engine.company import Ragged

_BATCH = 5000
_FEW = 100
"""Rows up to which a table to copy them into is not worth its making."""

_COPIED = "pg_temp.guantong_rows"


def reserve_ids(model: type[models.Model], count: int) -> np.ndarray:
    """Return `count` ids that no row of the model has or will get, ascending, (count,) int64."""
    if not count:
        return np.zeros(0, dtype=np.int64)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            reserved = "string_agg(int8send(nextval(pg_get_serial_sequence(%s, 'id'))), ''::bytea)"
            cursor.execute(f"SELECT {reserved} FROM generate_series(1, %s)", [table, count])  # nosec B608  # names are ours, cells are parameters
            return np.sort(np.frombuffer(cursor.fetchone()[0], dtype=">i8").astype(np.int64))
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last = found[0] if found else 0
        if found:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last + count, table])
        else:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
        return np.arange(count, dtype=np.int64) + last + 1


def insert_rows(model: type[models.Model], columns: Mapping[str, Any]) -> int:
    """Insert rows, all columns of one length; returns how many."""
    fields = [model._meta.get_field(name) for name in columns]
    values = [written(field, cells) for field, cells in zip(fields, columns.values(), strict=True)]
    count = len(values[0])
    if count:
        rows = zip(*values, strict=True)
        names = [connection.ops.quote_name(field.column) for field in fields]
        table = connection.ops.quote_name(model._meta.db_table)
        if connection.vendor == "postgresql" and count > _FEW:
            _copy(table, ", ".join(names), rows)
        else:
            _insert(table, names, list(rows))
    return count


def _insert(table: str, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    statement, marks = f"INSERT INTO {table} ({', '.join(names)}) VALUES ", f"({', '.join(repeat('%s', len(names)))})"  # nosec B608  # names are ours, cells are parameters
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(statement + ", ".join(repeat(marks, len(rows))), list(chain.from_iterable(rows)))
        else:
            cursor.executemany(statement + marks, rows)


def _copy(table: str, names: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Copy rows into a table of the session and from there into the one that is meant.

    PostgreSQL refuses to copy into tables with row-level security (kit/separation.py).
    """
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {_COPIED} ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA")  # nosec B608  # names are ours, cells are parameters
        for batch in batched(rows, _BATCH):
            # What the driver raises within becomes an error of Django, as elsewhere.
            with connection.wrap_database_errors, cursor.copy(f"COPY {_COPIED} FROM STDIN") as copy:
                for row in batch:
                    copy.write_row(row)
            cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {_COPIED}")  # nosec B608  # names are ours, cells are parameters
            cursor.execute(f"TRUNCATE {_COPIED}")
        cursor.execute(f"DROP TABLE {_COPIED}")


def update_rows(model: type[models.Model], ids: np.ndarray, columns: Mapping[str, Any]) -> None:
    """Set columns of the rows with the ids, and raise their version where they have one."""
    quote = connection.ops.quote_name
    fields = [model._meta.get_field(name) for name in columns]
    values = [written(field, cells) for field, cells in zip(fields, columns.values(), strict=True)]
    if not len(ids):
        return
    settings = [f"{quote(field.column)} = %s" for field in fields]
    if any(field.name == "version" for field in model._meta.fields):
        settings.append("version = version + 1")
    statement = f"UPDATE {quote(model._meta.db_table)} SET {', '.join(settings)} WHERE id = %s"  # nosec B608  # names are ours, cells are parameters
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(zip(*values, ids.tolist(), strict=True)))


def delete_rows(model: type[models.Model], field: str, ids: np.ndarray) -> None:
    """Delete rows whose field is one of the ids: items and dated columns, whose history the trail keeps."""
    for start in range(0, len(ids), _BATCH):
        model._base_manager.filter(**{f"{field}__in": ids[start : start + _BATCH].tolist()}).delete()


def written(field: models.Field, cells: Any) -> list[Any]:
    """Return a column's cells as both databases take them.

    Args:
        field: Where they go.
        cells: An array or `Ragged` as in kit/stored.py, or a list of values that are right already.
    """
    if isinstance(cells, list):
        return cells
    if isinstance(field, models.JSONField):
        return list(_json_texts(cells))
    if isinstance(field, models.DateTimeField):
        return _texts((cells * 1e6), "us", "+00:00" if connection.vendor == "postgresql" else "")
    if isinstance(field, models.DateField):
        return _texts(cells, "D", "")
    if isinstance(field, models.BooleanField):
        return [None if cell < 0 else bool(cell) for cell in cells.tolist()]
    if isinstance(field, models.TextField) and field.choices and cells.dtype != object:
        words = [*(value for value, _ in field.choices), ""]
        return [words[cell] for cell in cells.tolist()]
    if cells.dtype == np.float64 and isinstance(field, models.BigIntegerField):
        return [None if cell != cell else int(cell) for cell in cells.tolist()]
    if cells.dtype == np.float64:
        return [None if cell != cell else cell for cell in cells.tolist()]
    if cells.dtype == np.int64 and field.null:
        return [None if cell < 0 else cell for cell in cells.tolist()]
    return list(cells.tolist())


def _texts(cells: np.ndarray, unit: str, zone: str) -> list[str | None]:
    known = ~np.isnan(cells)
    moments = np.where(known, cells, 0).astype(f"datetime64[{unit}]")
    words = np.datetime_as_string(moments).tolist()
    return [word.replace("T", " ") + zone if there else None for word, there in zip(words, known.tolist(), strict=True)]


def _json_texts(cells: Any) -> Iterator[str]:
    lists = (cells.of(row) for row in range(len(cells.offsets) - 1)) if isinstance(cells, Ragged) else iter(cells)
    for items in lists:
        plain = [[left, None if right != right else right] if isinstance(item, tuple) else item
                 for item in items for left, right in [item if isinstance(item, tuple) else (0, 0)]]  # fmt: skip
        yield json.dumps(plain, ensure_ascii=False) if plain else "[]"


def first_days(months: np.ndarray) -> np.ndarray:
    """Return months as the days that are stored for them, (n,) float64, NaN = missing."""
    known = ~np.isnan(months)
    days = np.full(months.shape, np.nan)
    days[known] = first_day(months[known])
    return days
