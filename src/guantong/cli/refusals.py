"""Why the database does not take a company in, as the terminal says it."""

from collections.abc import Iterator
from contextlib import contextmanager

from guantong import clock
from guantong.cli.database import OPERATOR
from guantong.cli.load_text import sheet_name
from guantong.cli.opening import UsageError, progress
from guantong.exchange.actions import (
    CurrencyError,
    Loading,
    SameRowError,
    StaleError,
    TakenCodeError,
    load_company,
)
from guantong.kit.locks import LockedError
from guantong.messages.labels import label


@contextmanager
def refusals(code: str, language: str) -> Iterator[None]:
    """Say in words what keeps a company from being loaded.

    Args:
        code: The company.
        language: Of the words.

    Raises:
        UsageError: In place of what the action raises.
    """
    try:
        yield
    except LockedError:
        raise UsageError(label("errors.load_locked", language, company=code)) from None
    except CurrencyError:
        raise UsageError(label("errors.currency_fixed", language, company=code)) from None
    except TakenCodeError as error:
        words = {"table": sheet_name(error.table, language), "other": sheet_name(error.other, language)}
        raise UsageError(label("errors.code_taken", language, code=error.code, **words)) from None
    except SameRowError as error:
        details = {"table": sheet_name(error.table, language), "code": error.code, "former": error.former}
        raise UsageError(label("errors.row_twice", language, **details)) from None


def load_or_refuse(loading: Loading, language: str) -> None:
    """Load a company, once.

    Raises:
        UsageError: It is being loaded, has changed since it was read, or does not take something.
    """
    code = loading.company.code
    with refusals(code, language), progress(label("progress.load", language, name=code)):
        try:
            load_company(OPERATOR, clock.now(), loading)
        except StaleError:
            raise UsageError(label("errors.changed_company", language, company=code)) from None
