"""Files that people attach, good ones and disguised ones."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

OFFICE = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
}


def png() -> bytes:
    """Return a picture of one grey dot."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0\x80")), (b"IEND", b"")]
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def jpeg() -> bytes:
    """Return the frame of a JPEG."""
    header = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + bytes(range(1, 200))
    return b"\xff\xd8" + header + scan + b"\xff\xd9"


def gif() -> bytes:
    """Return a picture of one dot, with colours and a comment."""
    head = b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + b"\0\0\0\xff\xff\xff"
    comment = b"!\xfe\x02hi\x00"
    return head + comment + b",\0\0\0\0\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"


def webp() -> bytes:
    """Return the frame of a WebP."""
    body = b"WEBPVP8L" + struct.pack("<I", 6) + b"\x2f\0\0\0\0\0"
    return b"RIFF" + struct.pack("<I", len(body)) + body


def pdf(more: bytes = b"") -> bytes:
    """Return a PDF without pages, with bytes put behind its first line."""
    return b"%PDF-1.7\n" + more + b"1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def office(ending: str, more: Mapping[str, bytes] | None = None, types: bytes = b"") -> bytes:
    """Return a document of an office program, with more parts and content types."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types>" + types + b"</Types>")
        archive.writestr(OFFICE[ending], b"<document/>")
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return file.getvalue()


def archive(**parts: bytes) -> bytes:
    """Return a plain zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return file.getvalue()


GOOD: Mapping[str, bytes] = {
    "plan.pdf": pdf(),
    "dot.png": png(),
    "dot.jpg": jpeg(),
    "dot.JPEG": jpeg(),
    "dot.gif": gif(),
    "dot.webp": webp(),
    "计划 2026.docx": office("docx"),
    "goals.xlsx": office("xlsx"),
    "deck.pptx": office("pptx"),
    "notes.txt": "说明\r\n第二行\t".encode(),
    "legacy.csv": "姓名,目标\n陆晨,1".encode("gb18030"),
    "wide.csv": "姓名".encode("utf-16"),
    "read.me.md": b"# Title",
}
"""A file of each kind, by name."""
