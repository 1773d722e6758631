"""Whether a file is a picture from its first byte to its last, with nothing behind it.

Only the frame is walked; the picture itself is not decoded.
"""

import struct
from typing import BinaryIO

_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_STEPS = 1_000_000
_TAIL = 64


def is_png(file: BinaryIO) -> bool:
    """Return whether a file is a PNG whose last chunk ends it."""
    size = file.seek(0, 2)
    file.seek(0)
    if file.read(len(_PNG)) != _PNG:
        return False
    for _ in range(_MOST_STEPS):
        head = file.read(8)
        if len(head) < 8:
            return False
        length, kind = struct.unpack(">I4s", head)
        place = file.seek(length + 4, 1)
        if place > size:
            return False
        if kind == b"IEND":
            return length == 0 and place == size
    return False


def is_jpeg(file: BinaryIO) -> bool:
    """Return whether a file is a JPEG: segments up to the picture, and the mark of its end at the end."""
    size = file.seek(0, 2)
    file.seek(0)
    if file.read(2) != b"\xff\xd8":
        return False
    while True:
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            return False
        marker, (length,) = head[1], struct.unpack(">H", head[2:])
        if length < 2 or not 0xC0 <= marker <= 0xFE:
            return False
        if marker == 0xDA:  # the picture itself follows
            break
        file.seek(length - 2, 1)
    file.seek(max(0, size - _TAIL))
    return file.read().rstrip(b"\0").endswith(b"\xff\xd9")


def is_gif(file: BinaryIO) -> bool:
    """Return whether a file is a GIF whose trailer ends it."""
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(13)
    if len(head) < 13 or head[:6] not in (b"GIF87a", b"GIF89a"):
        return False
    _skip_colours(file, head[10])
    for _ in range(_MOST_STEPS):
        sign = file.read(1)
        if sign == b";":
            return file.tell() == size
        if sign == b"!":
            file.seek(1, 1)
        elif sign == b",":
            place = file.read(9)
            if len(place) < 9:
                return False
            _skip_colours(file, place[8])
            file.seek(1, 1)
        else:
            return False
        if not _skip_blocks(file):
            return False
    return False


def _skip_colours(file: BinaryIO, flags: int) -> None:
    if flags & 0x80:
        file.seek(3 * 2 ** ((flags & 0x07) + 1), 1)


def _skip_blocks(file: BinaryIO) -> bool:
    while size := file.read(1):
        if size == b"\0":
            return True
        file.seek(size[0], 1)
    return False


def is_webp(file: BinaryIO) -> bool:
    """Return whether a file is a WebP as long as it says."""
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(16)
    if len(head) < 16 or head[:4] != b"RIFF" or head[8:12] != b"WEBP" or head[12:15] != b"VP8":
        return False
    length = int.from_bytes(head[4:8], "little") + 8
    return size in (length, length + length % 2)
