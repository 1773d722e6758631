"""`guantong bench`: measure how fast the check is on synthetic companies, and keep the table in a document."""

import argparse
import itertools
import os
import platform
import re
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import numpy as np

from guantong import clock
from guantong.cli.bench_company import LARGEST, SMALLEST, synthetic_company
from guantong.cli.bench_stages import (
    READING_ROUNDS,
    ROUNDS,
    Measurement,
    chapters,
    measure_alone,
    measure_check,
    measure_reading,
)
from guantong.cli.bench_table import markdown_table, write_table
from guantong.cli.opening import UsageError, progress
from guantong.cli.options import add_format, add_language
from guantong.cli.printing import print_text
from guantong.cli.report_json import document_text, significant
from guantong.messages.labels import label

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
_READ_UP_TO = 100_000
_ZONE = "Asia/Shanghai"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong bench`."""
    parser.add_argument(
        "--goals",
        default="10000,100000",
        metavar="N,N",
        help=f"目标数量,{SMALLEST} 到 {LARGEST} · numbers of goals (10000,100000)",
    )
    parser.add_argument("--write", metavar="PATH", help="把表格写入此文档的标记之间 · put the table into this document")
    parser.add_argument(
        "--full", action="store_true", help="也测量大企业的读取 · also measure reading more than 100000 goals"
    )
    add_format(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong bench`; returns the exit status."""
    language = arguments.lang or "zh"
    sizes = _sizes(arguments.goals, language)
    path = Path(arguments.write) if arguments.write is not None else None
    if path is not None:
        _split(path, language)  # before anything is measured
    document = significant(_document(sizes, language, full=arguments.full))
    if path is not None:
        _put(path, markdown_table(document, language), language)
    if arguments.format == "json":
        sys.stdout.write(document_text(document))
        return 0
    print_text(lambda console: write_table(console, document, language))
    if path is not None:
        sys.stdout.write(label("bench.written", language, path=path) + "\n")
    return 0


def _sizes(text: str, language: str) -> list[int]:
    """Return the numbers of goals that a list names, ascending, each once.

    Raises:
        UsageError: One is no number, or none that a synthetic company can have.
    """
    words = [word.strip() for word in text.split(",")]
    for word in words:
        if not re.fullmatch(r"[0-9]{1,9}", word) or not SMALLEST <= int(word) <= LARGEST:
            value = word or text
            raise UsageError(label("errors.goals", language, value=value, smallest=SMALLEST, largest=LARGEST))
    return sorted({int(word) for word in words})


def _document(sizes: list[int], language: str, *, full: bool) -> dict[str, Any]:
    """Return everything measured as the public JSON document; the load is the one before it begins."""
    machine = _machine()
    measured = []
    for size in sizes:
        with progress(label("bench.progress", language, goals=f"{size:,}")):
            read = measured_or_refused(measure_reading, size, language) if full or size <= _READ_UP_TO else None
            measured.append(_entry(measured_or_refused(measure_check, size, language), read))
    return {
        "date": clock.today(_ZONE).isoformat(),
        "machine": machine,
        "rounds": ROUNDS,
        "reading_rounds": READING_ROUNDS,
        "silent_families": chapters(synthetic_company(SMALLEST).company, silent=True),
        "sizes": measured,
        "growth": [_growth(smaller, larger) for smaller, larger in itertools.pairwise(measured)],
    }


def _machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def measured_or_refused(measure: Callable[[int], Measurement], size: int, language: str) -> Measurement:
    """Return a measurement of `size` goals made in a process of its own.

    Raises:
        UsageError: The process ended before its time.
    """
    try:
        return measure_alone(measure, size)
    except BrokenProcessPool:
        raise UsageError(label("errors.ended", language, goals=f"{size:,}")) from None


def _entry(checked: Measurement, read: Measurement | None) -> dict[str, Any]:
    stages = ((*read.stages,) if read else ()) + checked.stages
    return {
        **checked.counts,
        "memory_bytes": checked.memory,
        "reading_memory_bytes": read.memory if read else None,
        "stages": [
            {
                "stage": stage.name,
                "seconds": stage.seconds,
                "pass_seconds": stage.copying,
                "passes": stage.passes,
                "column_bytes": stage.column_bytes,
            }
            for stage in stages
        ],
    }


def _growth(smaller: dict[str, Any], larger: dict[str, Any]) -> dict[str, Any]:
    """Return by how much more than in proportion to the goals the time of roll-up and check grows."""

    def per_goal(entry: dict[str, Any], name: str) -> float:
        return next(stage["seconds"] for stage in entry["stages"] if stage["stage"] == name) / entry["goals"]

    ratios = {name: per_goal(larger, name) / per_goal(smaller, name) for name in ("rollup", "check")}
    return {"smaller": smaller["goals"], "larger": larger["goals"], **ratios}


def _split(path: Path, language: str) -> tuple[str, str]:
    """Return what stands before and after the table's place in a document, the markers included.

    Raises:
        UsageError: The document cannot be read, or does not hold both markers once and in order.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "UTF-8"
        raise UsageError(label("errors.write", language, path=path, reason=reason)) from None
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    if text.count(BEGIN) != 1 or text.count(END) != 1 or END not in rest:
        raise UsageError(label("errors.markers", language, path=path, begin=BEGIN, end=END))
    return before + BEGIN, END + after


def _put(path: Path, table: str, language: str) -> None:
    """Put the table between the markers of a document, in one step.

    Raises:
        UsageError: The document cannot be written.
    """
    before, after = _split(path, language)
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as work:
            place = Path(work) / path.name
            place.write_text(f"{before}\n{table}{after}", encoding="utf-8")
            place.replace(path)
    except OSError as error:
        raise UsageError(label("errors.write", language, path=path, reason=error.strerror)) from None
