"""Django's settings, all of them from the environment: docs/manual/operating.en.md lists the variables."""

from pathlib import Path
from typing import Any

import environ

env = environ.Env()


def _default_folder() -> Path:
    return Path(env.str("XDG_DATA_HOME", "") or Path.home() / ".local" / "share") / "guantong"


DATA_FOLDER = Path(env.str("GUANTONG_DATA", "") or _default_folder())
"""Where the SQLite database stands when no other database is named."""

DATABASE_URL: str = env.str("GUANTONG_DATABASE_URL", "") or f"sqlite:///{DATA_FOLDER / 'guantong.sqlite3'}"
DEBUG = False
SECRET_KEY: str = env.str("GUANTONG_SECRET_KEY", "") or "guantong-without-sign-in"
ALLOWED_HOSTS: list[str] = env.list("GUANTONG_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])


def _database() -> dict[str, Any]:
    database: dict[str, Any] = environ.Env.db_url_config(DATABASE_URL)
    if database["ENGINE"].endswith("sqlite3"):
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        database["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
    else:
        database["CONN_MAX_AGE"] = None
        database["CONN_HEALTH_CHECKS"] = True
    return database


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AREAS = (
    "audit",
    "organisation",
    "strategy",
    "metrics",
    "goals",
    "values",
    "responsibilities",
    "processes",
    "budgets",
    "scorecards",
    "tracking",
    "valuechain",
    "meetings",
    "actionitems",
    "retrospectives",
    "rewards",
    "findings",
    "exchange",
)
"""The areas, lowest first: each imports only those before it."""

INSTALLED_APPS = ["django_ox", *(f"guantong.{area}" for area in AREAS)]
TASKS: dict[str, Any] = {
    "default": {
        "BACKEND": "django_ox.backend.OxBackend",
        "QUEUES": ["default"],
    }
}
GUANTONG_SMALL_COMPANY: int = env.int("GUANTONG_SMALL_COMPANY", default=2000)
"""Goals up to which a company is checked at once after every change."""

MIDDLEWARE: list[str] = []
ROOT_URLCONF = "guantong.urls"
WSGI_APPLICATION = "guantong.wsgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "zh-hans"
