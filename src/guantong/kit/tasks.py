"""Background tasks of the installation itself."""

import datetime

from django.conf import settings
from django.tasks import task


@task
def prune_finished_tasks() -> int:
    """Delete finished tasks that are older than the operator keeps them; returns how many."""
    from guantong.kit.queue import prune_tasks

    return prune_tasks(datetime.timedelta(days=settings.GUANTONG_TASK_DAYS))
