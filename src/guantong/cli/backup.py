"""`guantong backup`: write a company, or all of them, into one file, and read it back."""

import argparse
import sys
from pathlib import Path

from django.db import Error as DatabaseError

from guantong import clock
from guantong.cli.backup_text import write_sections
from guantong.cli.database import OPERATOR, company_named
from guantong.cli.opening import UsageError, progress
from guantong.cli.options import add_company, add_language
from guantong.exchange.actions import record_backup
from guantong.exchange.queries import write_backup
from guantong.formats.backup import Backup, BackupError, BackupWriter, Manifest
from guantong.formats.placing import BusyError, whole_file
from guantong.kit.place import first_line
from guantong.messages.labels import label
from guantong.organisation.queries import list_companies


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong backup`."""
    parser.add_argument("path", metavar="FILE", help="备份文件 · the file to write")
    add_company(parser)
    parser.add_argument("--force", action="store_true", help="可覆盖已有文件 · may take the place of a file")
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong backup`; returns the exit status.

    Raises:
        UsageError: There is no such company, the file cannot be written, or the database was lost.
    """
    language, path = arguments.lang or "zh", Path(arguments.path)
    if arguments.company is not None:
        company_named(arguments.company, language)
    elif not list_companies():
        raise UsageError(label("errors.no_company", language))
    manifest = _write(path, arguments.company, language, force=arguments.force)
    write_sections(manifest.sections, language)
    sys.stdout.write(label("backup.done", language, path=path, size=f"{path.stat().st_size:,}") + "\n")
    try:
        record_backup(OPERATOR, clock.now(), manifest)
    except DatabaseError as error:
        raise UsageError(label("backup.unrecorded", language, path=path, reason=first_line(error))) from None
    return 0


def _write(path: Path, code: str | None, language: str, *, force: bool) -> Manifest:
    try:
        with progress(label("progress.backup", language)), whole_file(path, replace=force) as file:
            with BackupWriter(file) as writer:
                manifest = write_backup(writer, clock.now(), code)
            written = Backup(file)
            written.check()
    except FileExistsError:
        raise UsageError(label("errors.exists", language, path=path)) from None
    except BusyError:
        raise UsageError(label("backup.busy", language, path=path)) from None
    except BackupError:
        raise UsageError(label("backup.unsound", language, path=path)) from None
    except OSError as error:
        raise UsageError(label("errors.write", language, path=path, reason=error.strerror or error)) from None
    except DatabaseError as error:
        raise UsageError(label("backup.lost", language, reason=first_line(error))) from None
    return manifest
