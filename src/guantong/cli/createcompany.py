"""`guantong createcompany`: make an empty company in the database."""

import argparse
import sys

from guantong import clock
from guantong.cli.database import OPERATOR
from guantong.cli.opening import UsageError
from guantong.cli.options import add_language
from guantong.engine.tables import CHOICES
from guantong.formats.cell_rows import company_of_row
from guantong.messages.labels import label
from guantong.organisation.actions import ExistingCompanyError, create_company


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong createcompany`."""
    parser.add_argument("code", metavar="CODE", help="编码 · its code")
    parser.add_argument("name", metavar="NAME", help="名称 · its name")
    parser.add_argument("--currency", default="CNY", help="币种 · currency, three letters (CNY)")
    parser.add_argument("--stage", choices=tuple(CHOICES["stage"]), default="mature", help="阶段 · stage (mature)")
    parser.add_argument("--timezone", default="Asia/Shanghai", help="时区 · time zone (Asia/Shanghai)")
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong createcompany`; returns the exit status.

    Raises:
        InputError: What the company's row may not hold.
        UsageError: The code is taken.
    """
    language = arguments.lang or "zh"
    row = {name: getattr(arguments, name) for name in ("code", "name", "currency", "stage", "timezone")}
    company = company_of_row({**row, "language": language})
    try:
        create_company(OPERATOR, clock.now(), company)
    except ExistingCompanyError:
        raise UsageError(label("errors.company_exists", language, value=company.code)) from None
    sys.stdout.write(label("createcompany.done", language, company=company.code) + "\n")
    return 0
