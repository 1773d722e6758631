"""The log: one stream for commands, server and tasks, one entry a line with what happened as named values.

What other libraries log comes out the same way. Secrets and pay stay out: values under such names are hidden, and so
are the rows that a database quotes in its errors.
"""

import logging
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.typing import Processor

from guantong import clock

SENSITIVE = re.compile(
    "password|passwd|secret|token|cookie|authorization|api_?key|database_url|salary|bonus|amount|reward|pay(?!load)"
)
HIDDEN = "…"
_IN_URL = re.compile(r"(\w+://[^\s:/@]*):[^\s@/]+@")
_QUOTED_ROW = re.compile(r"^(\s*(?:DETAIL|CONTEXT):).*$", re.MULTILINE)

_OF_PROCESS: dict[str, str] = {}
"""What every entry of this process carries: the command that runs."""


class _ErrorStream(logging.StreamHandler[Any]):
    """Writes to whatever standard error is at the time."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        return sys.stderr


def configure_logs(given: Mapping[str, str]) -> None:
    """Have everything that is logged written to standard error; Django calls this once at its start.

    Args:
        given: `level` (debug, info, warning, error) and `form` (text or json).
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _name_process,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        hide,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = _ErrorStream()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(given["form"])],
        )
    )
    root = logging.getLogger()
    root.handlers = [other for other in root.handlers if not isinstance(other, _ErrorStream)] + [handler]
    root.setLevel(given["level"].upper())
    for name in ("django", "django.server"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # What is asked for and not there stands in the entry of its request.
    logging.getLogger("django.request").setLevel(logging.ERROR)


def _renderer(form: str) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(),
        event_key="event",
        timestamp_key="at",
        exception_formatter=structlog.dev.plain_traceback,
    )


def _name_process(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    entry.update(_OF_PROCESS)
    return entry


def hide(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace what is under a sensitive name, passwords in addresses, and rows that a database quotes."""
    for name, value in entry.items():
        if SENSITIVE.search(name.lower()):
            entry[name] = HIDDEN
        elif isinstance(value, str):
            entry[name] = _QUOTED_ROW.sub(rf"\1 {HIDDEN}", _IN_URL.sub(rf"\1:{HIDDEN}@", value))
    return entry


@contextmanager
def log_command(name: str, *, is_usual: bool) -> Iterator[None]:
    """Have all that is logged within carry the command's name, and log its end with its duration.

    Args:
        name: The command.
        is_usual: Whether the end is logged at the usual level, `info`; else `debug`: somebody at the terminal is told
            anyhow, and with `--format json` nothing else may stand between the problems.
    """
    log = structlog.get_logger(__name__)
    write = log.info if is_usual else log.debug
    started = clock.seconds()
    # Not a context variable: the threads that do tasks have contexts of their own.
    _OF_PROCESS["command"] = name
    try:
        yield
    except Exception as error:
        write("command_failed", error=type(error).__name__, seconds=round(clock.seconds() - started, 3))
        raise
    else:
        write("command_finished", seconds=round(clock.seconds() - started, 3))
    finally:
        _OF_PROCESS.clear()
