"""`guantong bench store`: measure how fast companies go into the database, come out of it and follow a change."""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from guantong.cli.bench_company import LARGEST, Shape
from guantong.cli.bench_databases import POSTGRESQL, SQLITE, ended_in_order, fresh_postgresql, fresh_sqlite
from guantong.cli.bench_document import measured_or_refused
from guantong.cli.bench_store_stages import (
    ROUNDS,
    WHOLE_YEAR,
    Folder,
    StoreStage,
    measure_company,
    measure_file,
    measure_load,
    measure_value,
    write_folder,
)
from guantong.cli.opening import progress
from guantong.messages.labels import label

MARKERS = "<!-- bench store: begin -->", "<!-- bench store: end -->"
_VARIABLE = "GUANTONG_TEST_DATABASE_URL"
_VALUES_OF_ALL_UP_TO = 100_000
"""Goals up to which all leaves have values; of more goals a tenth have some."""

Fresh = Callable[[], AbstractContextManager[str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that only `guantong bench store` has."""
    parser.add_argument(
        "--postgresql",
        metavar="URL",
        help="store 也、api 改在此服务器上测量,新建并删除一个数据库 · measure on this server (store: too), "
        f"in a database made and dropped for it ({_VARIABLE})",
    )


def measure_store(arguments: argparse.Namespace, sizes: list[int], language: str) -> dict[str, Any]:
    """Return everything measured of the store as the rest of the public JSON document.

    Raises:
        UsageError: No database can be created on the server, or a process ended before its time.
    """
    url = arguments.postgresql or os.environ.get(_VARIABLE) or ""
    databases: dict[str, Fresh] = {SQLITE: fresh_sqlite}
    if url:
        databases[POSTGRESQL] = lambda: fresh_postgresql(url, language)
    every = sorted({*sizes, *([LARGEST] if arguments.full else [])})
    with ended_in_order():
        measured = [_measured(size, databases, language) for size in every]
    return {"rounds": ROUNDS, "has_postgresql": bool(url), "sizes": measured}


def _measured(size: int, databases: dict[str, Fresh], language: str) -> dict[str, Any]:
    shape = WHOLE_YEAR if size <= _VALUES_OF_ALL_UP_TO else Shape()
    with progress(label("bench.progress", language, goals=f"{size:,}")), ExitStack() as opened:
        urls = {name: opened.enter_context(fresh()) for name, fresh in databases.items()}
        work = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="guantong-bench-")))
        folder = measured_or_refused(size, language, write_folder, work / "company", size, shape)
        stages, findings = measured_or_refused(size, language, measure_file, folder)
        stored = [_stored(name, url, folder, language) for name, url in urls.items()]
    return {
        "goals": size,
        "people": folder.counts["people"],
        "values": folder.counts["actuals"],
        "rows": folder.rows,
        "findings": findings,
        "stages": list(_entries(stages)),
        "databases": stored,
    }


def _stored(name: str, url: str, folder: Folder, language: str) -> dict[str, Any]:
    goals = folder.counts["goals"]
    loaded, version = measured_or_refused(goals, language, measure_load, url, folder)
    taken_out = measured_or_refused(goals, language, measure_company, url)
    followed = measured_or_refused(goals, language, measure_value, url)
    return {"database": name, "version": version, "stages": list(_entries([*loaded, *taken_out, *followed]))}


def _entries(stages: Iterable[StoreStage]) -> Iterable[dict[str, Any]]:
    for stage in stages:
        entry = asdict(stage)
        yield {
            "stage": entry["name"],
            "seconds": entry["seconds"],
            "bare_seconds": entry["bare"],
            "memory_bytes": entry["memory"],
        }
