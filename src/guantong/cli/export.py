"""`guantong export`: write a company of the database as a workbook or CSV folder."""

import argparse
import datetime
import sys
from pathlib import Path

from guantong.audit.queries import get_rows_known
from guantong.cli.database import company_named, stored_company
from guantong.cli.opening import UsageError
from guantong.cli.options import add_company, add_day, add_known_on, add_language
from guantong.cli.saving import check_free, save_company
from guantong.engine.company import Company
from guantong.formats.cell_rows import company_of_rows
from guantong.messages.labels import label
from guantong.organisation.queries import end_of_day


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong export`."""
    parser.add_argument("path", metavar="PATH", help=".xlsx,否则为 CSV 文件夹 · an .xlsx file, or else a CSV folder")
    add_company(parser)
    add_day(parser)
    add_known_on(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong export`; returns the exit status."""
    path = Path(arguments.path)
    language = arguments.lang or "zh"
    check_free(path, language)
    if arguments.known_on:
        company, day = known_company(arguments)
    else:
        company, day = stored_company(arguments.company, arguments.as_of, language)
    language = arguments.lang or company.setting("language")
    save_company(company, path, language)
    sys.stdout.write(label("export.done", language, company=company.code, day=day.isoformat(), path=path) + "\n")
    return 0


def known_company(arguments: argparse.Namespace) -> tuple[Company, datetime.date]:
    """Return the company as the database knew it at the end of the day `arguments.known_on`, from its trail.

    Raises:
        UsageError: No company has the code, or it was not there yet.
    """
    language, day = arguments.lang or "zh", arguments.known_on
    company = company_named(arguments.company, language)
    rows = get_rows_known(company.pk, end_of_day(company, day))
    if not rows:
        raise UsageError(label("errors.not_known_yet", language, company=company.code, day=day.isoformat()))
    return company_of_rows(rows), day
