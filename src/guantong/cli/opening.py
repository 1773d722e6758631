"""Opening a company for a command: read its workbook, see it on a day, say what could not be read."""

import argparse
import datetime
import difflib
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from guantong import clock
from guantong.cli.naming import Names
from guantong.cli.report_json import document_text
from guantong.engine.calendar import day_number
from guantong.engine.company import Company
from guantong.engine.snapshot import NoYearError, Snapshot
from guantong.formats.problems import InputError, Problem
from guantong.formats.workbook import Reading, read_company
from guantong.messages.input import problem_entry, problem_line
from guantong.messages.labels import label

UNREADABLE = 2


class UsageError(Exception):
    """An argument that names nothing; the text says what would."""


@dataclass(frozen=True)
class Opened:
    """A company opened from a workbook: what was read, the company on the day, the reader's language and its names."""

    reading: Reading
    snapshot: Snapshot
    language: str
    names: Names


def open_workbook(arguments: argparse.Namespace) -> Opened:
    """Open `arguments.file` on `arguments.as_of` in `arguments.lang`; warnings go to standard error.

    Raises:
        InputError: What could not be read.
        UsageError: No file is given.
    """
    language = arguments.lang or "zh"
    if arguments.file is None:
        raise UsageError(label("errors.file", language))
    reading = read_workbook(Path(arguments.file), language)
    snapshot = open_snapshot(reading.company, arguments.as_of)
    language = arguments.lang or reading.company.setting("language")
    write_warnings(reading, language)
    return Opened(reading, snapshot, language, Names(reading.company, language))


def open_company(arguments: argparse.Namespace) -> Opened:
    """Open `arguments.file`, or the company `arguments.company` of the database, as `open_workbook` does.

    Raises:
        InputError: What could not be read.
        UsageError: Not one of the two is given, or no company has the code.
    """
    if arguments.company is None:
        return open_workbook(arguments)
    if arguments.file is not None:
        raise UsageError(label("errors.source", arguments.lang or "zh"))
    from guantong.cli.database import start_django, stored_company

    start_django()
    company, day = stored_company(arguments.company, arguments.as_of, arguments.lang or "zh")
    language = arguments.lang or company.setting("language")
    return Opened(Reading(company, (), {}), open_snapshot(company, day), language, Names(company, language))


def goal_named(opened: Opened, code: str) -> int:
    """Return the position of a goal.

    Raises:
        UsageError: No goal has the code.
    """
    codes = opened.snapshot.company.goals.code.tolist()
    if code not in codes:
        raise UsageError(label("errors.goal", opened.language, value=code, near=nearest(code, codes)))
    return int(codes.index(code))


def read_workbook(path: Path, language: str) -> Reading:
    """Read a workbook or CSV folder, showing on a terminal that this is under way.

    Raises:
        InputError: What could not be read.
    """
    with progress(label("progress.read", language, name=path.name)):
        return read_company(path)


def open_snapshot(company: Company, as_of: datetime.date | None) -> Snapshot:
    """Return the company on a day, today where none is given.

    Raises:
        InputError: No year contains the day or began before it.
    """
    day = as_of or clock.today(company.setting("timezone"))
    try:
        return Snapshot(company, day_number(day))
    except NoYearError:
        raise InputError([Problem(kind="no_year", sheet="cycles", value=day.isoformat())]) from None


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known words most like one, separated by commas; a dash where none is."""
    return ", ".join(difflib.get_close_matches(word, list(known), n=3, cutoff=0.3)) or "—"


def write_problems(problems: Iterable[Problem], language: str, form: str) -> None:
    """Write all problems of an input to standard error, as lines or as JSON."""
    listed = list(problems)
    if form == "json":
        sys.stderr.write(document_text([problem_entry(problem, language) for problem in listed]))
        return
    for problem in listed:
        sys.stderr.write(problem_line(problem, language) + "\n")
    sys.stderr.write(label("errors.input", language, count=len(listed)) + "\n")


def write_warnings(reading: Reading, language: str) -> None:
    """Write what was passed over in reading to standard error."""
    for warning in reading.warnings:
        sys.stderr.write(f"{label('errors.warnings', language)} {problem_line(warning, language)}\n")


def progress(text: str) -> Any:
    """Return a context that shows what is under way on a terminal and nothing in a pipe."""
    if not sys.stderr.isatty():
        return nullcontext()
    return Console(stderr=True).status(text)
