"""Lists in pages: each ends with a cursor from which the next one goes on.

A cursor holds the key of the last row, so that a page costs the same wherever it is, and rows that come or go meanwhile
neither repeat nor hide others. Nothing is counted.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from guantong.formats.characters import has_control

LARGEST_PAGE, USUAL_PAGE, LONGEST_CURSOR = 200, 50, 2000


class BadCursorError(Exception):
    """What was given as a cursor is none of the list."""


@dataclass(frozen=True)
class Page[Row]:
    """A page of a list: its rows, and the cursor of the next page, None where there is none."""

    rows: Sequence[Row]
    next: str | None


def page_of(rows: QuerySet[Any], key: Sequence[str], cursor: str | None, limit: int) -> Page[Any]:
    """Return a page of rows in the order of their key; takes one query.

    Args:
        rows: A query for dicts (`values`) that has the fields of the key.
        key: Names of fields that tell rows apart, as the query names them.
        cursor: Where the page before ended; None for the first page.
        limit: Rows of a page, from 1 to `LARGEST_PAGE`.

    Raises:
        BadCursorError: The cursor is none of this list.
    """
    if cursor is not None:
        try:
            rows = rows.filter(_after(key, read_cursor(cursor, len(key))))
        except ValidationError:  # no day where the key has one
            raise BadCursorError from None
    found = list(rows.order_by(*key)[: limit + 1])
    page = found[:limit]
    return Page(page, write_cursor([page[-1][name] for name in key]) if len(found) > limit else None)


def _after(key: Sequence[str], values: Sequence[str]) -> Q:
    """Return the condition that a key comes later: the first field that differs is greater."""
    condition, same = Q(pk__in=()), Q()
    for name, value in zip(key, values, strict=True):
        condition |= same & Q(**{f"{name}__gt": value})
        same &= Q(**{name: value})
    return condition


def write_cursor(values: Sequence[object]) -> str:
    """Return a cursor that holds the key of a row."""
    text = json.dumps([str(value) for value in values], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, size: int) -> list[str]:
    """Return the key that a cursor holds.

    Args:
        cursor: The cursor.
        size: How many fields the key has.

    Raises:
        BadCursorError: It is none of such a list.
    """
    values = _decoded(cursor)
    if not isinstance(values, list) or len(values) != size or not all(_is_text(value) for value in values):
        raise BadCursorError
    return values


def _decoded(cursor: str) -> Any:
    try:
        return json.loads(base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and not has_control(value)
