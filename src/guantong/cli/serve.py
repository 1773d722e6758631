"""`guantong serve`: the web server."""

import argparse
import os
import socket
import sys
import tempfile

from guantong.cli.database import both, set_up_django, start_django
from guantong.cli.opening import UsageError
from guantong.cli.options import add_language
from guantong.messages.labels import label

_LONGEST_END_SECONDS = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong serve`."""
    parser.add_argument("--host", metavar="ADDRESS", help="监听的地址 · address to listen on (GUANTONG_ADDRESS)")
    parser.add_argument("--port", metavar="PORT", type=int, help="监听的端口 · port to listen on (GUANTONG_PORT)")
    parser.add_argument("--workers", metavar="N", type=int, help="进程数 · number of processes (GUANTONG_WORKERS)")
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong serve` until a signal comes; returns the exit status.

    Raises:
        UsageError: The database or the port cannot be used.
    """
    for option, variable in (("host", "ADDRESS"), ("port", "PORT"), ("workers", "WORKERS")):
        if (given := getattr(arguments, option)) is not None:
            os.environ[f"GUANTONG_{variable}"] = str(given)
    # Its processes add their measurements up there; the library looks for it when it is imported.
    with tempfile.TemporaryDirectory(prefix="guantong-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        set_up_django()
        start_django()
        return _serve(arguments.lang or "zh")


def _serve(language: str) -> int:
    from django.conf import settings
    from django.db import connections
    from granian.constants import Interfaces
    from granian.server import Server

    address, port = settings.GUANTONG_ADDRESS, settings.GUANTONG_PORT
    _check_port(address, port)
    connections.close_all()
    server = Server(
        "guantong.wsgi:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.GUANTONG_WORKERS,
        blocking_threads=1,
        workers_kill_timeout=_LONGEST_END_SECONDS,
        respawn_failed_workers=True,
        log_dictconfig={
            "handlers": {},
            "loggers": {"_granian": {"handlers": [], "propagate": True}, "granian.access": {"propagate": True}},
        },
    )
    shown = f"[{address}]" if ":" in address else address
    sys.stdout.write(label("serve.listening", language, address=f"http://{shown}:{port}") + "\n")
    sys.stdout.flush()
    server.serve()
    return 0


def _check_port(address: str, port: int) -> None:
    """Refuse an address that is taken before any process is started.

    Raises:
        UsageError: It is taken, or not ours.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise UsageError(both("errors.port", port=f"{address}:{port}", reason=error.strerror)) from None
