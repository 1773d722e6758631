"""How long the company takes into the database, out of it, and how long a value takes until it shows.

Each measurement runs in a process of its own, for a process knows one database; so models are imported within. Beside
each stands what the database's driver takes for bare rows of the same number, in the same run.
"""

import datetime
import os
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guantong.cli.bench_company import AS_OF, Shape, synthetic_company
from guantong.cli.bench_stages import duration, peak_memory
from guantong.cli.database import migrate, set_up_django
from guantong.clock import seconds
from guantong.engine.calendar import date_of
from guantong.engine.check import check
from guantong.engine.snapshot import Snapshot
from guantong.formats.workbook import read_company, write_company

ROUNDS = 3
WHOLE_YEAR = Shape(goals_per_person=9, all_measured=True)
"""The company that the store is measured on: 90,000 goals of 10,000 people, a value of each leaf for each month."""

_AT = datetime.datetime.combine(date_of(AS_OF), datetime.time(4), tzinfo=datetime.UTC)
_ACTOR = "operator"
_BARE_TABLE = "guantong_bench_rows"


@dataclass(frozen=True)
class StoreStage:
    """A stage measured, in seconds.

    Attributes:
        name: `reading`, `whole_check`, `load`, `company`, `first_check` or `value`.
        seconds: Of the stage.
        bare: What the driver takes for bare rows of the same number; None where there is nothing like it.
        memory: Peak of the process until then, in bytes.
    """

    name: str
    seconds: float
    bare: float | None
    memory: int


@dataclass(frozen=True)
class Folder:
    """A company written as a CSV folder: where, and its rows by table."""

    path: Path
    counts: dict[str, int]

    @property
    def rows(self) -> int:
        """Return the rows of all its tables."""
        return sum(self.counts.values())


def write_folder(path: Path, size: int, shape: Shape) -> Folder:
    """Write a synthetic company as a CSV folder."""
    company = synthetic_company(size, shape).company
    write_company(company, path, "en")
    return Folder(path, {rows.table.name: len(rows) for rows in company if len(rows)})


def measure_file(folder: Folder) -> tuple[list[StoreStage], int]:
    """Return how long reading and checking a CSV folder take without a database, and its findings."""
    begun = seconds()
    company = read_company(folder.path).company
    reading = StoreStage("reading", seconds() - begun, None, peak_memory())
    begun = seconds()
    report = check(Snapshot(company, AS_OF))
    return [reading, StoreStage("whole_check", seconds() - begun, None, peak_memory())], len(report.findings)


def measure_load(url: str, folder: Folder) -> tuple[list[StoreStage], str]:
    """Return how long loading a CSV folder into an empty database takes, reading it included, and its version."""
    _start(url)
    from guantong.exchange.actions import Loading, load_company

    migrate()

    def load() -> None:
        company = read_company(folder.path).company
        load_company(_ACTOR, _AT, Loading(company, company.present, 0, _AT.date()))

    taken = duration(load)
    memory = peak_memory()
    return [StoreStage("load", taken, _time_to_insert(folder.rows), memory)], _version()


def measure_company(url: str) -> list[StoreStage]:
    """Return how long it takes from the database to the engine's company."""
    _start(url)
    from guantong.kit.separation import switch_company
    from guantong.organisation.queries import get_engine_company, list_companies

    (company,) = list_companies()
    switch_company(company.pk)
    taken, bare = _in_turn(lambda: get_engine_company(company, _AT.date()), _fetch_bare)
    return [StoreStage("company", taken, bare, peak_memory())]


def measure_value(url: str) -> list[StoreStage]:
    """Return how long the first check takes, and then a value until it shows in the figures of the goals above.

    Raises:
        RuntimeError: The value does not show.
    """
    _start(url)
    from guantong.findings.actions import keep_check
    from guantong.kit.separation import switch_company
    from guantong.organisation.queries import list_companies

    (company,) = list_companies()
    switch_company(company.pk)
    first = StoreStage("first_check", duration(lambda: keep_check(company.pk, _AT)), None, peak_memory())
    entries = _entries(company)
    next(entries)  # what only a first change does is no part of the others
    taken, bare = _in_turn(lambda: next(entries), _fetch_bare)
    return [first, StoreStage("value", taken, bare, peak_memory())]


def _entries(company: Any) -> Iterator[None]:
    """Enter a value at every step, check as the background does, and see that the goal above has another figure."""
    from guantong.access.policies import Operator
    from guantong.findings.actions import keep_check
    from guantong.findings.models import GoalFigures
    from guantong.goals.models import Goal
    from guantong.organisation.queries import company_day
    from guantong.values.actions import NewValue, record_values

    operator = Operator(company, _AT, company_day(company, _AT))
    rows = Goal.objects.filter(company=company, metric__isnull=False, parent__isnull=False)
    goals = rows.exclude(baseline=None).exclude(owner=None).order_by("-code")[: 50 * (ROUNDS + 1) : 50]
    for number, goal in enumerate(goals):
        figures = GoalFigures.objects.filter(goal=goal.parent_id)
        before = figures.values_list("actual", flat=True).first()
        record_values(operator, [NewValue(goal.code, _AT.date(), 1e6 + number)])
        keep_check(company.pk, _AT)
        if figures.values_list("actual", flat=True).first() == before:
            raise RuntimeError(f"the value of {goal.code} does not show")
        yield


def _start(url: str) -> None:
    """Set Django up for a database; checks are the caller's, whatever the size of the company."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "guantong.settings"
    os.environ["GUANTONG_DATABASE_URL"] = url
    os.environ["GUANTONG_SMALL_COMPANY"] = "0"
    set_up_django()


def _in_turn(work: Callable[[], Any], other: Callable[[], Any]) -> tuple[float, float]:
    """Return the medians of two works that are measured in turn."""
    mine, others = zip(*((duration(work), duration(other)) for _ in range(ROUNDS)), strict=True)
    return statistics.median(mine), statistics.median(others)


def _version() -> str:
    from django.db import connection

    function = "sqlite_version()" if connection.vendor == "sqlite" else "current_setting('server_version')"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}")
        return str(cursor.fetchone()[0])


# --- Bare rows: three cells, no key, no index -----------------------------------------------------


def _time_to_insert(count: int) -> float:
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {_BARE_TABLE} (one bigint, two double precision, three text)")

    def insert() -> None:
        rows = ((number, number / 7, "2026-01-20") for number in range(count))
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {_BARE_TABLE} FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                cursor.executemany(f"INSERT INTO {_BARE_TABLE} VALUES (%s, %s, %s)", rows)  # nosec B608  # names are ours, cells are parameters

    return duration(insert)


def _fetch_bare() -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {_BARE_TABLE}")  # nosec B608  # names are ours, cells are parameters
        return list(cursor.fetchall())
