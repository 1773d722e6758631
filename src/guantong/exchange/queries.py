"""What a load would change, and what a backup of companies holds."""

import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from guantong import __version__
from guantong.audit.actions import RowChange
from guantong.discussion.gateways import LostFileError, digest_of, open_file
from guantong.discussion.queries import list_digests
from guantong.engine import company as engine
from guantong.engine.check import Report
from guantong.engine.tables import TABLES
from guantong.findings.queries import get_check
from guantong.formats.backup import Attached, BackupWriter, Manifest, Section, digested
from guantong.formats.significant import significant
from guantong.kit.cell_texts import blocks, cell_texts, filled, key_text
from guantong.kit.difference import TableDifference, differences
from guantong.kit.moment import one_moment
from guantong.kit.packing import Packing
from guantong.kit.portable import carried_fields, list_models
from guantong.kit.separation import company_scope
from guantong.kit.stored import StoredTable
from guantong.organisation.models import Company
from guantong.organisation.queries import (
    company_day,
    get_tables,
    header_text,
    header_values,
    list_aliases,
    list_companies,
)


@dataclass(frozen=True, eq=False)
class CompanyDifference:
    """What changes where a company becomes what a file says.

    Attributes:
        company: The engine's company as it will be.
        row: The company's own row of the database; a new company's is not saved yet.
        is_new: Whether the database has no such company.
        header: Cells of the company's own row that change, by column, as the model holds them.
        old_header: The same cells before.
        new_sheets: Tables that were absent and are there from now on, with rows or without.
        tables: What changes by table.
        stored: The tables as they are, rows marked as removed included.
        aliases: By table the former codes of rows with the ids of the rows.
    """

    company: engine.Company
    row: Company
    is_new: bool
    header: Mapping[str, Any]
    old_header: Mapping[str, Any]
    new_sheets: tuple[str, ...]
    tables: Mapping[str, TableDifference]
    stored: Mapping[str, StoredTable]
    aliases: Mapping[str, Mapping[str, int]]

    def __bool__(self) -> bool:
        return bool(self.header or self.new_sheets or any(self.tables.values()))

    @property
    def removed(self) -> int:
        """Return how many rows would be marked as removed."""
        return sum(len(change.removed) for change in self.tables.values())

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many rows are new, changed, restored and removed, by table where any is."""
        counts = {name: change.counts for name, change in self.tables.items() if change}
        if not self.header:
            return counts
        own = {"new": int(self.is_new), "changed": int(not self.is_new), "restored": 0, "removed": 0}
        return {"company": own, **counts}

    def row_changes(self, most: int | None = None) -> Iterator[RowChange]:
        """Yield what happens to each row, at most `most` of each table and kind."""
        if self.header:
            old, new = (
                {name: text for name, value in cells.items() if (text := header_text(value)) or not self.is_new}
                for cells in (self.old_header, self.header)
            )
            kind = "create" if self.is_new else "change"
            yield RowChange("company", self.row.pk or 0, self.company.code, kind, old, new)
        after = {name: self.tables[name].rows if name in self.tables else table for name, table in self.stored.items()}
        for name, change in self.tables.items():
            if change:
                yield from _row_changes(change, self.stored[name], (self.stored, after), self.company, most)


def get_difference(
    company: Company, wanted: engine.Company, sheets: frozenset[str], day: datetime.date
) -> CompanyDifference:
    """Return what changes in a company of the database where its tables become what a file says.

    Args:
        company: The company of the database, or a row not saved yet where there is none.
        wanted: The company as it shall be.
        sheets: The tables that change.
        day: The day on which people's posts are compared.
    """
    is_new = company.pk is None
    stored = get_tables(company, day)
    aliases: Mapping[str, Mapping[str, int]] = {} if is_new else list_aliases(company)
    header: dict[str, Any] = {}
    old_header: dict[str, Any] = {}
    if "company" in sheets:
        for name, value in header_values(wanted).items():
            if is_new or value != getattr(company, name):
                header[name] = value
                old_header |= {} if is_new else {name: getattr(company, name)}
    return CompanyDifference(
        company=wanted,
        row=company,
        is_new=is_new,
        header=header,
        old_header=old_header,
        new_sheets=tuple(name for name in TABLES if name in sheets and name not in company.sheets),
        tables={change.name: change for change in differences(wanted, stored, sheets, aliases)},
        stored=stored,
        aliases=aliases,
    )


def _row_changes(
    change: TableDifference,
    before: StoredTable,
    tables: tuple[Mapping[str, StoredTable], Mapping[str, StoredTable]],
    company: engine.Company,
    most: int | None,
) -> Iterator[RowChange]:
    new = np.flatnonzero(change.is_new)[:most]
    restored = np.flatnonzero(change.is_restored)[:most]
    changed = np.flatnonzero(change.is_changed & ~change.is_restored & ~change.is_new)[:most]
    for kind, places in (("create", new), ("restore", restored)):
        for block in blocks(places):
            yield from _whole_rows(kind, change.rows.rows(block), tables[1], company)
    for block in blocks(changed):
        yield from _changed_rows(change, before, block, tables, company)
    for block in blocks(change.removed[:most]):
        yield from _whole_rows("remove", before.rows(block), tables[0], company)


def _whole_rows(
    kind: str, rows: StoredTable, tables: Mapping[str, StoredTable], company: engine.Company
) -> Iterator[RowChange]:
    texts = cell_texts(rows, rows.table.columns, tables, company)
    for place, (record_id, cells) in enumerate(zip(rows.ids.tolist(), filled(texts), strict=True)):
        key = key_text(rows, texts, place)
        before, after = (cells, {}) if kind == "remove" else ({}, cells)
        yield RowChange(rows.table.name, record_id, key, kind, before, after)


def _changed_rows(
    change: TableDifference,
    before: StoredTable,
    places: np.ndarray,
    tables: tuple[Mapping[str, StoredTable], Mapping[str, StoredTable]],
    company: engine.Company,
) -> Iterator[RowChange]:
    table = TABLES[change.name]
    rows, old_rows = change.rows.rows(places), before.rows(change.old[places])
    columns = tuple(column for column in table.columns if _changes(change, column.name) or column.name in table.key)
    new_texts = cell_texts(rows, columns, tables[1], company)
    old_texts = cell_texts(old_rows, columns, tables[0], company)
    for place, record_id in enumerate(rows.ids.tolist()):
        names = [column.name for column in columns if old_texts[column.name][place] != new_texts[column.name][place]]
        old, new = ({name: texts[name][place] for name in names} for texts in (old_texts, new_texts))
        yield RowChange(change.name, record_id, key_text(rows, new_texts, place), "change", old, new)


def _changes(change: TableDifference, column: str) -> bool:
    return any(field == column or field.startswith(f"{column}_") for field in change.field_changes)


# --- Backup ----------------------------------------------------------------------------------------

_DIGITS = 9
"""Significant digits of figures in a report's digest: what another processor's rounding leaves alone."""


def write_backup(writer: BackupWriter, at: datetime.datetime, code: str | None) -> Manifest:
    """Write companies as they are at one moment, and what the manifest says of them.

    Args:
        writer: Where they go.
        at: The moment, which also says on which day each company's report is made.
        code: The company; None for all of them with the installation's own trail.
    """
    with one_moment():
        companies = [company for company in list_companies() if code in (None, company.code)]
        numbered = enumerate([*companies, *([None] if code is None else [])], start=1)
        sections = tuple(_write_section(writer, number, company, at) for number, company in numbered)
    manifest = Manifest(__version__, get_method(), at.isoformat(timespec="seconds"), sections)
    writer.finish(manifest)
    return manifest


def _write_section(writer: BackupWriter, number: int, company: Company | None, at: datetime.datetime) -> Section:
    packing = Packing(0 if company is None else company.pk)
    parts = []
    with company_scope(0 if company is None else company.pk):
        for model in list_models():
            carried = carried_fields(model)
            names = tuple(field.name for field in carried)
            parts.append(writer.write_part(number, model._meta.label_lower, names, packing.lines(model, carried)))
        filled = tuple(part for part in parts if part.rows)
        if company is None:
            return Section("", "", "", "", filled)
        files = tuple(_write_files(writer, number, company.pk))
        lost = len(list_digests(company.pk)) - len(files)
        day = company_day(company, at)
        report = get_report_digest(company, day)
        return Section(company.code, company.name, day.isoformat(), report, filled, files, lost)


def _write_files(writer: BackupWriter, number: int, company_id: int) -> Iterator[Attached]:
    """Write the files that a company's people attached; those that the store has lost or spoilt are left out."""
    for digest in list_digests(company_id):
        try:
            file = open_file(company_id, digest)
        except LostFileError:
            continue
        with file:
            if digest_of(file) == digest:
                file.seek(0)
                yield writer.write_file(number, digest, file)


@cache
def get_method() -> str:
    """Return the SHA-256 of the engine: two installations that have the same compute the same reports."""
    folder, digest = Path(engine.__file__).parent, hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def get_report_digest(company: Company, day: datetime.date) -> str:
    """Return the SHA-256 of what a check of a company on a day says; "" where it has no year to check."""
    checked = get_check(company, day)
    if checked is None:
        return ""
    digest = hashlib.sha256()
    for piece in _pieces(checked.report):
        digest.update(json.dumps(piece, default=asdict, sort_keys=True, separators=(",", ":")).encode() + b"\n")
    return digest.hexdigest()


def _pieces(report: Report) -> Iterator[Any]:
    """Yield a report entry by entry: it may have millions."""
    for field in fields(report):
        value = getattr(report, field.name)
        for name, entries in value.items() if isinstance(value, dict) else [("", value)]:
            yield [field.name, name]
            for entry in entries if isinstance(entries, list) else [entries]:
                yield significant(_plain(entry), _DIGITS)


def _plain(entry: Any) -> Any:
    return asdict(entry) if is_dataclass(entry) and not isinstance(entry, type) else entry


def list_differing_parts(section: Section, packing: Packing) -> list[str]:
    """Return the models of which the database has other rows than a backup's section says."""
    known = {part.model: part for part in section.parts}
    differing = []
    for model in list_models():
        name = model._meta.label_lower
        part = known.get(name)
        if part is None:
            differing += [name] if len(packing.ids(model)) else []
        elif digested(name, part.fields, packing.lines(model, _chosen(model, part.fields))) != part:
            differing.append(name)
    return differing


def _chosen(model: Any, names: Sequence[str]) -> list[Any]:
    return [field for field in carried_fields(model) if field.name in names]
