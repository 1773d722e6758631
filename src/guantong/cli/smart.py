"""`guantong smart`: read goal texts and say per letter of SMART what each states by itself."""

import argparse
import datetime
import sys
from collections.abc import Sequence
from typing import Any

from guantong import clock
from guantong.cli.opening import UsageError
from guantong.cli.options import add_day, add_format, add_language
from guantong.cli.printing import print_text
from guantong.cli.report_json import document_text
from guantong.cli.smart_text import write_readings
from guantong.engine.reading import FIELDS, Change, GoalReading, Read, read_goal, stated_letters
from guantong.formats.significant import significant
from guantong.messages.labels import label

_ZONE = "Asia/Shanghai"
FIRST_YEAR, LAST_YEAR = 1901, 2999


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong smart`."""
    parser.add_argument(
        "texts",
        nargs="+",
        metavar="TEXT",
        help="目标原文;- 从标准输入逐行读 · goal texts; - reads one a line from stdin",
    )
    parser.add_argument(
        "--cycle-year",
        type=int,
        metavar="YEAR",
        help="本年指哪一年 · the year that “this year” means (that of --as-of)",
    )
    add_day(parser)
    add_format(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong smart`; returns the exit status.

    Raises:
        UsageError: A text is empty or no Unicode, or the year is none.
    """
    language = arguments.lang or "zh"
    year = arguments.cycle_year
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        raise UsageError(label("errors.cycle_year", language, value=year))
    texts = texts_given(arguments.texts, language)
    day = reading_day(arguments.as_of, year)
    readings = [(text, read_goal(text, day, year)) for text in texts]
    if arguments.format == "json":
        document = {
            "as_of": day.isoformat(),
            "cycle_year": year,
            "texts": [reading_entry(text, reading, language) for text, reading in readings],
        }
        sys.stdout.write(document_text(document))
    else:
        print_text(lambda console: write_readings(console, readings, language))
    return 0


def reading_day(as_of: datetime.date | None, year: int | None) -> datetime.date:
    """Return the day from which texts are read: as stated, else the first of the cycle's year, else today."""
    if as_of is None and year is not None:
        return datetime.date(year, 1, 1)
    return as_of or clock.today(_ZONE)


def texts_given(words: Sequence[str], language: str) -> list[str]:
    """Return the texts of the arguments, those of standard input where one is `-`; blank lines there are passed over.

    Raises:
        UsageError: A text is empty, standard input holds none, or one is no Unicode.
    """
    texts: list[str] = []
    for word in words:
        texts += _lines(language) if word == "-" else [word]
    if not texts or any(not text.strip() for text in texts):
        raise UsageError(label("errors.goal_text", language))
    if any("\ud800" <= sign <= "\udfff" for text in texts for sign in text):
        raise UsageError(label("errors.not_unicode", language))
    return [text.strip() for text in texts]


def _lines(language: str) -> list[str]:
    try:
        content = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(label("errors.not_unicode", language)) from None
    return [line for line in content.splitlines() if line.strip()]


def reading_entry(text: str, reading: GoalReading, language: str) -> dict[str, Any]:
    """Return a reading as it stands in the JSON: letters, and each field with confidence and span."""
    letters = stated_letters(reading)
    entry: dict[str, Any] = significant(
        {
            "text": text,
            "letters": {
                letter: {
                    "passes": holds,
                    "reason": reason,
                    "message": label(f"smart.reasons.{letter}.{reason}", language),
                }
                for letter, (holds, reason) in letters.items()
            },
            "fields": {name: _field(read) for name in FIELDS if (read := getattr(reading, name)) is not None},
            "wishes": [_field(read) for read in reading.wishes],
        }
    )
    return entry


def _field(read: Read[Any]) -> dict[str, Any]:
    value = read.value
    if isinstance(value, Change):
        value = {"amount": value.amount, "relative": value.relative}
    elif isinstance(value, datetime.date):
        value = value.isoformat()
    return {"value": value, "confidence": read.confidence, "start": read.start, "end": read.end}
