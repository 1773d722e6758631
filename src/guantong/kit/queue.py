"""The queue of background tasks as the operator sees it. Only here, and in the settings, is the engine named.

Everybody else speaks to `django.tasks`.
"""

import datetime
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.management import call_command
from django.db.models import Min, Q
from django.db.models.functions import Coalesce
from django.tasks.signals import task_finished
from django_ox.actions import discard_many, retry_many
from django_ox.models import OxTask
from django_ox.worker import Worker

from guantong import clock
from guantong.kit.metrics import observe_task

_FAILED = (OxTask.Status.FAILED, OxTask.Status.LOST)
_SHOWN = 20


@dataclass(frozen=True)
class QueueState:
    """How many tasks wait, run, run on a worker that has gone silent, and have failed; seconds the oldest waits."""

    waiting: int
    running: int
    overdue: int
    failed: int
    oldest_seconds: float


@dataclass(frozen=True)
class FailedTask:
    """A task that has failed for good: its id, its function, its arguments and the last line of its last error."""

    id: str
    task: str
    arguments: Sequence[object]
    error: str


@dataclass(frozen=True)
class Ticked:
    """What a tick did: tasks that were due and queued, taken back from dead workers, and deleted as done long ago."""

    queued: int
    reclaimed: int
    pruned: int


def queue_state() -> QueueState:
    """Return the state of the queue at this moment."""
    now = clock.now()
    waiting = OxTask.objects.filter(Q(run_after__isnull=True) | Q(run_after__lte=now), status=OxTask.Status.READY)
    running = OxTask.objects.filter(status=OxTask.Status.RUNNING)
    oldest = waiting.aggregate(at=Min(Coalesce("run_after", "enqueued_at")))["at"]
    return QueueState(
        waiting=waiting.count(),
        running=running.count(),
        overdue=running.filter(lease_expires_at__lt=now).count(),
        failed=OxTask.objects.filter(status__in=_FAILED).count(),
        oldest_seconds=0.0 if oldest is None else max(0.0, (now - oldest).total_seconds()),
    )


def list_failed_tasks() -> list[FailedTask]:
    """Return the newest tasks that have failed for good, at most twenty."""
    rows = OxTask.objects.filter(status__in=_FAILED).order_by("-finished_at")[:_SHOWN]
    return [FailedTask(str(row.pk), row.task_path, row.args, _last_line(row.errors)) for row in rows]


def _last_line(errors: Sequence[dict[str, str]]) -> str:
    lines = errors[-1]["traceback"].strip().splitlines() if errors else []
    return next((line for line in reversed(lines) if line and not line.startswith((" ", "DETAIL"))), "")


def retry_failed_tasks() -> int:
    """Queue all failed tasks once more; returns how many."""
    return retry_many(OxTask.objects.filter(status__in=_FAILED))[0]


def discard_failed_tasks() -> int:
    """Close all failed tasks as seen; returns how many."""
    return discard_many(OxTask.objects.filter(status__in=_FAILED))[0]


def run_worker(*, once: bool) -> int:
    """Do background tasks until a signal comes, or `once` until none is left; returns the exit status.

    SIGTERM and SIGINT let the running task end; a second one stops at once.
    """
    task_finished.connect(observe_task, dispatch_uid="metrics")
    try:
        call_command("ox_worker", batch=once, verbosity=0)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def tick(keep: datetime.timedelta) -> Ticked:
    """Do once what a worker does beside its tasks.

    Args:
        keep: How long finished tasks are kept.
    """
    worker = Worker()
    return Ticked(queued=worker.dispatch_schedules(), reclaimed=worker.reap(), pruned=prune_tasks(keep))


def prune_tasks(keep: datetime.timedelta) -> int:
    """Delete tasks that ended well longer ago than `keep`; returns how many."""
    out = io.StringIO()
    call_command("ox_prune", older_than=f"{int(keep.total_seconds())}s", format="json", stdout=out)
    return int(json.loads(out.getvalue())["task_rows"])
