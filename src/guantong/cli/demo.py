"""`guantong demo`: check the demo company, built for today; or write its workbook."""

import argparse
import datetime
import sys
from pathlib import Path

from guantong import clock
from guantong.cli.check import narrowed, write_report
from guantong.cli.database import start_django
from guantong.cli.naming import Names
from guantong.cli.opening import open_snapshot
from guantong.cli.options import add_report_options
from guantong.cli.saving import save_company
from guantong.demo.company import build_demo
from guantong.engine.check import check
from guantong.engine.company import Company
from guantong.messages.labels import label

_ZONE = "Asia/Shanghai"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong demo`."""
    parser.add_argument(
        "--healthy", action="store_true", help="改好全部断点的孪生企业 · its twin in which every break is mended"
    )
    parser.add_argument("--save", metavar="PATH", help="写出示范表格 · write the demo's .xlsx or CSV folder instead")
    add_report_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong demo`; its planted breaks are no failure, so the exit status is 0."""
    language = arguments.lang or "zh"
    day = arguments.as_of or clock.today(_ZONE)
    company = build_demo(day, language, healthy=arguments.healthy)
    if arguments.save is not None:
        save_demo(company, Path(arguments.save), language)
        return 0
    snapshot = open_snapshot(company, day)
    names = Names(company, language)
    report = narrowed(check(snapshot), snapshot, arguments, language)
    if arguments.format == "json":
        write_report(report, names, "json")
        return 0
    intro = "demo.healthy" if arguments.healthy else "demo.intro"
    sys.stdout.write(label(intro, language, day=day.isoformat()) + "\n\n")
    write_report(report, names, "text")
    sys.stdout.write(f"\n{label('demo.next', language)}\n{label('demo.save', language)}\n")
    if not arguments.healthy:
        sys.stdout.flush()
        sys.stdout.write(label("demo.kept" if keep_demo(company, day, language) else "demo.beside", language) + "\n")
    return 0


def keep_demo(company: Company, day: datetime.date, language: str) -> bool:
    """Put the demo company into the database as it stands on a day; returns whether that was done.

    Raises:
        UsageError: The database cannot be used, or somebody else puts the demo company there at this moment.
    """
    start_django()
    from guantong.audit.queries import get_last_number
    from guantong.cli.refusals import load_or_refuse
    from guantong.exchange.actions import Loading
    from guantong.kit.separation import switch_company
    from guantong.organisation.queries import list_companies

    companies = list_companies()
    if not all(known.is_demo for known in companies):
        return False
    same = next((known.pk for known in companies if known.code == company.code), 0)
    switch_company(same)
    entry = get_last_number(same) if same else 0
    loading = Loading(company, company.present, entry, day, accepts_removal=True, is_demo=True)
    load_or_refuse(loading, language)
    return True


def save_demo(company: Company, path: Path, language: str) -> None:
    """Write the demo company as a workbook or CSV folder.

    Raises:
        UsageError: The path exists already or cannot be written.
    """
    save_company(company, path, language)
    sys.stdout.write(label("demo.saved", language, path=path) + "\n")
