"""Django's settings; what an operator can set comes from the environment (`environment.py`)."""

import os
from pathlib import Path
from typing import Any

import environ

from guantong.environment import MailServer, read_environment

_GIVEN = read_environment(os.environ)

DATA_FOLDER: Path = _GIVEN["GUANTONG_DATA"]
"""Where the SQLite database stands when no other database is named."""

DATABASE_URL: str = _GIVEN["GUANTONG_DATABASE_URL"]
DEBUG = False
SECRET_KEY: str = _GIVEN["GUANTONG_SECRET_KEY"]
ALLOWED_HOSTS: list[str] = _GIVEN["GUANTONG_HOSTS"]


def _database() -> dict[str, Any]:
    database: dict[str, Any] = environ.Env.db_url_config(DATABASE_URL)
    if database["ENGINE"].endswith("sqlite3"):
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        database["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
    else:
        database["CONN_MAX_AGE"] = None
        database["CONN_HEALTH_CHECKS"] = True
        database.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    return database


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AREAS = (
    "audit",
    "accounts",
    "organisation",
    "access",
    "tokens",
    "invitations",
    "discussion",
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
    "notifications",
    "exchange",
)
"""The areas, lowest first: each imports only those before it."""

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_ox",
    *(f"guantong.{area}" for area in AREAS),
]
AUTH_USER_MODEL = "accounts.User"
GUANTONG_MEMBERS = ("guantong.access.queries.find_membership", "guantong.access.queries.get_viewer")
"""How kit/requests.py, which knows no area, finds who asks."""

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
STATIC_URL = "static/"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["guantong.kit.templatetags.guantong"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
TASKS: dict[str, Any] = {
    "default": {
        "BACKEND": "django_ox.backend.OxBackend",
        "QUEUES": ["default"],
        "OPTIONS": {
            "LOCK_TIMEOUT": float(_GIVEN["GUANTONG_TASK_LEASE"]),
            "SCHEDULES": {
                "check-due-companies": {"task": "guantong.findings.tasks.check_due_companies", "cron": "*/5 * * * *"},
                "prune-finished-tasks": {"task": "guantong.kit.tasks.prune_finished_tasks", "cron": "17 3 * * *"},
            },
        },
    }
}
GUANTONG_SMALL_COMPANY: int = _GIVEN["GUANTONG_SMALL_COMPANY"]
"""Goals up to which a company is checked at once after every change."""

GUANTONG_ROWS_REMEMBERED: int = _GIVEN["GUANTONG_ROWS_REMEMBERED"]
"""Rows that a process keeps in memory between checks, of all companies together."""

GUANTONG_TASK_DAYS: int = _GIVEN["GUANTONG_TASK_DAYS"]
"""Days for which finished tasks are kept."""

GUANTONG_FILES: Path = _GIVEN["GUANTONG_FILES"]
"""Where attached files lie."""

GUANTONG_FILE_MEGABYTES: int = _GIVEN["GUANTONG_FILE_MEGABYTES"]
"""How large an attached file may be, MiB."""

GUANTONG_COMPANY_FILE_GIGABYTES: int = _GIVEN["GUANTONG_COMPANY_FILE_GIGABYTES"]
"""How much room the attached files of a company may take, GiB."""

FILE_UPLOAD_HANDLERS = ["guantong.kit.uploads.LimitedUpload"]
FILE_UPLOAD_PERMISSIONS = 0o600

GUANTONG_MAIL_SERVER: MailServer | None = _GIVEN["GUANTONG_MAIL_URL"]
GUANTONG_MAIL_FROM: str = _GIVEN["GUANTONG_MAIL_FROM"]
MAILERS: dict[str, Any] = {}
"""Nothing is sent but by `kit.mail`."""

GUANTONG_ADDRESS: str = _GIVEN["GUANTONG_ADDRESS"]
GUANTONG_PORT: int = _GIVEN["GUANTONG_PORT"]
GUANTONG_WORKERS: int = _GIVEN["GUANTONG_WORKERS"]

LOGGING_CONFIG = "guantong.kit.logs.configure_logs"
LOGGING: dict[str, str] = {"level": _GIVEN["GUANTONG_LOG_LEVEL"], "form": _GIVEN["GUANTONG_LOG_FORMAT"]}
MIDDLEWARE: list[str] = [
    "guantong.kit.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]
ROOT_URLCONF = "guantong.urls"
WSGI_APPLICATION = "guantong.wsgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "zh-hans"
