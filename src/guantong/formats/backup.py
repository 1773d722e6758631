"""The backup file: companies row by row, so written that equal content gives equal bytes on every database.

A zip. Its first member, `mimetype`, says what it is; its last, `manifest.json`, says what is in it. Between them
stands a member per section and model, such as `1/goals.goal.jsonl`: each line is a block of rows as one JSON object of
columns. A section is a company, or the installation's own trail. Rows are numbered by their place, from 1; references
name these numbers, so that no id of any database is in the file. What people attached stands as it is under the
SHA-256 of its content, such as `1/files/9f86d081…`, in the order of these. The zip's comment is the seal: the SHA-256
of all bytes before it.
"""

import contextlib
import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

FORMAT = 2
"""Version of the file's form; a reader takes its own and those below."""

_KIND = b"application/vnd.guantong.backup+zip"
_FIRST = b"mimetype" + _KIND
_FIRST_AT = 30  # behind the header of a zip's first member
_MANIFEST = "manifest.json"
_SEAL = 64
_PIECE = 1 << 20
_LONGEST_LINE = 1 << 28

Block = dict[str, list[Any]]
"""Rows as columns, by the names of their fields."""


class BackupError(Exception):
    """A file that cannot be restored.

    Attributes:
        kind: `missing`, `unreadable`, `foreign`, `damaged` or `newer`.
        details: Words that the message of this kind needs.
    """

    def __init__(self, kind: str, **details: object) -> None:
        self.kind, self.details = kind, details
        super().__init__(kind)


@dataclass(frozen=True)
class Part:
    """The rows of one model in a section.

    Attributes:
        model: Its name, such as `goals.goal`.
        fields: Names of the fields that are written.
        rows: How many rows.
        sha256: Of the member's content.
    """

    model: str
    fields: tuple[str, ...]
    rows: int
    sha256: str


@dataclass(frozen=True)
class Attached:
    """A file that people attached: the SHA-256 of its content, and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Section:
    """A company, or what belongs to the installation as a whole.

    Attributes:
        code: The company's code, "" for the installation's own trail.
        name: The company's name.
        day: The day of the report, ISO; "" without one.
        report: SHA-256 of the report of that day, "" where the company has no year to check.
        parts: Its rows; models without any are left out.
        files: The files that its people attached.
        lost: How many files the rows name that were not there to be written.
    """

    code: str
    name: str
    day: str
    report: str
    parts: tuple[Part, ...]
    files: tuple[Attached, ...] = ()
    lost: int = 0

    def count(self, model: str) -> int:
        """Return how many rows of a model there are."""
        return sum(part.rows for part in self.parts if part.model == model)

    @property
    def rows(self) -> int:
        """Return the rows of all its models."""
        return sum(part.rows for part in self.parts)


@dataclass(frozen=True)
class Manifest:
    """What is in a backup.

    Attributes:
        version: The product's version that made it.
        method: SHA-256 of the engine that computed the reports.
        made_at: The moment that it shows, ISO, UTC.
        sections: The companies by code, and the installation's own trail where all of it is there.
        format: Version of the file's form.
    """

    version: str
    method: str
    made_at: str
    sections: tuple[Section, ...]
    format: int = FORMAT


class BackupWriter:
    """Writes a backup into a file that can be read back: members first, the manifest last."""

    def __init__(self, file: BinaryIO) -> None:
        """Begin; the file is empty and open for reading and writing."""
        self._file = file
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._zip.writestr(zipfile.ZipInfo("mimetype"), _KIND, zipfile.ZIP_STORED)

    def __enter__(self) -> "BackupWriter":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):  # it failed already, and says why
            self._zip.close()

    def write_part(self, number: int, model: str, fields: tuple[str, ...], lines: Iterable[tuple[int, bytes]]) -> Part:
        """Write the rows of a model of the section with a number, lines of (rows in it, bytes)."""
        return digested(model, fields, self._kept(_member(number, model), lines))

    def write_file(self, number: int, sha256: str, file: BinaryIO) -> Attached:
        """Write a file that people attached to the section with a number.

        Raises:
            BackupError: It is not the file of this digest.
        """
        digest, size = hashlib.sha256(), 0
        with self._zip.open(zipfile.ZipInfo(_file(number, sha256)), "w", force_zip64=True) as member:
            while piece := file.read(_PIECE):
                member.write(piece)
                digest.update(piece)
                size += len(piece)
        if digest.hexdigest() != sha256:
            raise BackupError("damaged")
        return Attached(sha256, size)

    def _kept(self, name: str, lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
        """Pass lines on and write them; no line, no member."""
        member = None
        try:
            for rows, line in lines:
                if member is None:
                    info = zipfile.ZipInfo(name)
                    info.compress_type = zipfile.ZIP_DEFLATED
                    member = self._zip.open(info, "w", force_zip64=True)
                member.write(line)
                yield rows, line
        finally:
            if member is not None:
                member.close()

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest and the seal."""
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
        self._zip.writestr(zipfile.ZipInfo(_MANIFEST), text.encode(), zipfile.ZIP_DEFLATED)
        self._zip.comment = b"0" * _SEAL
        self._zip.close()
        size = self._file.seek(0, 2)
        seal = _digest_of(self._file, size - _SEAL)
        self._file.seek(size - _SEAL)
        self._file.write(seal.encode())
        self._file.flush()


def digested(model: str, fields: tuple[str, ...], lines: Iterable[tuple[int, bytes]]) -> Part:
    """Return what the manifest says of lines of (rows in it, bytes)."""
    digest, count = hashlib.sha256(), 0
    for rows, line in lines:
        digest.update(line)
        count += rows
    return Part(model, fields, count, digest.hexdigest())


def line_of(block: Mapping[str, list[Any]]) -> bytes:
    """Return a block as the file holds it."""
    text = json.dumps(block, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode() + b"\n"


def _member(number: int, model: str) -> str:
    return f"{number}/{model}.jsonl"


def _file(number: int, sha256: str) -> str:
    return f"{number}/files/{sha256}"


def _digest_of(file: BinaryIO, size: int) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(min(size, _PIECE)):
        digest.update(piece)
        size -= len(piece)
    return digest.hexdigest()


class Backup:
    """A backup whose every byte is as it was written."""

    def __init__(self, file: BinaryIO) -> None:
        """Check a file and read its manifest.

        Raises:
            BackupError: It is no backup, damaged, or of a newer form.
        """
        self._file = file
        _check_bytes(file)
        try:
            self._zip = zipfile.ZipFile(file)
            document = json.loads(self._zip.read(_MANIFEST))
            newer = document["format"] > FORMAT
        except (zipfile.BadZipFile, KeyError, ValueError, TypeError, zlib.error, struct.error, NotImplementedError):
            raise BackupError("damaged") from None
        if newer:
            raise BackupError("newer", version=document.get("version", "?"))
        self.manifest = _manifest(document)

    def __enter__(self) -> "Backup":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def section(self, code: str) -> Section | None:
        """Return the section of a company, None where it has none."""
        return next((section for section in self.manifest.sections if section.code == code), None)

    def blocks(self, section: Section, part: Part) -> Iterator[Block]:
        """Yield the rows of a part, block by block.

        Raises:
            BackupError: They are not what the manifest says.
        """
        number = self.manifest.sections.index(section) + 1
        digest, rows = hashlib.sha256(), 0
        try:
            with self._zip.open(_member(number, part.model)) as member:
                while line := member.readline(_LONGEST_LINE):
                    digest.update(line)
                    block = json.loads(line)
                    rows += _size(block, part.fields)
                    yield block
        except (zipfile.BadZipFile, KeyError, ValueError, TypeError, zlib.error, EOFError):
            raise BackupError("damaged") from None
        if (rows, digest.hexdigest()) != (part.rows, part.sha256):
            raise BackupError("damaged")

    def pieces(self, section: Section, attached: Attached) -> Iterator[bytes]:
        """Yield the content of a file that people attached, piece by piece.

        Raises:
            BackupError: It is not what the manifest says.
        """
        number = self.manifest.sections.index(section) + 1
        digest, size = hashlib.sha256(), 0
        try:
            with self._zip.open(_file(number, attached.sha256)) as member:
                while piece := member.read(_PIECE):
                    digest.update(piece)
                    size += len(piece)
                    yield piece
        except (zipfile.BadZipFile, KeyError, ValueError, zlib.error, EOFError):
            raise BackupError("damaged") from None
        if Attached(digest.hexdigest(), size) != attached:
            raise BackupError("damaged")

    def check(self) -> None:
        """Read everything once.

        Raises:
            BackupError: Anything is not what the manifest says.
        """
        for section in self.manifest.sections:
            for attached in section.files:
                for _ in self.pieces(section, attached):
                    pass
            for part in section.parts:
                for _ in self.blocks(section, part):
                    pass


def open_backup(path: Path) -> Backup:
    """Open a backup; its file stays open as long as it is used.

    Raises:
        BackupError: It is not there, cannot be read, or cannot be restored.
    """
    file = None
    try:
        file = path.open("rb")
        return Backup(file)
    except (FileNotFoundError, NotADirectoryError):
        raise BackupError("missing") from None
    except (OSError, ValueError) as error:
        raise BackupError("unreadable", reason=getattr(error, "strerror", None) or error) from None
    except BackupError:
        if file is not None:
            file.close()
        raise


def _check_bytes(file: BinaryIO) -> None:
    size = file.seek(0, 2)
    file.seek(_FIRST_AT)
    if file.read(len(_FIRST)) != _FIRST:
        raise BackupError("foreign")
    if size < _FIRST_AT + len(_FIRST) + _SEAL:
        raise BackupError("damaged")
    seal = _digest_of(file, size - _SEAL)
    if file.read(_SEAL) != seal.encode():
        raise BackupError("damaged")


def _manifest(document: dict[str, Any]) -> Manifest:
    try:
        sections = tuple(_section(section) for section in document["sections"])
        return Manifest(**{**document, "sections": sections})
    except (KeyError, TypeError):
        raise BackupError("damaged") from None


def _section(section: dict[str, Any]) -> Section:
    parts = tuple(Part(**{**part, "fields": tuple(part["fields"])}) for part in section["parts"])
    files = tuple(Attached(**attached) for attached in section.get("files", ()))
    return Section(**{**section, "parts": parts, "files": files})


def _size(block: Block, fields: tuple[str, ...]) -> int:
    """Return the rows of a block; all its columns have as many."""
    if block.keys() != set(fields):
        raise ValueError("other columns")
    (size,) = {len(column) for column in block.values()}
    return size
