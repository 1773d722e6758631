"""What the tests of the installation share."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@pytest.fixture
def applied(settings: Any) -> Iterator[MigrationRecorder]:
    """Have the database say that every migration is applied, however the tests made its tables; undone afterwards."""
    settings.MIGRATION_MODULES = {}
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    before = set(recorder.applied_migrations())
    for app, name in MigrationLoader(None).disk_migrations.keys() - before:
        recorder.record_applied(app, name)
    yield recorder
    recorder.flush()
    for app, name in before:
        recorder.record_applied(app, name)
