"""`guantong bench`: measure how fast check, store and interface are, and keep the table in a document."""

import argparse
import itertools
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from guantong import clock
from guantong.cli import bench_api, bench_api_table, bench_store, bench_store_table, bench_table
from guantong.cli.bench_company import LARGEST, SMALLEST, synthetic_company
from guantong.cli.bench_document import machine, measured_or_refused, put_table, sizes_of, split_document
from guantong.cli.bench_stages import (
    READING_ROUNDS,
    ROUNDS,
    Measurement,
    chapters,
    measure_check,
    measure_reading,
)
from guantong.cli.opening import progress
from guantong.cli.options import add_format, add_language
from guantong.cli.printing import print_text
from guantong.cli.report_json import document_text
from guantong.formats.significant import significant
from guantong.messages.labels import label

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
_READ_UP_TO = 100_000
_ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class _Benchmark:
    """What is measured: the usual sizes, the table's place in a document, how it is measured and shown."""

    goals: str
    markers: tuple[str, str]
    measure: Callable[[argparse.Namespace, list[int], str], dict[str, Any]]
    markdown: Callable[[dict[str, Any], str], str]
    write: Callable[[Console, dict[str, Any], str], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong bench`."""
    parser.add_argument(
        "what",
        nargs="?",
        choices=tuple(_BENCHMARKS),
        default="check",
        help="测量检查(默认)、数据库或接口 · measure the check (default), the database or the interface",
    )
    parser.add_argument(
        "--goals",
        metavar="N,N",
        help=f"目标数量,{SMALLEST} 到 {LARGEST} · numbers of goals (check 10000,100000; store 90000; api 9000)",
    )
    parser.add_argument("--write", metavar="PATH", help="把表格写入此文档的标记之间 · put the table into this document")
    parser.add_argument(
        "--full",
        action="store_true",
        help="check 也测量大企业的读取,store 也测量一百万个目标 · check: also measure reading more than 100000 goals; "
        "store: also measure a million",
    )
    bench_store.add_arguments(parser)
    bench_api.add_arguments(parser)
    add_format(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong bench`; returns the exit status."""
    language = arguments.lang or "zh"
    benchmark = _BENCHMARKS[arguments.what]
    sizes = sizes_of(benchmark.goals if arguments.goals is None else arguments.goals, language)
    path = Path(arguments.write) if arguments.write is not None else None
    if path is not None:
        split_document(path, benchmark.markers, language)  # before anything is measured
    about = {"date": clock.today(_ZONE).isoformat(), "machine": machine()}
    document = significant({**about, **benchmark.measure(arguments, sizes, language)})
    if path is not None:
        put_table(path, benchmark.markers, benchmark.markdown(document, language), language)
    if arguments.format == "json":
        sys.stdout.write(document_text(document))
        return 0
    print_text(lambda console: benchmark.write(console, document, language))
    if path is not None:
        sys.stdout.write(label("bench.written", language, path=path) + "\n")
    return 0


def _measure_check(arguments: argparse.Namespace, sizes: list[int], language: str) -> dict[str, Any]:
    """Return everything measured of the check as the rest of the public JSON document."""
    measured = []
    for size in sizes:
        with progress(label("bench.progress", language, goals=f"{size:,}")):
            is_read = arguments.full or size <= _READ_UP_TO
            read = measured_or_refused(size, language, measure_reading, size) if is_read else None
            measured.append(_entry(measured_or_refused(size, language, measure_check, size), read))
    return {
        "rounds": ROUNDS,
        "reading_rounds": READING_ROUNDS,
        "silent_families": chapters(synthetic_company(SMALLEST).company, silent=True),
        "sizes": measured,
        "growth": [_growth(smaller, larger) for smaller, larger in itertools.pairwise(measured)],
    }


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


_BENCHMARKS: Mapping[str, _Benchmark] = {
    "check": _Benchmark(
        "10000,100000", (BEGIN, END), _measure_check, bench_table.markdown_table, bench_table.write_table
    ),
    "api": _Benchmark(
        "9000", bench_api.MARKERS, bench_api.measure_api, bench_api_table.markdown_table, bench_api_table.write_table
    ),
    "store": _Benchmark(
        "90000",
        bench_store.MARKERS,
        bench_store.measure_store,
        bench_store_table.markdown_table,
        bench_store_table.write_table,
    ),
}
