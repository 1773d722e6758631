"""`guantong worker`: do what waits in the background."""

import argparse

from guantong.cli.database import both
from guantong.cli.opening import UsageError
from guantong.cli.options import add_language, add_metrics_port


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong worker`."""
    parser.add_argument("--once", action="store_true", help="做完现有任务就结束 · end when no task is left to do")
    add_metrics_port(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong worker`; returns the exit status.

    Raises:
        UsageError: The port for the metrics is taken.
    """
    from prometheus_client import start_http_server

    from guantong.kit.queue import run_worker

    if arguments.metrics_port is not None:
        try:
            start_http_server(arguments.metrics_port, "127.0.0.1")
        except OSError as error:
            raise UsageError(both("errors.port", port=arguments.metrics_port, reason=error.strerror)) from None
    return run_worker(once=arguments.once)
