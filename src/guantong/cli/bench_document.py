"""What every benchmark says and refuses: sizes, the machine, a process that ended, the table's place in a document."""

import os
import platform
import re
import tempfile
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import numpy as np

from guantong.cli.bench_company import LARGEST, SMALLEST
from guantong.cli.bench_stages import measure_alone
from guantong.cli.opening import UsageError
from guantong.messages.labels import label


def sizes_of(text: str, language: str) -> list[int]:
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


def machine() -> dict[str, Any]:
    """Return what is measured on, and its load at this moment."""
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def measured_or_refused[**Given, Result](
    goals: int, language: str, measure: Callable[Given, Result], *given: Given.args, **named: Given.kwargs
) -> Result:
    """Return what is measured of so many goals in a process of its own.

    Raises:
        UsageError: The process ended before its time.
    """
    try:
        return measure_alone(measure, *given, **named)
    except BrokenProcessPool:
        raise UsageError(label("errors.ended", language, goals=f"{goals:,}")) from None


def split_document(path: Path, markers: tuple[str, str], language: str) -> tuple[str, str]:
    """Return what stands before and after the table's place in a document, the markers included.

    Raises:
        UsageError: The document cannot be read, or does not hold both markers once and in order.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "UTF-8"
        raise UsageError(label("errors.write", language, path=path, reason=reason)) from None
    begin, end = markers
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    if text.count(begin) != 1 or text.count(end) != 1 or end not in rest:
        raise UsageError(label("errors.markers", language, path=path, begin=begin, end=end))
    return before + begin, end + after


def put_table(path: Path, markers: tuple[str, str], table: str, language: str) -> None:
    """Put the table between the markers of a document, in one step.

    Raises:
        UsageError: The document cannot be written.
    """
    before, after = split_document(path, markers, language)
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as work:
            place = Path(work) / path.name
            place.write_text(f"{before}\n{table}{after}", encoding="utf-8")
            place.replace(path)
    except OSError as error:
        raise UsageError(label("errors.write", language, path=path, reason=error.strerror)) from None
