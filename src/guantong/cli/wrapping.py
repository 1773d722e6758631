"""Break text into lines by cells: Chinese anywhere but before closing punctuation, other words at blanks."""

import re
import unicodedata
from collections.abc import Iterator

from rich.cells import cell_len

_NOT_FIRST = "，。；：、！？）】》”’…%％"
_PIECE = re.compile(r"\s+|[^\s⺀-鿿豈-﫿＀-￯　-〿“”‘’…]+|.", re.DOTALL)


def wrap(text: str, width: int) -> str:
    """Return the text in lines of at most `width` cells; a single word longer than that is cut.

    Args:
        text: Any text; its own line breaks stay.
        width: Cells per line, at least 4.
    """
    return "\n".join(line for paragraph in text.split("\n") for line in _lines(paragraph, max(width, 4)))


def _lines(paragraph: str, width: int) -> Iterator[str]:
    line = ""
    for piece in _pieces(paragraph, width):
        if cell_len(line) + cell_len(piece.rstrip()) > width and line.strip():
            yield line.rstrip()
            line = piece.lstrip()
        else:
            line += piece
    yield line.rstrip()


def _pieces(paragraph: str, width: int) -> Iterator[str]:
    """Yield what may not be broken: a word or a Chinese character, with the punctuation that closes it."""
    piece = ""
    for match in _PIECE.finditer(paragraph):
        part = match[0]
        if (piece and (part[0] in _NOT_FIRST or unicodedata.category(part[0]) in ("Pe", "Pf"))) or part.isspace():
            piece += part
            continue
        yield from _cut(piece, width)
        piece = part
    yield from _cut(piece, width)


def _cut(piece: str, width: int) -> Iterator[str]:
    while cell_len(piece.rstrip()) > width:
        size = 1
        while cell_len(piece[: size + 1]) <= width:
            size += 1
        yield piece[:size]
        piece = piece[size:]
    if piece:
        yield piece
