"""The store of attached files: a folder per company, outside of everything that a web server serves.

A file's name there is the SHA-256 of its content. It appears whole or not at all, is never changed, and is opened only
for who may see what it hangs on.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from guantong.formats.placing import whole_file

_PIECE = 1 << 20
_OWNER_ONLY = 0o700


class LostFileError(Exception):
    """The store lacks a file that the database knows, or has another content under its name."""


def digest_of(file: BinaryIO) -> str:
    """Return the SHA-256 of a file's content in hexadecimal."""
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def keep_file(company_id: int, digest: str, file: BinaryIO) -> None:
    """Keep a file under its digest; one that is there as it should be is left alone.

    Raises:
        OSError: It cannot be written.
        BusyError: Another process is writing the same file.
    """
    target = _made(company_id) / digest
    if target.exists() and target.stat().st_size == file.seek(0, os.SEEK_END):
        return
    file.seek(0)
    with whole_file(target, replace=True) as kept:
        shutil.copyfileobj(file, kept, _PIECE)


def keep_pieces(company_id: int, digest: str, pieces: Iterable[bytes]) -> None:
    """Keep a file that comes in pieces, such as from a backup; what the pieces raise leaves nothing behind.

    Raises:
        OSError: It cannot be written.
        BusyError: Another process is writing the same file.
    """
    with whole_file(_made(company_id) / digest, replace=True) as kept:
        for piece in pieces:
            kept.write(piece)


def remove_files(company_id: int) -> None:
    """Take away all files of a company: one that was to be restored and then was not."""
    shutil.rmtree(_folder(company_id), ignore_errors=True)


def open_file(company_id: int, digest: str) -> BinaryIO:
    """Open a file of a company to read.

    Raises:
        LostFileError: It is not there.
    """
    try:
        return place_of(company_id, digest).open("rb")
    except OSError:
        raise LostFileError(digest) from None


def place_of(company_id: int, digest: str) -> Path:
    """Return where a file stands."""
    return _folder(company_id) / digest


def _made(company_id: int) -> Path:
    """Return the folder of a company's files, made where it is not there; nobody else may read it."""
    folder = _folder(company_id)
    for place in (folder.parent, folder):
        place.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
    return folder


def _folder(company_id: int) -> Path:
    return Path(settings.GUANTONG_FILES) / str(company_id)


def list_lost(company_id: int, digests: list[str]) -> Iterator[str]:
    """Yield those of some digests whose file is not there."""
    for digest in digests:
        if not place_of(company_id, digest).is_file():
            yield digest
