"""A file that appears whole or not at all, and that nobody else can read."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_OWNER_ONLY = 0o600


class BusyError(Exception):
    """Somebody else is writing the same file."""


@contextmanager
def whole_file(target: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """Give a file to write and to read; it becomes the target when all went well, and is gone when not.

    It stands beside the target as `.NAME.part`; what a killed process left of it is taken over.

    Args:
        target: Where it shall be.
        replace: Whether it may take the place of a file.

    Raises:
        BusyError: Somebody else is writing it.
        FileExistsError: There is a file, and `replace` is not set.
        OSError: It cannot be written.
    """
    if target.is_dir() or (target.exists() and not replace):
        raise FileExistsError
    part = target.with_name(f".{target.name}.part")
    with _own(part) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            _move(part, target, replace=replace)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    _settle(target.parent)


@contextmanager
def _own(part: Path) -> Iterator[BinaryIO]:
    """Open a file that this process alone has, empty."""
    while True:
        file = os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT, _OWNER_ONLY), "r+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise BusyError from None
        if _is_at(file, part):
            break
        file.close()  # whoever had it has moved it into place
    with file:
        file.truncate()
        yield file


def _is_at(file: BinaryIO, place: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), place.stat())
    except FileNotFoundError:
        return False


def _move(part: Path, target: Path, *, replace: bool) -> None:
    if replace:
        part.replace(target)
        return
    try:
        target.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if target.exists():
            raise FileExistsError from None
        part.rename(target)
    else:
        part.unlink()


def _settle(folder: Path) -> None:
    """Have the folder's new entry survive a loss of power, where the system can do that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
