"""Whose rows the database shows."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def company_scope(company_id: int) -> Iterator[None]:
    """Show the rows of one company; 0 = what is the installation's."""
    del company_id
    yield


@contextmanager
def user_scope(user_id: int) -> Iterator[None]:
    """Show a user's memberships in all companies."""
    del user_id
    yield
