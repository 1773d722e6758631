"""Django's settings; what an operator can set comes from the environment (`environment.py`)."""

import os
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.utils.csp import CSP

from guantong.environment import MailServer, read_environment
from guantong.own_key import own_key

_GIVEN = read_environment(os.environ)

DATA_FOLDER: Path = _GIVEN["GUANTONG_DATA"]
"""Where the SQLite database stands when no other database is named."""

DATABASE_URL: str = _GIVEN["GUANTONG_DATABASE_URL"]
DEBUG = False
SECRET_KEY: str = _GIVEN["GUANTONG_SECRET_KEY"] or own_key(DATA_FOLDER)
IS_KEY_GIVEN = bool(_GIVEN["GUANTONG_SECRET_KEY"])
GUANTONG_URL: str = _GIVEN["GUANTONG_URL"]
"""Protocol, host and port that browsers use."""

_ADDRESS = urlsplit(GUANTONG_URL)
_IS_ENCRYPTED = _ADDRESS.scheme == "https"
ALLOWED_HOSTS = list(dict.fromkeys([*_GIVEN["GUANTONG_HOSTS"], _ADDRESS.netloc.removesuffix(f":{_ADDRESS.port}")]))


def _database(url: str) -> dict[str, Any]:
    database: dict[str, Any] = environ.Env.db_url_config(url)
    if database["ENGINE"].endswith("sqlite3"):
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        database["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
    else:
        database["CONN_MAX_AGE"] = None
        database["CONN_HEALTH_CHECKS"] = True
        database.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    return database


def _takes_passkeys(host: str, *, is_encrypted: bool) -> bool:
    """Return whether browsers offer passkeys at an address: by name and encrypted, or on the machine itself."""
    try:
        ip_address(host)
    except ValueError:
        return is_encrypted or host == "localhost"
    return False


DATABASES = {"default": _database(DATABASE_URL)}
OWNER_DATABASE: dict[str, Any] = _database(_GIVEN["GUANTONG_OWNER_DATABASE_URL"] or DATABASE_URL)
"""The same database for the commands that make its tables and copy it whole: with the role that owns the tables."""

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
STATIC_URL = "static/"
STATICFILES_DIRS = [Path(__file__).parent / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "guantong.kit.static_files.VersionedFiles"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = int(timedelta(days=365).total_seconds())
"""Pages name each file with a digest of what is in it (`kit.static_files`): a changed file has another address."""

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
            ],
        },
    }
]
TASKS: dict[str, Any] = {
    "default": {
        "BACKEND": "django_ox.backend.OxBackend",
        "QUEUES": ["default"],
        "OPTIONS": {
            "LOCK_TIMEOUT": float(_GIVEN["GUANTONG_TASK_LEASE"]),
            "SCHEDULES": {
                "prune-sessions": {"task": "guantong.accounts.tasks.prune_sessions", "cron": "41 3 * * *"},
                "check-due-companies": {"task": "guantong.findings.tasks.check_due_companies", "cron": "*/5 * * * *"},
                "make-digests": {"task": "guantong.notifications.tasks.make_digests", "cron": "*/15 * * * *"},
                "send-due-mails": {"task": "guantong.notifications.tasks.send_due_mails", "cron": "* * * * *"},
                "prune-finished-tasks": {"task": "guantong.kit.tasks.prune_finished_tasks", "cron": "17 3 * * *"},
                "prune-old-answers": {"task": "guantong.tokens.tasks.prune_old_answers", "cron": "41 * * * *"},
            },
        },
    }
}
GUANTONG_SMALL_COMPANY: int = _GIVEN["GUANTONG_SMALL_COMPANY"]
"""Goals up to which a company is checked at once after every change."""

GUANTONG_ROWS_REMEMBERED: int = _GIVEN["GUANTONG_ROWS_REMEMBERED"]
"""Rows that a process keeps in memory between checks, of all companies together."""

GUANTONG_API_PER_MINUTE: int = _GIVEN["GUANTONG_API_PER_MINUTE"]
"""Requests that a token may send in a minute."""

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
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": {"host": "localhost"}}}
"""Django wants one; nothing is sent but by `kit.mail`."""

GUANTONG_ADDRESS: str = _GIVEN["GUANTONG_ADDRESS"]
GUANTONG_PORT: int = _GIVEN["GUANTONG_PORT"]
GUANTONG_WORKERS: int = _GIVEN["GUANTONG_WORKERS"]

LOGGING_CONFIG = "guantong.kit.logs.configure_logs"
LOGGING: dict[str, str] = {"level": _GIVEN["GUANTONG_LOG_LEVEL"], "form": _GIVEN["GUANTONG_LOG_FORMAT"]}
MIDDLEWARE: list[str] = [
    "guantong.kit.middleware.RequestLog",
    "guantong.kit.middleware.SafeHeaders",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "guantong.kit.middleware.ProgramDoor",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "guantong.accounts.middleware.Language",
    "guantong.accounts.middleware.SessionEnd",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "guantong.accounts.middleware.ProviderFaults",
]
ROOT_URLCONF = "guantong.urls"
WSGI_APPLICATION = "guantong.wsgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "guantong_language"
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True

# What follows is about signing in; docs/manual/sign-in.en.md says it for people.

GUANTONG_MEMBERS = ("guantong.access.queries.find_membership", "guantong.access.queries.get_viewer")
"""How kit/requests.py, which knows no area, finds who asks."""

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=1).total_seconds())
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cacheentry",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
"""In the database, so that limits hold for all processes together; `accounts.CacheEntry` is its table."""

SESSION_COOKIE_NAME = "__Host-session" if _IS_ENCRYPTED else "session"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _IS_ENCRYPTED
GUANTONG_SESSION_IDLE = timedelta(hours=12)
GUANTONG_SESSION_LONGEST = timedelta(days=14)
"""How long a session lasts without a request, and at all; with "stay signed in" it may idle for as long."""

CSRF_COOKIE_NAME = "__Host-csrf" if _IS_ENCRYPTED else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "guantong.accounts.views.csrf_page"
CSRF_TRUSTED_ORIGINS = [GUANTONG_URL]
SECURE_SSL_REDIRECT = _IS_ENCRYPTED
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if _IS_ENCRYPTED else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _IS_ENCRYPTED
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
GUANTONG_PROXIES: int = _GIVEN["GUANTONG_PROXIES"]
if GUANTONG_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}

ACCOUNT_ADAPTER = "guantong.accounts.gateways.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "guantong.accounts.forms.SignInForm",
    "reset_password": "guantong.accounts.forms.ForgottenForm",  # nosec B105  # no password
    "reset_password_from_key": "guantong.accounts.forms.NewPasswordForm",  # nosec B105  # no password
    "change_password": "guantong.accounts.forms.ChangePassword",  # nosec B105  # no password
    "set_password": "guantong.accounts.forms.FirstPassword",  # nosec B105  # no password
    "reauthenticate": "guantong.accounts.forms.AgainForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _ADDRESS.scheme
ACCOUNT_RATE_LIMITS = {
    "login": "120/5m/ip",
    "login_failed": "5/5m/key",
    "reset_password": "60/5m/ip,3/5m/key",  # nosec B105  # no password
    "reset_password_from_key": "60/5m/ip",  # nosec B105  # no password
    "signup": "60/5m/ip",
}
"""A company's people may share one address: what counts against guessing is the limit per account."""

MFA_RATE_LIMITS = {"webauthn_login": "120/5m/ip"}
USERSESSIONS_TRACK_ACTIVITY = True
MFA_ADAPTER = "guantong.accounts.gateways.SecondStepAdapter"
MFA_FORMS = {
    "authenticate": "guantong.accounts.forms.CodeForm",
    "reauthenticate": "guantong.accounts.forms.CodeAgainForm",
    "activate_totp": "guantong.accounts.forms.ActivateCodesForm",
    "add_webauthn": "guantong.accounts.forms.AddPasskeyForm",
    "authenticate_webauthn": "guantong.accounts.forms.PasskeyForm",
    "reauthenticate_webauthn": "guantong.accounts.forms.PasskeyAgainForm",
    "login_webauthn": "guantong.accounts.forms.PasskeySignInForm",
}
MFA_TOTP_ISSUER = "贯通 Guantong"
MFA_TOTP_PERIOD = 30
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
GUANTONG_PASSKEYS = _takes_passkeys(_ADDRESS.hostname or "", is_encrypted=_IS_ENCRYPTED)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", *(["webauthn"] if GUANTONG_PASSKEYS else [])]
MFA_PASSKEY_LOGIN_ENABLED = GUANTONG_PASSKEYS

SOCIALACCOUNT_ADAPTER = "guantong.accounts.gateways.ProviderAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = "oidc"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
GUANTONG_OIDC_ISSUER: str = _GIVEN["GUANTONG_OIDC_ISSUER"]
GUANTONG_OIDC_NAME: str = _GIVEN["GUANTONG_OIDC_NAME"]
if GUANTONG_OIDC_ISSUER:
    SECURE_CSP["form-action"].append("{0.scheme}://{0.netloc}".format(urlsplit(GUANTONG_OIDC_ISSUER)))
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": GUANTONG_OIDC_NAME,
                    "client_id": _GIVEN["GUANTONG_OIDC_CLIENT"],
                    "secret": _GIVEN["GUANTONG_OIDC_SECRET"],
                    "settings": {"server_url": GUANTONG_OIDC_ISSUER, "oauth_pkce_enabled": True},
                }
            ]
        }
    }
