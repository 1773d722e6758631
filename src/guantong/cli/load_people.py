"""`guantong load-people`: take people from any file into a company, with a cure for whatever is wrong with it."""

import argparse
import datetime
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from guantong import clock
from guantong.cli.load_people_text import Shown, people_document, write_people
from guantong.cli.opening import UsageError, progress, read_workbook, write_warnings
from guantong.cli.options import add_company, add_format, add_language, add_on
from guantong.cli.printing import print_text
from guantong.cli.report_json import document_text
from guantong.cli.saving import check_free, save_company
from guantong.engine.calendar import day_number
from guantong.engine.company import Company
from guantong.formats.people.headings import TARGETS
from guantong.formats.people.loading import PeopleLoad, load_people
from guantong.formats.people.mapping import MappingError, PeopleMapping, complete_mapping, parse_mapping
from guantong.formats.people.source import PeopleFile, read_people_file
from guantong.messages.labels import label
from guantong.messages.people import target_name


@dataclass(frozen=True)
class Base:
    """The company that people are loaded into.

    Attributes:
        company: As it is.
        day: From which changes hold.
        kept: How its file of people was read the last time; empty where it was not.
        former: Present codes of units and people by former ones, by table.
        entry: Last entry of its trail; 0 for a workbook.
    """

    company: Company
    day: datetime.date
    kept: PeopleMapping = field(default_factory=dict)
    former: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    entry: int = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong load-people`."""
    parser.add_argument("file", metavar="FILE", help=".csv 或 .xlsx,一人一行 · .csv or .xlsx, one row a person")
    parser.add_argument(
        "--map",
        action="append",
        metavar="TARGET=HEADING,…",
        help="哪个表头是什么;记住,下次可省略 · which heading is what; kept, so that it can be left out next time",
    )
    add_company(parser)
    parser.add_argument(
        "--workbook",
        metavar="FILE",
        help="载入到这个表格的企业,与 --save 同用 · into the company of this workbook, with --save",
    )
    parser.add_argument("--accept", action="store_true", help="接受所有处理建议 · accept every cure that is proposed")
    parser.add_argument(
        "--leavers",
        action="store_true",
        help="文件中没有的在职员工记为离职 · employed people whom the file lacks have left",
    )
    parser.add_argument("--dry-run", action="store_true", help="只显示,不写入 · show it and write nothing")
    parser.add_argument(
        "--save", metavar="PATH", help="不写数据库,写成表格 · write the company as a workbook, not into the database"
    )
    add_on(parser)
    add_format(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong load-people`; returns 0 where all is well, 1 where problems wait for acceptance.

    Raises:
        InputError: The file or the workbook cannot be read.
        UsageError: The mapping fits no heading, or the arguments do not go together.
    """
    language = arguments.lang or "zh"
    _check_arguments(arguments, language)
    with progress(label("progress.read", language, name=arguments.file)):
        file = read_people_file(Path(arguments.file))
    base = _base(arguments, language)
    language = arguments.lang or base.company.setting("language")
    mapping, source = _mapping(arguments, base, file, language)
    day, marks_absent = day_number(base.day), arguments.leavers
    load = load_people(file, mapping, base.company, day, former=base.former, marks_absent=marks_absent)
    outcome = _outcome(arguments, load)
    if outcome in ("done", "nothing", "saved"):
        _write(arguments, base, load, mapping, language)
    _say(arguments, Shown(file, mapping, source, load, outcome), language)
    return int(outcome == "waits")


def _check_arguments(arguments: argparse.Namespace, language: str) -> None:
    if arguments.workbook is not None and arguments.save is None and not arguments.dry_run:
        raise UsageError(label("errors.people_save", language))
    if arguments.workbook is not None and arguments.company is not None:
        raise UsageError(label("errors.source", language))
    if arguments.save is not None:
        check_free(Path(arguments.save), language)


def _base(arguments: argparse.Namespace, language: str) -> Base:
    if arguments.workbook is not None:
        reading = read_workbook(Path(arguments.workbook), language)
        write_warnings(reading, arguments.lang or reading.company.setting("language"))
        return Base(reading.company, arguments.on or clock.today(reading.company.setting("timezone")))
    from guantong.cli.database import start_django

    start_django()
    from guantong.cli.people_store import stored_base

    return stored_base(arguments)


def _mapping(
    arguments: argparse.Namespace, base: Base, file: PeopleFile, language: str
) -> tuple[PeopleMapping, Mapping[str, str]]:
    """Return the mapping of the file, and where each target of it comes from."""
    try:
        given = parse_mapping(arguments.map or [])
        is_kept = arguments.map is None and bool(base.kept)
        mapping = complete_mapping(base.kept if is_kept else given, file.headings, guesses=not is_kept)
    except MappingError as error:
        raise UsageError(_mapping_words(error, file, language)) from None
    return mapping, {target: "kept" if is_kept else "given" if target in given else "guessed" for target in mapping}


def _mapping_words(error: MappingError, file: PeopleFile, language: str) -> str:
    targets = ", ".join(f"{target} ({target_name(target, language)})" for target in TARGETS)
    words = {"value": error.value, "near": error.near or "—", "target": error.target, "file": file.name}
    return label(
        f"load_people.mapping.{error.kind}", language, **words, targets=targets, known=", ".join(file.headings)
    )


def _outcome(arguments: argparse.Namespace, load: PeopleLoad) -> str:
    if not load.changes and arguments.save is None:
        return "nothing"
    if load.problems and not arguments.accept:
        return "waits"
    if arguments.dry_run:
        return "dry_run"
    return "done" if arguments.save is None else "saved"


def _write(arguments: argparse.Namespace, base: Base, load: PeopleLoad, mapping: PeopleMapping, language: str) -> None:
    if arguments.dry_run:
        return
    if arguments.save is not None:
        save_company(load.company, Path(arguments.save), language)
        return
    from guantong.cli.people_store import store_people

    store_people(base, load, mapping, language)


def _say(arguments: argparse.Namespace, shown: Shown, language: str) -> None:
    if arguments.format == "json":
        sys.stdout.write(document_text(people_document(shown, language)))
        return
    print_text(lambda console: write_people(console, shown, language))
    company = shown.load.company
    words = {
        "company": company.code,
        "count": f"{len(shown.load.problems):,}",
        "path": arguments.save,
        "file": shown.file.name,
    }
    sys.stdout.write(label(f"load_people.{shown.outcome}", language, **words) + "\n")
