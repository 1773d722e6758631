"""Loading and restoring companies: everything of a file at once, or nothing."""

import datetime
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import IntegrityError, models, transaction

from guantong.audit.actions import Deed, record_entry, write_changes
from guantong.audit.queries import count_entries_since, get_last_number
from guantong.discussion.gateways import keep_pieces, remove_files
from guantong.engine import company as engine
from guantong.engine.tables import SHARED_CODE_SPACES, TABLES
from guantong.exchange.queries import (
    CompanyDifference,
    get_difference,
    get_method,
    get_report_digest,
    list_differing_parts,
)
from guantong.formats.backup import Backup, Manifest, Section
from guantong.kit.applying import apply_difference
from guantong.kit.events import publish
from guantong.kit.locks import lock
from guantong.kit.packing import Packing
from guantong.kit.portable import find_model, list_models
from guantong.kit.separation import company_scope
from guantong.kit.unpacking import ForeignContentError, Unpacking
from guantong.organisation.actions import (
    ExistingCompanyError,
    keep_people_mapping,
    lock_company,
    reserve_company_id,
)
from guantong.organisation.events import RowsChanged
from guantong.organisation.models import Company
from guantong.organisation.queries import find_company

_MOST_NAMED = 1000
"""Changed rows of a table up to which the next check reads only these."""


@dataclass(frozen=True)
class Loading:
    """A company as a file has it, and how it is to be loaded.

    Attributes:
        company: The whole company: the file's sheets, beside them those of the database that the file lacks.
        sheets: Tables that the file has; each is the whole truth of its table.
        read_at_entry: Number of the trail's last entry when the sheets were read; 0 where there was no company.
        day: From which changed posts of people hold.
        accepts_removal: Whether rows that the file lacks may be marked as removed.
        is_demo: Whether it is the demo company.
        people_mapping: How the file of people was read that the company has taken in; None: it was none.
    """

    company: engine.Company
    sheets: frozenset[str]
    read_at_entry: int
    day: datetime.date
    accepts_removal: bool = False
    is_demo: bool = False
    people_mapping: Mapping[str, Any] | None = None


class StaleError(Exception):
    """The company has changed since the file was read against it."""


class RemovalError(Exception):
    """Rows would be removed, and nobody accepted that."""

    def __init__(self, difference: CompanyDifference) -> None:
        self.difference = difference
        super().__init__()


class CurrencyError(Exception):
    """The file has another currency than the company, which has amounts in its own."""


class TakenCodeError(Exception):
    """A code that another table of the same space has or had."""

    def __init__(self, table: str, code: str, other: str) -> None:
        self.table, self.code, self.other = table, code, other
        super().__init__(code)


class SameRowError(Exception):
    """A row stands in the file twice: once with its code and once with a former one."""

    def __init__(self, table: str, code: str, former: str) -> None:
        self.table, self.code, self.former = table, code, former
        super().__init__(code)


def load_company(actor: str, at: datetime.datetime, loading: Loading) -> CompanyDifference:
    """Make a company of the database what a file says; a company that is not there is created.

    Args:
        actor: Who does it.
        at: When.
        loading: The file's company, and how it is to be loaded.

    Returns:
        What has changed; nothing is written where it is nothing.

    Raises:
        LockedError: Another load of this company is under way.
        StaleError: The company has changed since the file was read against it.
        RemovalError: Rows would be removed and `accepts_removal` is not set.
        CurrencyError: The currency would change.
        TakenCodeError: A new code is one that another table of its space has or had.
        SameRowError: The file has a row twice, with its code and with a former one.
    """
    code = loading.company.code
    try:
        with lock(f"load {code}"), transaction.atomic():
            company = find_company(code) or Company(code=code, created_at=at, is_demo=loading.is_demo)
            company_id = company.pk or reserve_company_id()
            with company_scope(company_id):
                return _load(Deed(company_id, code, actor, at), company, loading)
    except IntegrityError:
        known = find_company(code)
        with company_scope(0 if known is None else known.pk):
            if known is None or not count_entries_since(known.pk, loading.read_at_entry):
                raise
        raise StaleError(code) from None  # somebody made a row with the same key in the meantime


def _load(deed: Deed, company: Company, loading: Loading) -> CompanyDifference:
    if loading.people_mapping is not None and company.pk is not None:
        company = lock_company(company)  # its row is written after the entry of the load
    _check_fresh(company, loading)
    difference = get_difference(company, loading.company, loading.sheets, loading.day)
    _check_fresh(company, loading)  # what others commit while the tables are read may stand in some of them only
    check_loadable(difference)
    if difference.removed and not loading.accepts_removal:
        raise RemovalError(difference)
    if difference:
        _write(difference, loading, deed)
        _check_alone(company, loading)
    if loading.people_mapping is not None:
        keep_people_mapping(deed.actor, deed.at, company, loading.people_mapping)
    return difference


def _check_fresh(company: Company, loading: Loading) -> None:
    last = get_last_number(company.pk) if company.pk is not None else 0
    if last != loading.read_at_entry:
        raise StaleError(company.code)


def _check_alone(company: Company, loading: Loading) -> None:
    """Refuse to end where somebody changed rows while the load was written: a value may be of a goal that is gone."""
    if count_entries_since(company.pk, loading.read_at_entry) != 1:
        raise StaleError(company.code)


def check_loadable(difference: CompanyDifference) -> None:
    """Refuse what no acceptance makes possible.

    Args:
        difference: What a load would change.

    Raises:
        CurrencyError: The currency would change.
        TakenCodeError: A new code is one that another table of its space has or had.
        SameRowError: The file has a row twice, with its code and with a former one.
    """
    if not difference.is_new and "currency" in difference.header:
        default = TABLES["company"].by_name["currency"].default
        old, new = (cells["currency"] or default for cells in (difference.old_header, difference.header))
        if old != new and _has_amounts(difference):
            raise CurrencyError(difference.company.code)
    _check_codes(difference)
    _check_former_codes(difference)


def _has_amounts(difference: CompanyDifference) -> bool:
    return any(
        bool((rows.columns[column.name] >= 0).any())
        for rows in difference.stored.values()
        for column in rows.table.columns
        if column.type == "money"
    )


def _check_codes(difference: CompanyDifference) -> None:
    """Refuse new codes that another table of their space uses or used."""
    for space in SHARED_CODE_SPACES:
        for name in space:
            change = difference.tables.get(name)
            new = set(change.rows.columns["code"][change.is_new].tolist()) if change is not None else set()
            for other in space:
                used = {*difference.stored[other].columns["code"].tolist(), *difference.aliases.get(other, ())}
                if other != name and new & used:
                    raise TakenCodeError(name, min(new & used), other)


def _check_former_codes(difference: CompanyDifference) -> None:
    """Refuse a file that has a renamed row twice."""
    for name, former_codes in difference.aliases.items():
        if name in difference.tables:
            rows, given = difference.tables[name].rows, getattr(difference.company, name).code
            for former, record_id in former_codes.items():
                places = np.flatnonzero(rows.ids == record_id)
                if len(places) > 1 and former in given[places]:
                    raise SameRowError(name, str(rows.columns["code"][places[0]]), former)


def _write(difference: CompanyDifference, loading: Loading, deed: Deed) -> None:
    company = difference.row
    _write_own_row(company, difference, deed.company_id)
    changing = {name: change for name, change in difference.tables.items() if change}
    for name, change in changing.items():
        apply_difference(change, difference.stored[name], company.pk, loading.day, deed.at)
    details = {
        "day": loading.day.isoformat(),
        "sheets": list(difference.new_sheets),
        "tables": difference.counts,
    }
    written = write_changes(company.pk, difference.row_changes())
    changed = {name: change.changed_ids(difference.stored[name]) for name, change in changing.items()}
    rows = {name: ids.tolist() if len(ids) <= _MOST_NAMED else None for name, ids in changed.items()}
    publish(RowsChanged(company.pk, {"company": None, **rows}, deed.at))
    record_entry(deed, "load_company", details, written)


def _write_own_row(company: Company, difference: CompanyDifference, company_id: int) -> None:
    """Save the company's own row where it changes, and raise its version."""
    for name, cells in difference.header.items():
        setattr(company, name, cells)
    if difference.header or difference.new_sheets:
        company.sheets = [name for name in TABLES if name in {*company.sheets, *difference.new_sheets}]
        company.version += not difference.is_new
        company.pk = company_id
        company.save(force_insert=difference.is_new)


# --- Backup ----------------------------------------------------------------------------------------


def record_backup(actor: str, at: datetime.datetime, manifest: Manifest) -> None:
    """Write into the installation's own trail that companies were backed up.

    It is not in the companies' trails: what is restored has the trail that was backed up, no more and no less.
    """
    codes = [section.code for section in manifest.sections if section.code]
    with company_scope(0), transaction.atomic():
        record_entry(Deed(0, "", actor, at), "back_up", {"companies": codes, "moment": manifest.made_at}, [])


class RestoreError(Exception):
    """What was restored is not what was backed up, so all of it was undone.

    Attributes:
        code: The company, "" for the installation's own trail.
        differing: Names of the models with other rows; `report` for the report.
    """

    def __init__(self, code: str, differing: Sequence[str]) -> None:
        self.code, self.differing = code, list(differing)
        super().__init__(code)


@dataclass(frozen=True)
class Restored:
    """A section that was restored.

    Attributes:
        section: What the backup has.
        is_same_report: Whether the report is the one of the backup; only another engine's may differ.
    """

    section: Section
    is_same_report: bool


def restore_backup(
    actor: str, at: datetime.datetime, backup: Backup, sections: Sequence[Section]
) -> tuple[Restored, ...]:
    """Put sections of a backup into this database, all of them or nothing, and compare what is there with the backup.

    Args:
        actor: Who does it.
        at: When.
        backup: The backup.
        sections: Those of its sections that are wanted.

    Raises:
        BackupError: The backup is damaged.
        ForeignContentError: The backup has something that this version does not know.
        ExistingCompanyError: A company of the same code is there.
        LockedError: A company of the same code is being loaded.
        RestoreError: What was restored differs from what was backed up.
    """
    codes = sorted(section.code for section in sections if section.code)
    with ExitStack() as locks, ExitStack() as undoing:
        for code in codes:
            locks.enter_context(lock(f"load {code}"))
        with transaction.atomic():
            for code in codes:
                if find_company(code) is not None:
                    raise ExistingCompanyError(code)
            restored = tuple(_restore(backup, section, undoing) for section in sections)
            for code in codes:
                company = find_company(code)
                if company is not None:
                    with company_scope(company.pk):
                        publish(RowsChanged(company.pk, dict.fromkeys(company.sheets), at))
            with company_scope(0):
                for code in codes:
                    _record_restoring(actor, at, backup, code)
        undoing.pop_all()
    return restored


def _restore(backup: Backup, section: Section, undoing: ExitStack) -> Restored:
    """Restore a section; `undoing` learns how to take its files away again, which no rollback does."""
    wanted = {_known_model(part.model): part for part in section.parts}
    unpacking = Unpacking({model: part.rows for model, part in wanted.items()})
    if section.files:
        undoing.callback(remove_files, unpacking.company_id)
    with company_scope(unpacking.company_id):
        for attached in section.files:
            keep_pieces(unpacking.company_id, attached.sha256, backup.pieces(section, attached))
        return _unpack(backup, section, unpacking)


def _unpack(backup: Backup, section: Section, unpacking: Unpacking) -> Restored:
    above = {model._meta.label_lower: _last_id(model) for model in list_models()}
    for part in section.parts:
        unpacking.insert(_known_model(part.model), backup.blocks(section, part))
    differing = list_differing_parts(section, Packing(unpacking.company_id, above))
    if differing:
        raise RestoreError(section.code, differing)
    if not section.code:
        return Restored(section, is_same_report=True)
    company = find_company(section.code)
    if company is None or company.pk != unpacking.company_id:
        raise ForeignContentError("organisation.company.code")
    is_same = get_report_digest(company, datetime.date.fromisoformat(section.day)) == section.report
    if not is_same and backup.manifest.method == get_method():
        raise RestoreError(section.code, ["report"])
    return Restored(section, is_same)


def _known_model(name: str) -> type[models.Model]:
    model = find_model(name)
    if model is None:
        raise ForeignContentError(name)
    return model


def _last_id(model: type[models.Model]) -> int:
    return model._base_manager.aggregate(last=models.Max("id"))["last"] or 0


def _record_restoring(actor: str, at: datetime.datetime, backup: Backup, code: str) -> None:
    """Write the restoring into the installation's own trail."""
    details = {"moment": backup.manifest.made_at, "version": backup.manifest.version}
    record_entry(Deed(0, code, actor, at), "restore_company", details, [])
