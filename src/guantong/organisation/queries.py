"""Reading companies of the database."""

import datetime
from collections.abc import Mapping
from typing import Any

from guantong.engine import company as engine
from guantong.engine.calendar import day_number
from guantong.engine.company import empty_cell
from guantong.engine.tables import TABLES
from guantong.kit.companies import company_of
from guantong.kit.records import REGISTRY
from guantong.kit.stored import StoredTable, read_table
from guantong.organisation.models import Company


def find_company(code: str) -> Company | None:
    """Return the company of a code, None where there is none."""
    found: Company | None = Company.objects.filter(code=code).first()
    return found


def list_companies() -> list[Company]:
    """Return the companies of this installation by code."""
    return sorted(Company.objects.all(), key=lambda company: str(company.code))


def get_tables(company: Company, day: datetime.date | None) -> dict[str, StoredTable]:
    """Return all rows of all tables of a company, removed ones too, dated columns as on a day (None: the latest)."""
    number = None if day is None else day_number(day)
    return {name: read_table(name, company.pk, number) for name in TABLES if name in REGISTRY}


def get_engine_company(company: Company, day: datetime.date | None) -> engine.Company:
    """Return a company as the engine takes it, with people in their posts of a day (None: the latest)."""
    number = None if day is None else day_number(day)
    stored = {
        name: read_table(name, company.pk, number) for name in TABLES if name in company.sheets and name in REGISTRY
    }
    return company_of(header_cells(company), stored, company.sheets)


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
