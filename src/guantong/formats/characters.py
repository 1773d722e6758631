"""What counts as blank, as the same name, and as readable text in a cell."""

import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping

LONGEST_TEXT = 32_767
"""Characters that an Excel cell holds."""

LONGEST_CODE = 200
"""Characters of a code: two of them, as a key may have, still fit into an index of the database."""

BLANKS = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"  # white space
    "\xad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"  # nothing to be seen
)
FULL_WIDTH: Mapping[int, str] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0x2212: "-",
}
_NOT_IN_TEXT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_CODES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_SEPARATORS = re.compile(r"[\s\-_()\[\]]+")


def trim(text: str) -> str:
    """Return a text without blanks at its ends, full-width, no-break and zero-width ones included."""
    return text.strip(BLANKS)


def narrow(text: str) -> str:
    """Return a trimmed text with full-width digits and signs as ASCII; superscripts and fractions stay as they are."""
    return trim(text.translate(FULL_WIDTH))


def one_line_ends(text: str) -> str:
    """Return a trimmed text whose lines end in a line feed."""
    return trim(text.replace("\r\n", "\n").replace("\r", "\n"))


def has_control(text: str) -> bool:
    """Return whether a text holds characters that a text cell may not: controls other than the line feed."""
    return _NOT_IN_TEXT.search(text) is not None


def code_form(text: str) -> str:
    """Return a code in its one form: NFKC, trimmed, case kept."""
    return trim(unicodedata.normalize("NFKC", text))


def has_hidden(code: str) -> bool:
    """Return whether a code holds characters that cannot be seen."""
    return not code.isprintable() and any(
        unicodedata.category(sign) in _NOT_IN_CODES or sign in "\ufffe\uffff" for sign in code
    )


def folded(name: str) -> str:
    """Return a sheet, column or choice name in the form in which names are compared.

    NFKC, trimmed, case ignored, blanks, hyphens and brackets as `_`, the mark of required columns left out.
    """
    text = trim(unicodedata.normalize("NFKC", name)).casefold().strip("*").strip(BLANKS)
    return _SEPARATORS.sub("_", text).strip("_")


def nearest(name: str, known: Collection[str], cutoff: float = 0.6) -> str:
    """Return the known name most like a name, "" where none is like it."""
    forms: dict[str, str] = {}
    for each in known:
        forms.setdefault(folded(each), each)
    word = folded(name)
    if word in forms:
        return forms[word]
    found = difflib.get_close_matches(word, forms, n=1, cutoff=cutoff)
    return forms[found[0]] if found else ""
