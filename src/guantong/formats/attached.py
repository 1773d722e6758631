"""What a file that somebody attaches really is: its content and its name have to say the same.

Refused is whatever a browser or an office program would run or take for something else: programs, HTML, SVG, macros,
files that are two kinds at once, archives that swell in unpacking. Nothing is unpacked here, and nothing shown.
"""

import re
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from guantong.formats.attached_images import is_gif, is_jpeg, is_png, is_webp

LONGEST_NAME = 255
"""Bytes of a file's name in UTF-8, which is what file systems take."""

_MOST_PARTS = 10_000
_LARGEST_UNPACKED = 1 << 30
_LARGEST_RATIO = 250
_RATIO_FREE = 16 << 20
_START = 1024
_TAIL = 2048
_PIECE = 1 << 20
_NOT_IN_NAMES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_PATH_SIGNS = frozenset('/\\:*?"<>|')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_ACTIVE = re.compile(rb"<(script|html|!doctype|svg|\?xml|\?php|iframe|body|head)", re.IGNORECASE)
_MACROS = re.compile(r"(vbaproject|vbadata|/activex|/embeddings/.*\.(bin|exe|dll|js|vbs)$)", re.IGNORECASE)
_ZIP = b"PK\x03\x04"


class RefusedFileError(Exception):
    """A file that cannot be attached.

    Attributes:
        fault: `name`, `empty`, `kind` (of a kind that is not taken), `content` (its content is not what its name says),
            `two_kinds`, `macros`, `encrypted`, `swelling` or `damaged`.
        details: Words that the message of this fault needs.
    """

    def __init__(self, fault: str, **details: object) -> None:
        self.fault, self.details = fault, details
        super().__init__(fault)


@dataclass(frozen=True)
class Kind:
    """A kind of file: its media type, and what is so of the content of every file of it."""

    media_type: str
    holds: Callable[[BinaryIO], bool]


def check_file(name: str, file: BinaryIO) -> str:
    """Return the media type of a file whose name and content agree.

    Args:
        name: The file's name; see `check_name`.
        file: Its content, which can be sought in.

    Raises:
        RefusedFileError: It cannot be attached.
    """
    check_name(name)
    ending = name.rpartition(".")[2].lower()
    kind = KINDS.get(ending)
    if kind is None:
        raise RefusedFileError("kind", ending=ending, kinds=", ".join(KINDS))
    if not file.seek(0, 2):
        raise RefusedFileError("empty")
    is_zip = zipfile.is_zipfile(file)
    if not kind.holds(file):
        raise RefusedFileError("content", ending=ending)
    if ending in _OFFICE:
        _check_office(file, ending)
    elif is_zip or (ending not in _TEXTS and _is_second_kind(file, ending)):
        raise RefusedFileError("two_kinds")
    file.seek(0)
    return kind.media_type


def check_name(name: str) -> None:
    """Refuse a file's name that some system or reader would take for something else.

    Raises:
        RefusedFileError: It is empty, too long, a path, reserved, or holds signs that cannot be seen.
    """
    hidden = any(unicodedata.category(sign) in _NOT_IN_NAMES or sign in _PATH_SIGNS for sign in name)
    odd = not name or name != name.strip(" .") or "." not in name or _RESERVED.match(name) is not None
    if hidden or odd or len(name.encode(errors="replace")) > LONGEST_NAME:
        shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name)
        raise RefusedFileError("name", name=shown[:LONGEST_NAME])


def _starts(file: BinaryIO, size: int) -> bytes:
    file.seek(0)
    return file.read(size)


def _is_second_kind(file: BinaryIO, ending: str) -> bool:
    """Return whether a picture or a PDF begins as something else too that a careless reader would open."""
    start = _starts(file, _START)
    return _ACTIVE.search(start) is not None or (ending != "pdf" and b"%PDF-" in start)


def _is_pdf(file: BinaryIO) -> bool:
    if re.match(rb"%PDF-[12]\.[0-9]", _starts(file, 8)) is None:
        return False
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    return b"%%EOF" in file.read()


def _is_zip(file: BinaryIO) -> bool:
    return _starts(file, len(_ZIP)) == _ZIP and zipfile.is_zipfile(file)


def _is_text(file: BinaryIO) -> bool:
    """Return whether a file is text: UTF-8, UTF-16 with its mark, or GB 18030, without controls."""
    start = _starts(file, 2)
    for encoding in ("utf-16",) if start in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        if _reads_as(file, encoding):
            return True
    return False


def _reads_as(file: BinaryIO, encoding: str) -> bool:
    import codecs

    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while piece := file.read(_PIECE):
            if _CONTROLS.search(decoder.decode(piece)):
                return False
        return not _CONTROLS.search(decoder.decode(b"", final=True))
    except UnicodeDecodeError:
        return False


_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def _check_office(file: BinaryIO, ending: str) -> None:
    """Refuse a document of an office program with macros, a password, too much in it, or without its own parts."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if any(entry.flag_bits & 1 for entry in entries):
                raise RefusedFileError("encrypted")
            _check_size(file, entries)
            if _OFFICE[ending] not in names or "[Content_Types].xml" not in names:
                raise RefusedFileError("content", ending=ending)
            types = archive.read("[Content_Types].xml").lower()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, RuntimeError):
        raise RefusedFileError("damaged") from None
    except Exception as error:
        if isinstance(error, RefusedFileError):
            raise
        raise RefusedFileError("damaged") from None  # what zlib and struct raise
    if b"macroenabled" in types or any(_MACROS.search(name) for name in names):
        raise RefusedFileError("macros")


def _check_size(file: BinaryIO, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that swells, or whose parts are not side by side."""
    unpacked, packed = (sum(getattr(entry, name) for entry in entries) for name in ("file_size", "compress_size"))
    swells = any(entry.file_size > max(_RATIO_FREE, entry.compress_size * _LARGEST_RATIO) for entry in entries)
    if swells or unpacked > _LARGEST_UNPACKED or len(entries) > _MOST_PARTS or packed > file.seek(0, 2):
        raise RefusedFileError("swelling")
    names = [entry.filename for entry in entries]
    outside = any(name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) for name in names)
    if outside or len(set(names)) < len(names):
        raise RefusedFileError("damaged")


_OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
_TEXTS = frozenset({"txt", "csv", "md"})
_OPEN_XML = "application/vnd.openxmlformats-officedocument"

KINDS: Mapping[str, Kind] = {
    "pdf": Kind("application/pdf", _is_pdf),
    "png": Kind("image/png", is_png),
    "jpg": Kind("image/jpeg", is_jpeg),
    "jpeg": Kind("image/jpeg", is_jpeg),
    "gif": Kind("image/gif", is_gif),
    "webp": Kind("image/webp", is_webp),
    "docx": Kind(f"{_OPEN_XML}.wordprocessingml.document", _is_zip),
    "xlsx": Kind(f"{_OPEN_XML}.spreadsheetml.sheet", _is_zip),
    "pptx": Kind(f"{_OPEN_XML}.presentationml.presentation", _is_zip),
    "txt": Kind("text/plain", _is_text),
    "csv": Kind("text/csv", _is_text),
    "md": Kind("text/markdown", _is_text),
}
"""The kinds that are taken, by the ending of a file's name."""
