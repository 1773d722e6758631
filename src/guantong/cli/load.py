"""`guantong load`: make a company of the database what a workbook says, all of it or nothing."""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guantong import clock
from guantong.audit.queries import get_last_number
from guantong.cli.database import OPERATOR, company_named
from guantong.cli.load_text import difference_document, write_difference
from guantong.cli.opening import UsageError, progress, write_warnings
from guantong.cli.options import add_company, add_file, add_format, add_language, add_on
from guantong.cli.printing import print_text
from guantong.cli.refusals import refusals
from guantong.cli.report_json import document_text
from guantong.exchange.actions import Loading, RemovalError, StaleError, check_loadable, load_company
from guantong.exchange.queries import CompanyDifference, get_difference
from guantong.findings.queries import is_small
from guantong.formats.workbook import Into, Reading, read_company
from guantong.kit.separation import switch_company
from guantong.messages.labels import label
from guantong.organisation.models import Company
from guantong.organisation.queries import (
    company_day,
    find_company,
    get_engine_company,
    list_companies,
    list_new_codes,
)

_ATTEMPTS = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong load`."""
    add_file(parser)
    add_company(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="只显示差异,不写入 · show the difference and write nothing"
    )
    parser.add_argument(
        "--accept", action="store_true", help="接受移除文件中没有的行 · accept that rows the file lacks are removed"
    )
    add_on(parser)
    add_format(parser)
    add_language(parser)


@dataclass(frozen=True)
class _Read:
    reading: Reading
    company: Company | None
    entry: int


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong load`; returns 0 where it is loaded or nothing differs, 1 where it waits for acceptance."""
    for _ in range(_ATTEMPTS):
        read = _read(arguments)
        language = arguments.lang or read.reading.company.setting("language")
        try:
            difference, is_loaded = _load(arguments, read, language), not arguments.dry_run
        except StaleError:
            continue
        except RemovalError as error:
            difference, is_loaded = error.difference, False
        write_warnings(read.reading, language)
        _say(difference, arguments, language, is_loaded=is_loaded)
        return int(bool(difference.removed) and not is_loaded and not arguments.dry_run)
    raise UsageError(label("errors.busy_company", arguments.lang or "zh"))


def _read(arguments: argparse.Namespace) -> _Read:
    """Read the file against the company that it is loaded into."""
    language, path = arguments.lang or "zh", Path(arguments.file)
    found: list[Any] = [None, 0]

    def base(code: str) -> Into | None:
        if arguments.company is not None and code and code != arguments.company:
            company_named(arguments.company, language)
            raise UsageError(label("errors.other_company", language, code=code, company=arguments.company))
        if not code and arguments.company is None and not list_companies():
            return None  # then the sheet `company` is what is missing
        company = find_company(code) if code else company_named(arguments.company, language)
        if company is None:
            return None
        switch_company(company.pk)
        found[:] = company, get_last_number(company.pk)
        day = arguments.on or company_day(company, clock.now())
        return Into(frozenset(company.sheets), lambda: get_engine_company(company, day), list_new_codes(company))

    with progress(label("progress.read", language, name=path.name)):
        reading = read_company(path, base=base)
    return _Read(reading, *found)


def _load(arguments: argparse.Namespace, read: _Read, language: str) -> CompanyDifference:
    company, sheets = read.reading.company, frozenset(read.reading.row_numbers)
    day = arguments.on or clock.today(company.setting("timezone"))
    with refusals(company.code, language), progress(label("progress.load", language, name=company.code)):
        if not arguments.dry_run:
            loading = Loading(company, sheets, read.entry, day, arguments.accept)
            difference = load_company(OPERATOR, clock.now(), loading)
            switch_company(difference.row.pk)
            return difference
        difference = get_difference(read.company or Company(code=company.code), company, sheets, day)
        check_loadable(difference)
        return difference


def _say(difference: CompanyDifference, arguments: argparse.Namespace, language: str, *, is_loaded: bool) -> None:
    if arguments.format == "json":
        sys.stdout.write(document_text(difference_document(difference, is_loaded=is_loaded)))
        return
    print_text(lambda console: write_difference(console, difference, language))
    if not difference:
        outcome = "load.nothing"
    elif is_loaded:
        outcome = "load.done"
    else:
        outcome = "load.dry_run" if arguments.dry_run else "load.acceptance"
    words = label(outcome, language, company=difference.company.code, removed=f"{difference.removed:,}")
    sys.stdout.write(words + "\n")
    if is_loaded and difference and not is_small(difference.row.pk):
        sys.stdout.write(label("load.check_follows", language) + "\n")
