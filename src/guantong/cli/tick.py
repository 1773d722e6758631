"""`guantong tick`: what is due once, for those who call it from cron; and what becomes of failed tasks."""

import argparse
import datetime
import sys

from guantong.cli.options import add_language
from guantong.messages.labels import label


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong tick`."""
    parser.add_argument(
        "--failed",
        choices=("retry", "discard"),
        help="失败的任务:再试一次,或视为已处理 · failed tasks: try them once more, or close them",
    )
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong tick`; returns the exit status."""
    from django.conf import settings

    from guantong.kit.queue import discard_failed_tasks, retry_failed_tasks, tick

    language = arguments.lang or "zh"
    if arguments.failed is not None:
        count = retry_failed_tasks() if arguments.failed == "retry" else discard_failed_tasks()
        sys.stdout.write(label(f"tick.{arguments.failed}", language, count=count) + "\n")
    done = tick(datetime.timedelta(days=settings.GUANTONG_TASK_DAYS))
    line = label("tick.done", language, queued=done.queued, reclaimed=done.reclaimed, pruned=done.pruned)
    sys.stdout.write(line + "\n")
    return 0
