"""A company with the people of a file in it, every problem of the file cured as proposed."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from guantong.engine.company import Columns, Company
from guantong.engine.tables import TABLES
from guantong.formats.base_sheets import base_sheet
from guantong.formats.characters import folded
from guantong.formats.company_sheet import setting_of
from guantong.formats.people.employment import has_left, mark_absent, settle_employment, stated
from guantong.formats.people.mapping import PeopleMapping
from guantong.formats.people.posts import settle_heads, settle_positions
from guantong.formats.people.problems import PeopleProblem, in_order, problem
from guantong.formats.people.records import FormerCodes, Records, read_records
from guantong.formats.people.reporting import settle_managers
from guantong.formats.people.source import PeopleFile
from guantong.formats.people.standing import Cells, KnownPeople, append_row, free_code, table_cells
from guantong.formats.people.units import Units, settle_units, unit_words


@dataclass(frozen=True)
class PeopleLoad:
    """What a file of people makes of a company.

    Attributes:
        company: The company as it will be once all cures are accepted.
        tables: The tables that the file touches.
        problems: What is wrong with the file, each with its cure.
        rows: Rows of the file that are not blank.
        active: People of the file who are employed on the day.
        left: People of the file who have left by it.
        per_unit: Employed people of the file by code of their unit.
        changes: How many rows are new and how many change, by table of which any does.
    """

    company: Company
    tables: frozenset[str]
    problems: tuple[PeopleProblem, ...]
    rows: int
    active: int
    left: int
    per_unit: Mapping[str, int]
    changes: Mapping[str, tuple[int, int]]


def load_people(
    file: PeopleFile,
    mapping: PeopleMapping,
    company: Company,
    day: int,
    *,
    former: FormerCodes = MappingProxyType({}),
    marks_absent: bool = False,
) -> PeopleLoad:
    """Return a company with the people of a file; what the file does not say stays as it is.

    Args:
        file: The file.
        mapping: Which of its headings make which column (`complete_mapping`).
        company: The company as it is, sound as a whole.
        day: Day from which changes hold, days since 1970-01-01.
        former: Present codes of units and people by the codes that they had before, by table.
        marks_absent: Whether employed people whom the file lacks are to be marked as having left on the day.
    """
    records = read_records(file, mapping, setting_of(base_sheet(company, "company")), former)
    cells = {name: table_cells(company, name) for name in ("units", "positions", "people")}
    known = KnownPeople(cells["people"])
    written = list(records.of("code"))
    _free_of_units(records, set(cells["units"]["code"]))
    units = Units(cells["units"], {*records.of("code"), *known.place}, unit_words(records))
    units.make_root(company.code, str(company.company.name[0]))
    settle_employment(records, known, day)
    settle_units(records, known, units, day)
    settle_positions(records, known, cells["positions"], day)
    absent = mark_absent(known, set(records.of("code")), day) if marks_absent else []
    settle_heads(records, units, day)
    _settle_names(records, known)
    settle_managers(records, known, units, written, day)
    _settle_addresses(records, known, day)
    _merge(records, known)
    tables = frozenset(cells) if mapping.get("position") else frozenset({"units", "people"})
    homes = [unit for unit, left in zip(records.of("unit"), records.of("left"), strict=True) if not has_left(left, day)]
    return PeopleLoad(
        _built(company, cells, tables),
        tables,
        tuple(in_order([*records.problems, *absent])),
        rows=len(file),
        active=len(homes),
        left=len(records) - len(homes),
        per_unit=dict(sorted(Counter(homes).items())),
        changes=dict(_changes(company, cells)),
    )


def _free_of_units(records: Records, units: set[str]) -> None:
    """Give people whose code is that of a unit another one: both share their codes."""
    codes = records.of("code")
    if units.isdisjoint(codes):
        return
    there = set(codes)
    for at, code in enumerate(codes):
        if code in units:
            codes[at] = free_code(code, units, there)
            records.problems.append(problem("code_taken", records.rows[at], code, ("code", code), codes[at]))


def _settle_names(records: Records, known: KnownPeople) -> None:
    names = stated(records, known, "name")
    for at, code in enumerate(records.of("code")):
        if not names[at]:
            names[at] = known.value(code, "name") or code
            records.problems.append(problem("no_name", records.rows[at], code, ("name", ""), names[at]))
    records.cells["name"] = names


def _settle_addresses(records: Records, known: KnownPeople, day: int) -> None:
    """Leave an address to one person: to somebody whom the file lacks, else to the first who is employed."""
    if not records.has("email"):
        return
    codes, lefts, addresses = records.of("code"), records.of("left"), records.of("email")
    here = set(codes)
    owner = {
        folded(address): code
        for code, address in zip(known.cells["code"], known.cells["email"], strict=True)
        if address and code not in here
    }
    for at in sorted(range(len(records)), key=lambda at: (has_left(lefts[at], day), at)):
        address = folded(addresses[at])
        if address and owner.setdefault(address, codes[at]) != codes[at]:
            place = records.rows[at], codes[at], ("email", addresses[at])
            records.problems.append(problem("email_twice", *place, other=owner[address]))
            addresses[at] = ""


def _merge(records: Records, known: KnownPeople) -> None:
    """Write the records into the company's people."""
    columns: dict[str, list[Any]] = {name: records.of(name) for name in TABLES["people"].by_name if records.has(name)}
    for at, code in enumerate(records.of("code")):
        place = known.place.get(code)
        if place is None:
            append_row(known.cells, "people", {name: values[at] for name, values in columns.items()})
            continue
        for name, values in columns.items():
            known.cells[name][place] = values[at]


def _changes(company: Company, cells: Mapping[str, Cells]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield how many rows of each table are new and how many change; old rows have kept their places."""
    for name, after in cells.items():
        before = table_cells(company, name)
        size = len(before["code"])
        changed = np.zeros(size, dtype=bool)
        for column, old in before.items():
            changed |= np.fromiter(map(_is_other, old, after[column][:size]), dtype=bool, count=size)
        counts = len(after["code"]) - size, int(changed.sum())
        if any(counts):
            yield name, counts


def _is_other(old: Any, new: Any) -> bool:
    return bool(old != new and (old == old or new == new))


def _built(company: Company, cells: Mapping[str, Cells], tables: frozenset[str]) -> Company:
    sheets: dict[str, Columns] = {}
    for name in TABLES:
        if name in tables:
            sheets[name] = cells[name]
        elif name in company.present:
            sheets[name] = base_sheet(company, name).cells
    return Company.build(sheets)
