"""Writing a company to a path that the reader names: never over something, never half."""

from pathlib import Path

from guantong.cli.opening import UsageError
from guantong.engine.company import Company
from guantong.formats.workbook import TooManyRowsError, write_company
from guantong.messages.labels import label


def check_free(path: Path, language: str) -> None:
    """Refuse a path at which something stands already.

    Raises:
        UsageError: The path exists.
    """
    if path.exists():
        raise UsageError(label("errors.exists", language, path=path))


def save_company(company: Company, path: Path, language: str) -> None:
    """Write a company as a workbook or CSV folder.

    Raises:
        UsageError: The path exists already, cannot be written, or cannot hold so many rows.
    """
    check_free(path, language)
    try:
        write_company(company, path, language)
    except OSError as error:
        raise UsageError(label("errors.write", language, path=path, reason=error.strerror)) from None
    except TooManyRowsError as error:
        raise UsageError(str(error)) from None
