"""The zip around a workbook, judged before anything is unpacked into memory.

Every part is unpacked once, block by block, against what it declares and against the limits below.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from guantong.formats.problems import InputError, Problem

MOST_PARTS = 10_000
LARGEST_UNPACKED = 2 << 30
"""Bytes of all parts together, unpacked."""

LARGEST_RATIO = 250
"""Times that a part of more than RATIO_FREE bytes may grow in unpacking."""

RATIO_FREE = 16 << 20

_BLOCK = 1 << 18
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_FLAG_ENCRYPTED = 0x1


class DamagedError(Exception):
    """A part that is not what the zip says."""


def check_file(path: Path) -> None:
    """Refuse what cannot be a workbook by its first bytes.

    Raises:
        InputError: Missing, unreadable, empty, encrypted, old, or no zip.
    """
    try:
        if not path.exists():
            raise InputError([Problem("missing_file", value=str(path), expected="an .xlsx file or a folder of CSV")])
        with path.open("rb") as file:
            start = file.read(len(_OLE))
    except (OSError, ValueError):
        raise InputError([Problem("unreadable_file", value=str(path), expected="a file that can be read")]) from None
    if not start:
        raise InputError([Problem("empty_file", value=path.name, expected="a workbook with at least one sheet")])
    if start == _OLE:
        raise InputError([Problem("encrypted", value=path.name, expected="an .xlsx file without password")])
    if not start.startswith(b"PK"):
        raise InputError([Problem("not_a_workbook", value=path.name, expected="an .xlsx file or a folder of CSV")])


class Package:
    """An open zip whose declared sizes are within the limits."""

    def __init__(self, path: Path) -> None:
        """Open a zip.

        Raises:
            DamagedError: No zip, or one with impossible entries.
            InputError: Encrypted, or over the limits.
        """
        self.name = path.name
        self._file: BinaryIO = path.open("rb")
        try:
            with zipfile.ZipFile(self._file) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error, EOFError):
            self._file.close()
            raise DamagedError from None
        self.entries = {entry.filename: entry for entry in entries}
        try:
            self._check(entries)
        except Exception:
            self._file.close()
            raise

    def __enter__(self) -> "Package":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _check(self, entries: list[zipfile.ZipInfo]) -> None:
        if any(entry.flag_bits & _FLAG_ENCRYPTED for entry in entries):
            raise InputError([Problem("encrypted", value=self.name, expected="an .xlsx file without password")])
        if len(self.entries) != len(entries):
            raise DamagedError
        if len(entries) > MOST_PARTS:
            raise self.too_large(f"{len(entries)} parts", f"at most {MOST_PARTS} parts")
        unpacked = sum(entry.file_size for entry in entries)
        if unpacked > LARGEST_UNPACKED:
            raise self.too_large(f"{unpacked} bytes unpacked", f"at most {LARGEST_UNPACKED} bytes unpacked")
        for entry in entries:
            if entry.file_size > max(RATIO_FREE, entry.compress_size * LARGEST_RATIO):
                raise self.too_large(
                    f"{entry.filename}: {entry.compress_size} bytes become {entry.file_size}",
                    f"parts that grow at most {LARGEST_RATIO} times in unpacking",
                )

    def too_large(self, value: str, expected: str, sheet: str | None = None) -> InputError:
        """Return the refusal of a file beyond a limit."""
        return InputError([Problem("too_large", sheet=sheet, value=value, expected=expected)])

    def blocks(self, name: str) -> Iterator[bytes]:
        """Unpack a part block by block.

        Raises:
            DamagedError: It is larger or smaller than declared, or no deflate stream.
        """
        entry = self.entries[name]
        left = entry.file_size
        for block in self._unpacked(entry):
            left -= len(block)
            if left < 0:
                raise DamagedError
            yield block
        if left:
            raise DamagedError

    def read(self, name: str) -> bytes:
        """Return a part as a whole."""
        return b"".join(self.blocks(name))

    def _unpacked(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        if entry.compress_type == zipfile.ZIP_STORED:
            yield from self._packed(entry)
        elif entry.compress_type == zipfile.ZIP_DEFLATED:
            yield from self._inflated(entry)
        else:
            raise DamagedError

    def _inflated(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for packed in self._packed(entry):
                data = packed
                while data and not stream.eof:
                    yield stream.decompress(data, _BLOCK * 8)
                    data = stream.unconsumed_tail
            yield stream.flush()
        except zlib.error:
            raise DamagedError from None
        if not stream.eof:
            raise DamagedError

    def _packed(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        self._file.seek(entry.header_offset)
        header = self._file.read(30)
        if len(header) < 30:
            raise DamagedError
        signature, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        if signature != b"PK\x03\x04":
            raise DamagedError
        position = entry.header_offset + len(header) + name_length + extra_length
        left = entry.compress_size
        while left:
            self._file.seek(position)
            block = self._file.read(min(left, _BLOCK))
            if not block:
                raise DamagedError
            position += len(block)
            left -= len(block)
            yield block
