"""A lock is held once, however its database is kept, and ends with whoever holds it."""

from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection

from guantong.kit.locks import LockedError, lock

pytestmark = pytest.mark.django_db(transaction=True)


def is_held(name: str) -> bool:
    try:
        with lock(name):
            return False
    except LockedError:
        return True


@pytest.mark.only("sqlite")
def test_a_database_in_memory_leaves_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    connection.ensure_connection()
    monkeypatch.setitem(connection.settings_dict, "NAME", "file:shared?mode=memory&cache=shared")
    monkeypatch.chdir(tmp_path)
    with suppress(ZeroDivisionError), lock("load A"):
        assert is_held("load A")
        assert not is_held("load B")
        raise ZeroDivisionError
    assert not is_held("load A")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.only("sqlite")
def test_a_lock_of_a_file_is_held_once() -> None:
    with suppress(ZeroDivisionError), lock("load A"):
        assert is_held("load A")
        assert not is_held("load B")
        raise ZeroDivisionError
    assert not is_held("load A")
