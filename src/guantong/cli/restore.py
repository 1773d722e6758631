"""`guantong restore`: put the companies of a backup into the database, all of it or nothing."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from django.db import Error as DatabaseError

from guantong import __version__, clock
from guantong.cli.backup_text import write_sections
from guantong.cli.database import OPERATOR
from guantong.cli.opening import UsageError, nearest, progress
from guantong.cli.options import add_language
from guantong.exchange.actions import Restored, RestoreError, restore_backup
from guantong.formats.backup import Backup, BackupError, Section, open_backup
from guantong.kit.locks import LockedError
from guantong.kit.place import first_line
from guantong.kit.unpacking import ForeignContentError
from guantong.messages.labels import label
from guantong.organisation.actions import ExistingCompanyError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong restore`."""
    parser.add_argument("path", metavar="FILE", help="备份文件 · a file that guantong backup wrote")
    parser.add_argument("--company", metavar="CODE", help="只恢复此企业 · restore only this company (all of the file)")
    parser.add_argument(
        "--dry-run", action="store_true", help="只检查文件并列出内容 · check the file and list what is in it"
    )
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong restore`; returns the exit status.

    Raises:
        UsageError: The file or what is in it cannot be restored; the database is as before.
    """
    language, path = arguments.lang or "zh", Path(arguments.path)
    try:
        with open_backup(path) as backup:
            sections = _chosen(backup, arguments.company, language)
            with progress(label("progress.read", language, name=path.name)):
                backup.check()
            restored = () if arguments.dry_run else _restore(backup, sections, language)
    except BackupError as error:
        words = {"path": path, "own": __version__, **error.details}
        raise UsageError(label(f"restore.refused.{error.kind}", language, **words)) from None
    write_sections(sections, language)
    others = [one.section.code for one in restored if not one.is_same_report]
    for code in others:
        sys.stdout.write(label("restore.other_report", language, code=code) + "\n")
    outcome = "restore.sound" if arguments.dry_run else "restore.rows_only" if others else "restore.done"
    made_at, version = backup.manifest.made_at, backup.manifest.version
    sys.stdout.write(label(outcome, language, made_at=made_at, version=version) + "\n")
    return 0


def _chosen(backup: Backup, code: str | None, language: str) -> Sequence[Section]:
    if code is None:
        return backup.manifest.sections
    section = backup.section(code) if code else None
    if section is None:
        codes = [section.code for section in backup.manifest.sections if section.code]
        raise UsageError(label("restore.refused.company", language, value=code, near=nearest(code, codes)))
    return (section,)


def _restore(backup: Backup, sections: Sequence[Section], language: str) -> tuple[Restored, ...]:
    try:
        with progress(label("progress.restore", language)):
            return restore_backup(OPERATOR, clock.now(), backup, sections)
    except ExistingCompanyError as error:
        reason = label("restore.refused.existing", language, code=error)
    except LockedError:
        reason = label("restore.refused.locked", language)
    except ForeignContentError as error:
        words = {"what": error, "version": backup.manifest.version, "own": __version__}
        reason = label("restore.refused.unknown", language, **words)
    except RestoreError as error:
        reason = label("restore.refused.differs", language, code=error.code, what=", ".join(error.differing))
    except OSError as error:
        reason = label("restore.refused.files", language, reason=error.strerror or error)
    except DatabaseError as error:
        reason = label("restore.refused.database", language, reason=first_line(error))
    raise UsageError(reason)
