"""Files that pages load: style, scripts, icons. Each is addressed with a digest of what is in it.

Nothing has to be collected: the server reads them where the packages have them, and a browser may keep them for good,
since a changed file has another address.
"""

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

_DIGITS = 12


class VersionedFiles(StaticFilesStorage):
    """Addresses of files with a digest of their content."""

    def url(self, name: str | None) -> str:
        """Return the address of a file; one that is not there has no digest."""
        digest = _digest(name or "")
        address: str = super().url(name)
        return f"{address}?v={digest}" if digest else address


@cache
def _digest(name: str) -> str:
    found = finders.find(name)
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:_DIGITS] if found else ""
