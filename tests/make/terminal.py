"""Guantong's commands as processes of their own, on the database of the test."""

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings


def database_environment() -> dict[str, str]:
    """Return the environment in which a command uses the test's database, which counts as migrated from now on."""
    with override_settings(MIGRATION_MODULES={}):  # the tables were made without migrations
        call_command("migrate", fake=True, verbosity=0)
    own = {"DJANGO_SETTINGS_MODULE": "guantong.settings", "GUANTONG_DATABASE_URL": url_of(connection.settings_dict)}
    if connection.vendor == "postgresql":
        own["GUANTONG_OWNER_DATABASE_URL"] = url_of(settings.OWNER_DATABASE)
    return {**os.environ, **own}


def url_of(parts: Mapping[str, Any]) -> str:
    """Return the address of a database as the environment names it."""
    if parts["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{parts['NAME']}"
    secret = f":{parts['PASSWORD']}" if parts["PASSWORD"] else ""
    return f"postgres://{parts['USER']}{secret}@{parts['HOST']}:{parts['PORT'] or 5432}/{parts['NAME']}"


def start(environment: Mapping[str, str], *arguments: str, **more: Any) -> subprocess.Popen[str]:
    """Start a command."""
    command = [sys.executable, "-m", "guantong", *arguments]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    return subprocess.Popen(command, env=dict(environment), **pipes, **more)


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for a command; returns status, output and errors."""
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def run(environment: Mapping[str, str], *arguments: str, **more: Any) -> tuple[int, str, str]:
    """Run a command; returns status, output and errors."""
    return ended(start(environment, *arguments, **more))
