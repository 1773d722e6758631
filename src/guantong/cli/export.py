"""`guantong export`: write a company of the database as a workbook or CSV folder."""

import argparse
import sys
from pathlib import Path

from guantong.cli.database import stored_company
from guantong.cli.options import add_company, add_day, add_language
from guantong.cli.saving import check_free, save_company
from guantong.messages.labels import label


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong export`."""
    parser.add_argument("path", metavar="PATH", help=".xlsx,否则为 CSV 文件夹 · an .xlsx file, or else a CSV folder")
    add_company(parser)
    add_day(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong export`; returns the exit status."""
    path = Path(arguments.path)
    check_free(path, arguments.lang or "zh")
    company, day = stored_company(arguments)
    language = arguments.lang or company.setting("language")
    save_company(company, path, language)
    sys.stdout.write(label("export.done", language, company=company.code, day=day.isoformat(), path=path) + "\n")
    return 0
