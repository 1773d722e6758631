"""`guantong bench api`: measure how many values programs enter, how long requests take, and that nothing is lost."""

import argparse
import http.client
import os
import socket
import subprocess  # nosec B404  # our own commands
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from guantong.cli.bench_api_clients import Clients, Load, bodies
from guantong.cli.bench_api_company import NOTE, count_left, prepare
from guantong.cli.bench_databases import POSTGRESQL, SQLITE, ended_in_order, fresh_postgresql, fresh_sqlite
from guantong.cli.bench_document import measured_or_refused
from guantong.cli.opening import UsageError, progress
from guantong.clock import seconds
from guantong.messages.labels import label

MARKERS = "<!-- bench api: begin -->", "<!-- bench api: end -->"
CLIENTS, VALUES, AIM = 4, 10, 150
"""Clients, values of a request, and values a second that are aimed at."""

_VARIABLE = "GUANTONG_TEST_DATABASE_URL"
_SECONDS = 20
_WORKERS = 2
_BARE_REQUESTS = 1000
_PATIENCE_SECONDS = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that only `guantong bench api` has."""
    parser.add_argument(
        "--seconds",
        metavar="N",
        type=int,
        default=_SECONDS,
        help="api 每一段测多少秒 · api: how many seconds each part lasts",
    )


def measure_api(arguments: argparse.Namespace, sizes: list[int], language: str) -> dict[str, Any]:
    """Return everything measured of the interface as the rest of the public JSON document.

    Raises:
        UsageError: No database can be created on the server, or a process ended before its time.
    """
    url = arguments.postgresql or os.environ.get(_VARIABLE) or ""
    fresh: Callable[[], AbstractContextManager[str]] = fresh_sqlite
    if url:
        fresh = lambda: fresh_postgresql(url, language)  # noqa: E731
    with ended_in_order():
        measured = [_measured(size, fresh, max(1, arguments.seconds), language) for size in sizes]
    about = {"clients": CLIENTS, "values_per_request": VALUES, "aim": AIM, "web_workers": _WORKERS}
    return {**about, "database": POSTGRESQL if url else SQLITE, "sizes": measured}


def _measured(
    size: int, fresh: Callable[[], AbstractContextManager[str]], lasting: int, language: str
) -> dict[str, Any]:
    with progress(label("bench.progress", language, goals=f"{size:,}")), fresh() as url:
        prepared = measured_or_refused(size, language, prepare, url, size)
        with _started(url, language) as port:
            clients = Clients(port, prepared.token, CLIENTS)
            given = bodies(prepared.goals, VALUES, NOTE)
            clients.send(given, VALUES, 2, None)  # what only the first requests do is no part of the others
            known = measured_or_refused(size, language, count_left, url)
            parts = {
                "bare": clients.ask("/health/live", _BARE_REQUESTS),
                "paced": clients.send(given, VALUES, lasting, AIM / VALUES),
                "flat_out": clients.send(given, VALUES, lasting, None),
            }
            confirmed = sum(part.values for part in parts.values())
            total = sum(part.total for part in parts.values())
            begun = seconds()
            left = measured_or_refused(size, language, count_left, url)
            while left.marks and seconds() - begun < _PATIENCE_SECONDS:
                time.sleep(0.5)
                left = measured_or_refused(size, language, count_left, url)
            settled = seconds() - begun
    return {
        "goals": size,
        "version": prepared.version,
        "parts": [_entry(name, part) for name, part in parts.items()],
        "confirmed": confirmed,
        "lost": confirmed - (left.values - known.values),
        "is_sum_kept": abs(left.total - known.total - total) < 1,
        "unchecked": left.marks,
        "settled_seconds": settled,
    }


def _entry(name: str, load: Load) -> dict[str, Any]:
    return {
        "part": name,
        "seconds": load.seconds,
        "requests": len(load.latencies),
        "failed": load.failed,
        "requests_per_second": len(load.latencies) / load.seconds,
        "values_per_second": load.values / load.seconds,
        "median_seconds": load.quantile(50),
        "p95_seconds": load.quantile(95),
    }


@contextmanager
def _started(url: str, language: str) -> Iterator[int]:
    """Start server and worker on a database; gives the port that is listened on, and ends both.

    Raises:
        UsageError: They do not start.
    """
    port = _free_port()
    more = {"GUANTONG_DATABASE_URL": url, "GUANTONG_API_PER_MINUTE": "1000000", "GUANTONG_SMALL_COMPANY": "0",
            "GUANTONG_LOG_LEVEL": "error", "DJANGO_SETTINGS_MODULE": "guantong.settings"}  # fmt: skip
    commands = (["serve", "--port", str(port), "--workers", str(_WORKERS)], ["worker"])
    processes = [_start(command, {**os.environ, **more}) for command in commands]
    try:
        begun = seconds()
        while not _answers(port):
            if seconds() - begun > _PATIENCE_SECONDS or any(process.poll() is not None for process in processes):
                raise UsageError(label("errors.bench_server", language))
            time.sleep(0.1)
        yield port
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def _start(arguments: list[str], environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "guantong", *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # nosec B603  # our own command


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
