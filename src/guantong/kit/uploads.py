"""Files on their way in: into a temporary file each, and no further than the operator allows."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler

MOST_FILES = 5
"""Files that one request may bring."""


class LimitedUpload(TemporaryFileUploadHandler):
    """Drops a file that is too large, or one too many, as soon as that shows: `dropped_files` of the request."""

    def __init__(self, request: Any = None) -> None:
        """Begin with a request."""
        super().__init__(request)
        self._size, self._count = 0, 0

    def new_file(self, *arguments: Any, **keywords: Any) -> None:
        """Begin with the next file."""
        super().new_file(*arguments, **keywords)
        self._size, self._count = 0, self._count + 1
        if self._count > MOST_FILES:
            self._drop()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece of the file."""
        self._size += len(raw_data)
        if self._size > settings.GUANTONG_FILE_MEGABYTES << 20:
            self._drop()
        super().receive_data_chunk(raw_data, start)

    def _drop(self) -> None:
        self.request.dropped_files = [*getattr(self.request, "dropped_files", ()), self.file_name]
        raise SkipFile
