"""Whether an installation is in order: each thing looked at gives one diagnosis. Nothing is written."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.db import DatabaseError, connection

from guantong import clock
from guantong.kit.place import database_file, first_line
from guantong.kit.queue import list_failed_tasks, queue_state
from guantong.kit.schema import SchemaState, schema_state
from guantong.kit.separation import list_unprotected_tables, tenant_models
from guantong.own_key import FILE as KEY_FILE

if TYPE_CHECKING:
    import datetime

State = Literal["ok", "note", "warning", "error"]
PATIENCE_SECONDS = 300
CLOCK_SECONDS = 5
DISK_BYTES = 1 << 30


@dataclass(frozen=True)
class Diagnosis:
    """What was found about one thing.

    Attributes:
        check: What was looked at, such as "queue".
        state: `ok`; `note`, worth knowing; `warning` and `error`, to be mended.
        finding: Which finding it is; messages and cures are under its name.
        evidence: The figures and names behind it.
    """

    check: str
    state: State
    finding: str
    evidence: dict[str, Any] = field(default_factory=dict)


def diagnose() -> list[Diagnosis]:
    """Look at everything; what needs the database is left out where it cannot be reached."""
    found = [*_settings(), *_files(), *_store(), *_disk()]
    try:
        reachable = _database()
        found.append(reachable)
        if reachable.state == "ok":
            state = schema_state()
            found += [*_role(), *_migrations(state), *_clock()]
            found += () if state.pending else (*_separation(), *_queue())
    except DatabaseError as error:
        found.append(Diagnosis("database", "error", "database_unreachable", {"reason": first_line(error)}))
    return found


def _settings() -> Iterator[Diagnosis]:
    is_open = not ip_address(settings.GUANTONG_ADDRESS).is_loopback
    if settings.IS_KEY_GIVEN:
        yield Diagnosis("settings", "ok", "key_given")
    else:
        yield Diagnosis("settings", "note", "key_kept", {"path": str(Path(settings.DATA_FOLDER) / KEY_FILE)})
    if "*" in settings.ALLOWED_HOSTS and is_open:
        yield Diagnosis("settings", "warning", "hosts_any")
    else:
        yield Diagnosis("settings", "ok", "hosts", {"hosts": ", ".join(settings.ALLOWED_HOSTS)})
    if is_open and settings.GUANTONG_URL.startswith("http:"):
        yield Diagnosis("settings", "warning", "url_plain", {"url": settings.GUANTONG_URL})
    has_mail = settings.GUANTONG_MAIL_SERVER is not None
    yield Diagnosis("settings", "ok" if has_mail else "note", "mail" if has_mail else "mail_none")


def _files() -> Iterator[Diagnosis]:
    place = database_file()
    if place is not None and place.exists():
        readable = bool(place.stat().st_mode & 0o044) and bool(place.parent.stat().st_mode & 0o011)
        finding = "file_readable" if readable else "file_private"
        yield Diagnosis("files", "warning" if readable else "ok", finding, {"path": str(place)})


def _store() -> Iterator[Diagnosis]:
    """Look at the folder of attached files, which is made when the first file comes."""
    folder = Path(settings.GUANTONG_FILES)
    words = {"path": str(folder)}
    if not folder.exists():
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Diagnosis("files", "error", "store_closed", words)
    elif folder.stat().st_mode & 0o055:
        yield Diagnosis("files", "warning", "store_readable", words)
    else:
        yield Diagnosis("files", "ok", "store", words)


def _disk() -> Iterator[Diagnosis]:
    folder = database_file() or Path(settings.DATA_FOLDER)
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free
    state: State = "ok" if free >= DISK_BYTES else "warning"
    finding = "disk" if state == "ok" else "disk_low"
    yield Diagnosis("disk", state, finding, {"path": str(there), "gigabytes": round(free / (1 << 30), 1)})


def _database() -> Diagnosis:
    place = database_file()
    if place is not None and not place.exists():
        return Diagnosis("database", "error", "database_absent", {"path": str(place)})
    connection.ensure_connection()
    version = ".".join(str(part) for part in connection.get_database_version())
    return Diagnosis("database", "ok", "database", {"kind": connection.display_name, "version": version})


def _role() -> Iterator[Diagnosis]:
    if connection.vendor != "postgresql":
        yield Diagnosis("role", "note", "role_none")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        role, is_superuser = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
            " AND pg_has_role(current_user, relowner, 'USAGE')"
        )
        owned = cursor.fetchone()[0]
    if is_superuser:
        yield Diagnosis("role", "warning", "role_superuser", {"role": role})
    elif owned:
        yield Diagnosis("role", "warning", "role_owner", {"role": role})
    else:
        yield Diagnosis("role", "ok", "role", {"role": role})


def _separation() -> Iterator[Diagnosis]:
    names = list_unprotected_tables()
    if names:
        yield Diagnosis("separation", "error", "separation_gap", {"count": len(names), "names": ", ".join(names)})
    elif connection.vendor == "postgresql":
        yield Diagnosis("separation", "ok", "separation", {"count": len(tenant_models())})


def _migrations(state: SchemaState) -> Iterator[Diagnosis]:
    if state.pending:
        evidence = {"count": len(state.pending), "pending": state.pending}
        yield Diagnosis("migrations", "error", "migrations_pending", evidence)
    elif state.foreign:
        evidence = {"count": len(state.foreign), "foreign": state.foreign}
        yield Diagnosis("migrations", "error", "database_newer", evidence)
    else:
        yield Diagnosis("migrations", "ok", "migrations")


def _clock() -> Iterator[Diagnosis]:
    if connection.vendor != "postgresql":
        yield Diagnosis("clock", "ok", "clock", {"at": clock.now().isoformat(timespec="seconds")})
        return
    before = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime.datetime = cursor.fetchone()[0]
    # Somewhere between asking and the answer: the distance from that span.
    away = max((before - theirs).total_seconds(), (theirs - clock.now()).total_seconds(), 0.0)
    state: State = "ok" if away <= CLOCK_SECONDS else "warning"
    finding = "clock" if state == "ok" else "clock_apart"
    yield Diagnosis("clock", state, finding, {"at": before.isoformat(timespec="seconds"), "seconds": round(away, 1)})


def _queue() -> Iterator[Diagnosis]:
    state = queue_state()
    looks: tuple[tuple[bool, str, Callable[[], dict[str, Any]]], ...] = (
        (state.failed > 0, "queue_failed", lambda: {"count": state.failed, "failed": _failed()}),
        (state.overdue > 0, "queue_dead_worker", lambda: {"count": state.overdue}),
        (
            state.oldest_seconds > PATIENCE_SECONDS,
            "queue_waiting",
            lambda: {"count": state.waiting, "minutes": int(state.oldest_seconds // 60)},
        ),
    )
    wrong = [Diagnosis("queue", "warning", finding, evidence()) for is_so, finding, evidence in looks if is_so]
    yield from wrong or [Diagnosis("queue", "ok", "queue", {"waiting": state.waiting, "running": state.running})]


def _failed() -> list[dict[str, Any]]:
    return [
        {"task": failed.task, "arguments": list(failed.arguments), "error": failed.error}
        for failed in list_failed_tasks()
    ]
