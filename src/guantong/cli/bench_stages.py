"""How long each stage of a check takes on a synthetic company, and how often NumPy could copy its columns in that time.

Each measurement runs in a process of its own, so that the memory of one does not count in another's.
"""

import resource
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from guantong.cli.bench_company import AS_OF, synthetic_company
from guantong.clock import seconds
from guantong.engine.alerts import alerting
from guantong.engine.cascade import company_markup, markup
from guantong.engine.catalogue import CATALOGUE, CHAPTERS
from guantong.engine.check import check
from guantong.engine.company import Company, Ragged, Rows
from guantong.engine.findings import RULES, breaks_of
from guantong.engine.measurement import measures
from guantong.engine.smart import letters, wishes
from guantong.engine.snapshot import Snapshot
from guantong.formats.workbook import read_company, write_company

ROUNDS, READING_ROUNDS = 9, 3
FAMILY = "family."

Work = Callable[[Company], Any]


@dataclass(frozen=True)
class Stage:
    """A stage measured: medians in seconds.

    Attributes:
        name: `reading`, `rollup`, `family.` and a chapter, `texts` or `check`.
        seconds: Of the stage.
        copying: Of one pass, the copy of every column that the stage reads.
        column_bytes: Size of these columns.
    """

    name: str
    seconds: float
    copying: float
    column_bytes: int

    @property
    def passes(self) -> float:
        """Return how many passes the stage takes."""
        return self.seconds / self.copying


@dataclass(frozen=True)
class Measurement:
    """The stages of one process and its peak memory in bytes.

    Attributes:
        counts: Rows of the company: `goals`, `people`, `values`; with the check's `findings`.
    """

    stages: tuple[Stage, ...]
    memory: int
    counts: dict[str, int]


class _WatchedRows(Rows):
    """Rows that note which of their columns are read."""

    def __init__(self, rows: Rows) -> None:
        super().__init__(rows.table, len(rows), rows._columns)
        self.seen: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        value = super().__getattr__(name)
        self.seen.add(name)
        return value

    def is_choice(self, column: str, *values: str) -> np.ndarray:
        """Return where a choice column holds one of the values, (n_rows,) bool."""
        self.seen.add(column)
        return super().is_choice(column, *values)


def measure_alone[**Given, Result](
    measure: Callable[Given, Result], *given: Given.args, **named: Given.kwargs
) -> Result:
    """Return a measurement made in a new process.

    Raises:
        BrokenProcessPool: The process ended before its time.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, *given, **named).result()


def measure_check(size: int) -> Measurement:
    """Return how long roll-up, rule families, texts and the whole check take on `size` goals."""
    company = synthetic_company(size).company
    stages = [stage("rollup", company, _roll_up)]
    stages += [stage(FAMILY + chapter, company, _family(chapter)) for chapter in chapters(company, silent=False)]
    stages += [stage("texts", company, _texts), stage("check", company, _check)]
    findings = len(_check(company).findings)
    return Measurement(tuple(stages), peak_memory(), {**_counts(company), "findings": findings})


def measure_reading(size: int) -> Measurement:
    """Return how long reading a CSV folder of `size` goals takes; the folder is temporary."""
    company = synthetic_company(size).company
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "company"
        write_company(company, path, "en")
        copied = [array for rows in company for array in _arrays(rows, set(rows._columns))]
        reading = _against("reading", lambda: read_company(path), copied, READING_ROUNDS)
    return Measurement((reading,), peak_memory(), _counts(company))


def chapters(company: Company, *, silent: bool) -> list[str]:
    """Return the chapters whose rules are all silent for want of sheets, or the others, in their order."""
    speaking = {CATALOGUE[rule.id].chapter for rule in RULES.values() if rule.judges <= company.present}
    return [chapter for chapter in CHAPTERS if (chapter in speaking) is not silent]


def stage(name: str, company: Company, work: Work) -> Stage:
    """Return a stage measured on a company; the columns that it reads are noted in a first run that does not count."""
    watched = {rows.table.name: _WatchedRows(rows) for rows in company}
    work(Company({**watched}, company.present))
    copied = [array for rows in watched.values() for array in _arrays(rows, rows.seen)]
    return _against(name, lambda: work(company), copied, ROUNDS)


def _against(name: str, work: Callable[[], Any], copied: list[np.ndarray], rounds: int) -> Stage:
    """Return a stage measured in turn with one pass over the arrays: each copied to where there is memory already."""
    places = [array.copy() for array in copied]

    def copy_once() -> None:
        for place, array in zip(places, copied, strict=True):
            np.copyto(place, array)

    durations, copying = zip(*((duration(work), duration(copy_once)) for _ in range(rounds)), strict=True)
    column_bytes = sum(array.nbytes for array in copied)
    return Stage(name, statistics.median(durations), statistics.median(copying), column_bytes)


def _arrays(rows: Rows, names: set[str]) -> Iterator[np.ndarray]:
    for name in sorted(names):
        column = rows._columns[name]
        yield from (column.offsets, column.values) if isinstance(column, Ragged) else (column,)


def duration(work: Callable[[], Any]) -> float:
    """Return how long a work takes, in seconds."""
    begun = seconds()
    made = work()
    ended = seconds()
    del made  # freeing what was made is no part of making it
    return ended - begun


def peak_memory() -> int:
    """Return the most memory that this process had so far, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _counts(company: Company) -> dict[str, int]:
    return {"goals": len(company.goals), "people": len(company.people), "values": len(company.actuals)}


def _roll_up(company: Company) -> None:
    snapshot = Snapshot(company, AS_OF)
    for figure in (measures, alerting, markup, company_markup):
        figure(snapshot)


def _family(chapter: str) -> Work:
    rules = [rule for rule in RULES if CATALOGUE[rule].chapter == chapter]

    def find(company: Company) -> None:
        snapshot = Snapshot(company, AS_OF)
        for rule in rules:
            breaks_of(snapshot, rule)

    return find


def _texts(company: Company) -> None:
    wishes(company.goals.name)
    letters(Snapshot(company, AS_OF))


def _check(company: Company) -> Any:
    return check(Snapshot(company, AS_OF))
