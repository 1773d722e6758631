"""Files of people as others keep them, and what becomes of a company that they are loaded into."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from guantong.engine.calendar import day_number
from guantong.engine.company import Company
from guantong.formats.base_sheets import base_sheet
from guantong.formats.integrity import check_company
from guantong.formats.people.loading import PeopleLoad, load_people
from guantong.formats.people.mapping import complete_mapping, parse_mapping
from guantong.formats.people.problems import PeopleProblem
from guantong.formats.people.source import PeopleFile
from guantong.formats.problems import Problem
from tests.make.company import build

DAY = datetime.date(2026, 6, 30)

Table = Sequence[Sequence[Any]]


def people_file(rows: Table) -> PeopleFile:
    """Return rows, the heading first, as a file."""
    columns = tuple(zip(*rows[1:], strict=True))
    return PeopleFile("people.csv", tuple(rows[0]), columns, range(2, len(rows) + 1))


def loaded(
    rows: Table, company: Company | None = None, mapping: str = "", day: datetime.date = DAY, **more: Any
) -> PeopleLoad:
    """Load rows into a company, ACME without units where none is given."""
    file = people_file(rows)
    given = parse_mapping([mapping]) if mapping else {}
    return load_people(file, complete_mapping(given, file.headings), company or build(), day_number(day), **more)


def problems(load: PeopleLoad) -> list[tuple[str, int | None, str, str]]:
    """Return kind, row, what stands there and what the cure puts there of each problem but the making of units."""
    return [(each.kind, each.row, each.value, each.to) for each in load.problems if each.kind not in MAKING]


MAKING = ("no_root", "new_unit")


def made(load: PeopleLoad) -> list[PeopleProblem]:
    """Return the problems that make a unit."""
    return [each for each in load.problems if each.kind in MAKING]


def people(company: Company, *columns: str) -> Mapping[str, tuple[Any, ...]]:
    """Return cells of the people by code: references as codes, days as ISO text, None for an empty one."""
    cells = base_sheet(company, "people").cells
    return {code: tuple(_plain(name, cells[name][at]) for name in columns) for at, code in enumerate(cells["code"])}


def units(company: Company, *columns: str) -> Mapping[str, tuple[Any, ...]]:
    """Return cells of the units by code."""
    cells = base_sheet(company, "units").cells
    return {code: tuple(cells[name][at] for name in columns) for at, code in enumerate(cells["code"])}


def _plain(column: str, cell: Any) -> Any:
    if cell != cell or cell == "":
        return None
    if column in ("joined", "left"):
        return (datetime.date(1970, 1, 1) + datetime.timedelta(days=int(cell))).isoformat()
    return cell


def unsound(company: Company) -> list[Problem]:
    """Return what the reader of workbooks would refuse in a company."""
    return check_company({name: base_sheet(company, name) for name in company.present})
