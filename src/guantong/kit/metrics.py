"""What is counted and timed, for Prometheus: declared here once, observed where it happens.

A server of several processes adds them up in the folder that PROMETHEUS_MULTIPROC_DIR names (`guantong serve` sees to
it). The queue is read from the database when somebody asks.
"""

import os
from collections.abc import Iterator
from typing import Any

from prometheus_client import REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from guantong import __version__

_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LONG = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300)

REQUEST_SECONDS = Histogram(
    "guantong_request_seconds", "Duration of requests.", ("method", "route", "status"), buckets=_QUICK
)
TASK_SECONDS = Histogram("guantong_task_seconds", "Duration of background tasks.", ("task", "outcome"), buckets=_LONG)
CHECK_SECONDS = Histogram("guantong_check_seconds", "Duration of checks kept in the database.", buckets=_LONG)


class _Queue(Collector):
    """The queue of background tasks, as the database has it at the moment of asking."""

    def collect(self) -> Iterator[Metric]:
        from guantong.kit.queue import queue_state

        state = queue_state()
        tasks = GaugeMetricFamily("guantong_queue_tasks", "Background tasks by state.", labels=("state",))
        for name in ("waiting", "running", "overdue", "failed"):
            tasks.add_metric((name,), getattr(state, name))
        yield tasks
        yield GaugeMetricFamily(
            "guantong_queue_oldest_seconds", "Age of the oldest task that waits.", state.oldest_seconds
        )
        build = GaugeMetricFamily("guantong_build", "The version that runs.", labels=("version",))
        build.add_metric((__version__,), 1)
        yield build


def exposition() -> bytes:
    """Return everything that is measured, in Prometheus' text format."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    registry.register(_Queue())
    return generate_latest(registry)


def observe_task(task_result: Any, **_others: object) -> None:
    """Time a task that has ended; connected to `django.tasks`' signal."""
    seconds = (task_result.finished_at - task_result.started_at).total_seconds()
    outcome = str(task_result.status).lower()
    TASK_SECONDS.labels(task_result.task.module_path, outcome).observe(max(0.0, seconds))
