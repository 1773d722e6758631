"""Reading companies of the database."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet

from guantong.engine import company as engine
from guantong.engine.calendar import day_number
from guantong.engine.company import empty_cell
from guantong.engine.tables import SHARED_CODE_SPACES, TABLES
from guantong.kit.companies import company_of
from guantong.kit.records import REGISTRY, Record
from guantong.kit.separation import company_scope
from guantong.kit.stored import StoredTable, read_live, read_table
from guantong.kit.visibility import Viewer
from guantong.organisation.models import CodeAlias, Company, Person, Post, Unit


def find_company(code: str) -> Company | None:
    """Return the company of a code, None where there is none."""
    with company_scope(0):
        found: Company | None = Company.objects.filter(code=code).first()
    return found


def list_companies() -> list[Company]:
    """Return the companies of this installation by code."""
    with company_scope(0):
        return sorted(Company.objects.all(), key=lambda company: str(company.code))


def company_day(company: Company, at: datetime.datetime) -> datetime.date:
    """Return the day that it is for a company at a moment."""
    return at.astimezone(zone_of(company)).date()


def end_of_day(company: Company, day: datetime.date) -> datetime.datetime:
    """Return the last moment of a day of a company."""
    return datetime.datetime.combine(day, datetime.time.max, zone_of(company))


def zone_of(company: Company) -> ZoneInfo:
    """Return the time zone of a company."""
    return ZoneInfo(company.timezone or TABLES["company"].by_name["timezone"].default)


def find_records[Kind: Record](company: Company, model: type[Kind], codes: Iterable[str]) -> dict[str, Kind]:
    """Return the live rows of a model by the codes asked for, former codes included; unknown codes are left out."""
    wanted = set(codes)
    rows = {row.code: row for row in model._base_manager.filter(company=company, code__in=wanted, removed_at=None)}
    former = CodeAlias.objects.filter(company=company, table=model.table, code__in=wanted - rows.keys())
    aliases = dict(former.values_list("code", "record_id"))
    renamed = {row.pk: row for row in model._base_manager.filter(pk__in=aliases.values(), removed_at=None)}
    return rows | {code: renamed[record] for code, record in aliases.items() if record in renamed}


def find_ids(company: Company, model: type[Record], codes: Iterable[str]) -> dict[str, int]:
    """Return the ids of live rows of a model as `find_records` returns the rows, without reading these."""
    wanted = set(codes)
    live = model._base_manager.filter(company=company, removed_at=None)
    ids = dict(live.filter(code__in=wanted).values_list("code", "pk"))
    former = CodeAlias.objects.filter(company=company, table=model.table, code__in=wanted - ids.keys())
    aliases = dict(former.values_list("code", "record_id"))
    there = set(live.filter(pk__in=aliases.values()).values_list("pk", flat=True)) if aliases else ()
    return ids | {code: record for code, record in aliases.items() if record in there}


def named(viewer: Viewer, field: str, table: str, code: str) -> Q:
    """Return the condition that a foreign key leads to the row of a code, or of a code that it had before.

    Args:
        viewer: Who looks, in whose company.
        field: The foreign key.
        table: The table to which it leads.
        code: The code; one that no row has leads nowhere.
    """
    former = CodeAlias.objects.filter(company=viewer.company_id, table=table, code=code)
    return Q(**{f"{field}__code": code}) | Q(**{f"{field}__in": former.values("record_id")})


def list_units(viewer: Viewer, parent: str | None = None) -> QuerySet:
    """Return the units that somebody may see, as dicts with the codes of what they refer to.

    Args:
        viewer: Who looks.
        parent: Code of the unit right above; all where it is None.
    """
    units = Unit.objects.visible_to(viewer)
    if parent is not None:
        units = units.filter(named(viewer, "parent", "units", parent))
    return units.values("code", "name", "kind", "core", "chain_link", above=F("parent__code"), leader=F("head__code"))


def list_people(viewer: Viewer, unit: str | None = None, *, is_active: bool | None = None) -> QuerySet:
    """Return the people that somebody may see, as dicts; nothing of their pay.

    Args:
        viewer: Who looks.
        unit: Code of the unit in which they are on the viewer's day; all where it is None.
        is_active: Whether they are at work on that day; all where it is None.
    """
    people = Person.objects.visible_to(viewer)
    if unit is not None:
        posts = Post.objects.on(viewer.company_id, viewer.day).filter(named(viewer, "unit", "units", unit))
        people = people.filter(pk__in=posts.values("record"))
    if is_active is not None:
        begun = Q(joined=None) | Q(joined__lte=viewer.day)
        at_work = begun & (Q(left=None) | Q(left__gt=viewer.day))
        people = people.filter(at_work if is_active else ~at_work)
    return people.values("pk", "code", "name", "email", "joined", "left", "language")


def list_stations(viewer: Viewer, people: Iterable[int]) -> dict[int, dict[str, str | None]]:
    """Return by their ids where people stand on a day: the codes of unit, position and manager; takes one query."""
    posts = Post.objects.on(viewer.company_id, viewer.day).filter(record__in=list(people))
    rows = posts.values("record", "unit__code", "position__code", "manager__code")
    return {row["record"]: {name: row[f"{name}__code"] for name in ("unit", "position", "manager")} for row in rows}


def is_code_taken(company: Company, table: str, code: str) -> bool:
    """Return whether a code is or was one of a table's rows or of a table that shares its codes."""
    spaces = next((space for space in SHARED_CODE_SPACES if table in space), (table,))
    return any(
        REGISTRY[name]._base_manager.filter(company=company, code=code).exists()
        or CodeAlias.objects.filter(company=company, table=name, code=code).exists()
        for name in spaces
    )


def list_aliases(company: Company) -> dict[str, dict[str, int]]:
    """Return by table the former codes of rows with the ids of the rows."""
    found: dict[str, dict[str, int]] = {}
    for table, code, record in CodeAlias.objects.filter(company=company).values_list("table", "code", "record_id"):
        found.setdefault(table, {})[code] = record
    return found


def list_former_codes(company: Company, table: str) -> dict[str, str]:
    """Return the former codes of a table's rows with the codes that these have now."""
    records = list_aliases(company).get(table, {})
    present = dict(REGISTRY[table]._base_manager.filter(pk__in=records.values()).values_list("pk", "code"))
    return {code: str(present[record]) for code, record in records.items()}


def list_new_codes(company: Company) -> dict[str, dict[str, str]]:
    """Return by table the present code of each former one."""
    found: dict[str, dict[str, str]] = {}
    for table, aliases in list_aliases(company).items():
        rows = REGISTRY[table]._base_manager.filter(pk__in=aliases.values())
        codes = dict(rows.values_list("pk", "code"))
        found[table] = {former: codes[record] for former, record in aliases.items()}
    return found


def get_tables(company: Company, day: datetime.date | None) -> dict[str, StoredTable]:
    """Return all rows of all tables of a company, removed ones too, dated columns as on a day (None: the latest)."""
    number = None if day is None else day_number(day)
    return {name: read_table(name, company.pk, number) for name in TABLES if name in REGISTRY}


def get_engine_company(company: Company, day: datetime.date | None) -> engine.Company:
    """Return a company as the engine takes it, with people in their posts of a day (None: the latest)."""
    number = None if day is None else day_number(day)
    stored = {name: read_live(name, company.pk, number) for name in kept_sheets(company)}
    return engine_company(company, stored)


def engine_company(company: Company, tables: Mapping[str, StoredTable]) -> engine.Company:
    """Return a company as the engine takes it, of rows that were read."""
    return company_of(header_cells(company), tables, company.sheets)


def kept_sheets(company: Company) -> list[str]:
    """Return the tables of a company that have rows of their own, in declared order."""
    return [name for name in TABLES if name in company.sheets and name in REGISTRY]


def header_cells(company: Company) -> Mapping[str, Any]:
    """Return the cells of the sheet `company`, canonical as `engine.Company.build` takes them."""
    cells: dict[str, Any] = {}
    for column in TABLES["company"].columns:
        value = getattr(company, column.name)
        if column.type == "texts":
            cells[column.name] = tuple(value)
        elif column.type == "choice":
            cells[column.name] = column.choice_values.index(value) if value else -1
        else:
            cells[column.name] = empty_cell(column) if value is None else value
    return cells


def header_values(company: engine.Company) -> Mapping[str, Any]:
    """Return the cells of an engine company's own row as the model holds them."""
    values: dict[str, Any] = {}
    for column in TABLES["company"].columns:
        cell = getattr(company.company, column.name)
        if column.type == "texts":
            values[column.name] = cell.of(0)
        elif column.type == "choice":
            values[column.name] = company.company.choice(column.name, 0) or ""
        elif column.type == "integer":
            values[column.name] = None if cell[0] != cell[0] else int(cell[0])
        else:
            values[column.name] = str(cell[0])
    return values


def header_text(value: Any) -> str:
    """Return a cell of a company's own row as a workbook's CSV writes it."""
    if isinstance(value, list):
        return ";".join(value)
    return "" if value is None else str(value)
