"""Changing the company itself."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, models, transaction

from guantong.audit.actions import Deed, RowChange, record_entry, record_key
from guantong.engine import company as engine
from guantong.engine.tables import TABLES
from guantong.kit.bulk import reserve_ids
from guantong.kit.coded_texts import CODES_AS_TEXT, renamed_text, subject_tables
from guantong.kit.events import publish
from guantong.kit.records import REGISTRY
from guantong.kit.separation import company_scope
from guantong.organisation.events import CodeRenamed, RowsChanged
from guantong.organisation.models import CodeAlias, Company
from guantong.organisation.queries import find_company, find_records, header_text, header_values, is_code_taken


class ExistingCompanyError(Exception):
    """A company has the code already."""


def create_company(actor: str, at: datetime.datetime, wanted: engine.Company, *, is_demo: bool = False) -> Company:
    """Make an empty company.

    Args:
        actor: Who does it.
        at: When.
        wanted: An engine company, of which only the row of its own sheet is taken.
        is_demo: Whether it is the demo company.

    Raises:
        ExistingCompanyError: A company has the code already.
    """
    with transaction.atomic():
        if find_company(wanted.code) is not None:
            raise ExistingCompanyError(wanted.code)
        values = header_values(wanted)
        company = Company(pk=reserve_company_id(), **values, sheets=["company"], is_demo=is_demo, created_at=at)
        with company_scope(company.pk):
            _save_new(company)
            cells = {name: text for name, value in values.items() if (text := header_text(value))}
            change = RowChange("company", company.pk, wanted.code, "create", {}, cells)
            record_entry(Deed(company.pk, wanted.code, actor, at), "create_company", {}, [change])
    return company


def reserve_company_id() -> int:
    """Return the id of a company that is to be made: its rows can only be written within its scope."""
    return int(reserve_ids(Company, 1)[0])


def _save_new(company: Company) -> None:
    try:
        with transaction.atomic():
            company.save(force_insert=True)
    except IntegrityError:
        raise ExistingCompanyError(company.code) from None  # somebody made it since the caller looked


def lock_company(company: Company) -> Company:
    """Return the company as it is now; until the transaction ends nobody else gets it."""
    locked: Company = Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    return locked


def add_sheet(company: Company, table: str) -> None:
    """Have a table count as there from now on, as its first row makes it."""
    if table not in company.sheets:
        fresh = lock_company(company)
        fresh.sheets = [name for name in TABLES if name in {*fresh.sheets, table}]
        fresh.save()
        company.sheets = fresh.sheets


class UnknownCodeError(Exception):
    """No row of the table has the code."""


class TakenCodeError(Exception):
    """The code is or was another row's, of this table or one that shares its codes."""


def rename_record(company: Company, deed: Deed, table: str, code: str, new_code: str) -> None:
    """Give a row another code; the former one still leads to it, and nothing else may take it.

    Args:
        company: The company.
        deed: Who does it, and when.
        table: A table whose key is a code.
        code: The row's code, or a former one.
        new_code: Its new code; one that this row had before is allowed.

    Raises:
        UnknownCodeError: No row has the code.
        TakenCodeError: The new code is or was another row's.
    """
    model = REGISTRY[table]
    with transaction.atomic():
        lock_company(company)  # no two renames at once: a code must be free in all tables of its space
        row = find_records(company, model, [code]).get(code)
        if row is None:
            raise UnknownCodeError(code)
        own = CodeAlias.objects.filter(company=company, table=table, code=new_code, record_id=row.pk)
        if row.code == new_code:
            return
        if not own.exists() and is_code_taken(company, table, new_code):
            raise TakenCodeError(new_code)
        own.delete()
        old = row.code
        CodeAlias.objects.create(company=company, table=table, code=old, record_id=row.pk)
        model._base_manager.filter(pk=row.pk).update(code=new_code, version=models.F("version") + 1)
        changes = [
            RowChange(table, row.pk, new_code, "change", {"code": old}, {"code": new_code}),
            *_rename_texts(company, table, old, new_code),
        ]
        publish(CodeRenamed(company.pk, table, old, new_code))
        rows: dict[str, list[int]] = {}
        for change in changes:
            rows.setdefault(change.table, []).append(change.record_id)
        publish(RowsChanged(company.pk, rows, deed.at))
        record_entry(deed, "rename_record", {"table": table}, changes)


def _rename_texts(company: Company, table: str, old: str, new: str) -> list[RowChange]:
    """Write the new code where a column keeps codes as text: origins of plan entries, units of scenarios, waivers."""
    changes = []
    for (holder, column), targets in CODES_AS_TEXT.items():
        model = REGISTRY[holder]
        for row in model._base_manager.filter(company=company, **{f"{column}__startswith": old}):
            text = getattr(row, column)
            new_text = renamed_text(text, targets or subject_tables(row.rule), {table: {old: new}})
            if new_text != text:
                setattr(row, column, new_text)
                row.version += 1
                row.save()
                changes.append(RowChange(holder, row.pk, record_key(row), "change", {column: text}, {column: new_text}))
    return changes


def keep_people_mapping(actor: str, at: datetime.datetime, company: Company, mapping: Mapping[str, Any]) -> None:
    """Keep how the company's people file is read, unless it is kept so already.

    Args:
        actor: Who does it.
        at: When.
        company: The company.
        mapping: Headings by target, as JSON holds them.
    """
    with transaction.atomic():
        if company.people_mapping != mapping:
            old, company.people_mapping = company.people_mapping, dict(mapping)
            company.version += 1
            company.save(update_fields=["people_mapping", "version"])
            deed = Deed(company.pk, str(company.code), actor, at)
            record_entry(deed, "keep_people_mapping", {"before": old, "after": mapping}, [])
