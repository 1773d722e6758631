"""What people may talk about, be told of and hang files on: rows that have a code of their own.

Rows of tables (kit/records.py) are it by themselves where a code is their key. A plain model takes part by saying so:

    discussed_as = "findings"                 the name of its rows, as of a table
    code                                      a property
    with_code(code) -> Q                      the condition that a row has the code

What somebody may see of them is `visible_to`'s to say. A model some of whose rows are not everybody's in the company
says which of them are not, so that little of these is told where more people may look on, as in a mail:

    closed_among(rows) -> set of ids
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Model, Q

from guantong.engine.tables import TABLES
from guantong.kit.records import REGISTRY
from guantong.kit.visibility import Viewer

_NAMES = ("name", "title")
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Subject:
    """A row that people talk about.

    Attributes:
        table: Its table, or what its model is `discussed_as`.
        record_id: Its id.
        code: Its code.
        name: What it is called, "" where it has no name.
        is_open: Whether everybody in the company may see it.
    """

    table: str
    record_id: int
    code: str
    name: str
    is_open: bool


@cache
def subject_models() -> Mapping[str, type[Model]]:
    """Return the models of what may be talked about, by table."""
    coded = {name: model for name, model in REGISTRY.items() if TABLES[name].key == ("code",)}
    plain = {model.discussed_as: model for model in apps.get_models() if hasattr(model, "discussed_as")}
    return coded | plain


def find_subject(viewer: Viewer, table: str, code: str) -> Subject | None:
    """Return the row of a code; None where there is none that the viewer may see."""
    model: Any = subject_models().get(table)
    if model is None:
        return None
    condition = model.with_code(code) if hasattr(model, "with_code") else Q(code=code)
    row = model.objects.visible_to(viewer).filter(condition).first()
    return None if row is None else _subjects(table, model, [row])[0]


def get_subject(viewer: Viewer, table: str, record_id: int) -> Subject | None:
    """Return the row of an id; None where the viewer may not see it."""
    return get_subjects(viewer, [(table, record_id)]).get((table, record_id))


def get_subjects(viewer: Viewer, refs: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Subject]:
    """Return of rows, given as (table, id), those that the viewer may see; two queries at most for each table."""
    found: dict[tuple[str, int], Subject] = {}
    wanted = set(refs)
    for table in {table for table, _ in wanted} & subject_models().keys():
        model: Any = subject_models()[table]
        ids = {record_id for name, record_id in wanted if name == table}
        rows = list(model.objects.visible_to(viewer).filter(pk__in=ids))
        found.update({(table, subject.record_id): subject for subject in _subjects(table, model, rows)})
    return found


def seen_subject(viewer: Viewer, prefix: str) -> Q:
    """Return the condition that the row which `table` and `record_id` name may be seen.

    Args:
        viewer: Who looks.
        prefix: Lookup that leads to the model with these two fields.
    """
    condition = Q(pk__in=())
    for table, model in _models():
        seen = model.objects.visible_to(viewer).values("pk")
        condition |= Q(**{f"{prefix}table": table, f"{prefix}record_id__in": seen})
    return condition


def _models() -> Iterator[tuple[str, Any]]:
    yield from subject_models().items()


def _subjects(table: str, model: Any, rows: list[Any]) -> list[Subject]:
    closed: set[int] = model.closed_among(rows) if hasattr(model, "closed_among") else set()
    return [Subject(table, row.pk, row.code, _name(row), row.pk not in closed) for row in rows]


def _name(row: Any) -> str:
    return next((text for field in _NAMES if (text := getattr(row, field, ""))), "")[:_LONGEST_NAME]
