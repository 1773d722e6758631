"""What the operator sets: every environment variable once, with its default, its meaning and what it may hold.

`settings.py` reads them here, `environment_page.py` makes docs/manual/settings.*.md of them.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from guantong.messages.labels import LANGUAGES, label

DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")
LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("text", "json")
MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}


@dataclass(frozen=True)
class MailServer:
    """A mail server: host, port, user and password ("" for none), `security` "", "tls" (STARTTLS) or "ssl"."""

    host: str
    port: int
    user: str
    password: str
    security: str


@dataclass(frozen=True)
class Variable:
    """An environment variable.

    Attributes:
        name: Its name.
        default: What holds where it is absent or empty, written as in the environment; empty where that is worked out.
        read: Makes the value of the text; raises ValueError where it cannot.
        expected: Label under `environment` of what it may hold.
        limits: What that label names.
        secret: Whether its value is never shown.
    """

    name: str
    default: str
    read: Callable[[str], Any]
    expected: str
    limits: tuple[tuple[str, object], ...] = ()
    secret: bool = False

    def meaning(self, language: str) -> str:
        """Return what it is for."""
        return label(f"environment.meaning.{self.name.removeprefix('GUANTONG_').lower()}", language)

    def expectation(self, language: str) -> str:
        """Return what it may hold."""
        return label(f"environment.expected.{self.expected}", language, **dict(self.limits))

    def standard(self, language: str) -> str:
        """Return the default as a reader understands it."""
        if self.default and not self.secret:
            return f"`{self.default}`"
        return label(f"environment.default.{self.name.removeprefix('GUANTONG_').lower()}", language)


class EnvironmentValueError(Exception):
    """Variables that hold what they cannot; the text says in both languages which and what they may hold."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.variables = tuple(problems)
        super().__init__("\n".join(line for language in LANGUAGES for line in _lines(problems, language)))


def _lines(problems: Mapping[str, str], language: str) -> Iterator[str]:
    for name, text in problems.items():
        variable = VARIABLES[name]
        shown = label("environment.hidden", language) if variable.secret else text
        yield label("errors.environment", language, name=name, value=shown, expected=variable.expectation(language))


def read_environment(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the value of every variable by its name.

    Args:
        given: The environment; a variable that is absent or empty has its default.

    Raises:
        EnvironmentValueError: Some hold what they cannot; all of these are named.
    """
    values, problems = {}, {}
    for name, variable in VARIABLES.items():
        text = given.get(name, "").strip() or variable.default
        try:
            values[name] = variable.read(text)
        except ValueError:
            problems[name] = text
    if "GUANTONG_DATA" in values and values.get("GUANTONG_FILES", ...) is None:
        values["GUANTONG_FILES"] = values["GUANTONG_DATA"] / "files"
    if not given.get("GUANTONG_DATABASE_URL", "").strip() and "GUANTONG_DATA" in values:
        folder = values["GUANTONG_DATA"]
        values["GUANTONG_DATABASE_URL"] = f"sqlite:///{folder / 'guantong.sqlite3'}"
        if not _writable(folder):
            problems["GUANTONG_DATA"] = str(folder)
    if "GUANTONG_URL" in values:
        values["GUANTONG_URL"] = values["GUANTONG_URL"] or f"http://localhost:{values.get('GUANTONG_PORT')}"
        host = urlsplit(values["GUANTONG_URL"]).hostname
        values["GUANTONG_MAIL_FROM"] = values.get("GUANTONG_MAIL_FROM") or f"Guantong <guantong@{host}>"
    problems |= _missing(values)
    if problems:
        raise EnvironmentValueError(problems)
    return values


def _missing(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the variables that others make necessary, each with the text that it has."""
    missing = {}
    if values.get("GUANTONG_URL", "").startswith("https:") and values.get("GUANTONG_PROXIES") == 0:
        missing["GUANTONG_PROXIES"] = "0"
    if values.get("GUANTONG_OIDC_ISSUER") and not values.get("GUANTONG_OIDC_CLIENT"):
        missing["GUANTONG_OIDC_CLIENT"] = ""
    return missing


def _writable(folder: Path) -> bool:
    """Return whether files can be made in a folder, or the folder itself where it is not there yet."""
    try:
        there = next(place for place in (folder, *folder.parents) if place.exists())
    except OSError:
        return False
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _folder(text: str) -> Path:
    home = Path(os.environ.get("XDG_DATA_HOME") or Path("~", ".local", "share"))
    try:
        return (Path(text) if text else home / "guantong").expanduser().absolute()
    except RuntimeError:
        raise ValueError(text) from None


def _files_folder(text: str) -> Path | None:
    return _folder(text) if text else None


def _database_url(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in DATABASE_SCHEMES or not text.partition("://")[2] or len(parts.path) < 2):
        raise ValueError(text)
    if parts.scheme.startswith("postgres"):
        _ = parts.port  # raises ValueError where it is no number
    return text


def _postgresql_url(text: str) -> str:
    if text and not urlsplit(text).scheme.startswith("postgres"):
        raise ValueError(text)
    return _database_url(text)


def _address(text: str) -> str:
    return str(ip_address(text.removeprefix("[").removesuffix("]")))


def _origin(text: str) -> str:
    """Return protocol, host and port of an address that has nothing else; "" where none is given."""
    parts = urlsplit(text.rstrip("/"))
    if text and (parts.scheme not in ("http", "https") or parts.geturl() != f"{parts.scheme}://{parts.netloc}"):
        raise ValueError(text)
    if text and (not parts.hostname or parts.username or parts.port == 0):
        raise ValueError(text)
    return parts.geturl().lower()


def _issuer(text: str) -> str:
    """Return the address of a provider, encrypted unless it is on this machine."""
    parts = urlsplit(text)
    is_near = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    if text and (not parts.hostname or parts.username or parts.query or not (parts.scheme == "https" or is_near)):
        raise ValueError(text)
    _ = parts.port  # raises ValueError where it is no number
    return text


def _mail_server(text: str) -> MailServer | None:
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in MAIL_PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(text)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    port = parts.port or MAIL_PORTS[parts.scheme]
    return MailServer(parts.hostname, port, user, password, parts.scheme.partition("+")[2])


def _sender(text: str) -> str:
    name, address = parseaddr(text)
    if not text:
        return ""
    try:
        return str(Address(name, addr_spec=address))
    except (IndexError, LookupError):
        raise ValueError(text) from None


def _words(text: str) -> list[str]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not words or any("/" in word or " " in word for word in words):
        raise ValueError(text)
    return words


def _key(text: str) -> str:
    if text and len(text) < 32:
        raise ValueError(text)
    return text


def _text(text: str) -> str:
    return text


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(text)
        return text.lower()

    return read


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text.replace("_", ""))
        if not least <= number <= most:
            raise ValueError(text)
        return number

    return read


def _number(name: str, default: int, least: int, most: int) -> Variable:
    return Variable(name, str(default), _whole(least, most), "number", (("least", least), ("most", most)))


def _choice(name: str, default: str, choices: tuple[str, ...]) -> Variable:
    return Variable(name, default, _one_of(*choices), "choice", (("choices", ", ".join(choices)),))


VARIABLES: Mapping[str, Variable] = {
    variable.name: variable
    for variable in (
        Variable("GUANTONG_DATA", "", _folder, "folder"),
        Variable("GUANTONG_FILES", "", _files_folder, "folder"),
        _number("GUANTONG_FILE_MEGABYTES", 20, 1, 2048),
        _number("GUANTONG_COMPANY_FILE_GIGABYTES", 20, 1, 1_000_000),
        Variable("GUANTONG_DATABASE_URL", "", _database_url, "database_url", secret=True),
        Variable("GUANTONG_OWNER_DATABASE_URL", "", _postgresql_url, "postgresql_url", secret=True),
        Variable("GUANTONG_SECRET_KEY", "", _key, "key", (("least", 32),), secret=True),
        Variable("GUANTONG_URL", "", _origin, "origin"),
        Variable("GUANTONG_HOSTS", "localhost,127.0.0.1,[::1]", _words, "words"),
        Variable("GUANTONG_ADDRESS", "127.0.0.1", _address, "address"),
        _number("GUANTONG_PORT", 8000, 1, 65535),
        _number("GUANTONG_WORKERS", 2, 1, 64),
        Variable("GUANTONG_PROXIES", "0", _whole(0, 9), "proxies", (("most", 9),)),
        Variable("GUANTONG_MAIL_URL", "", _mail_server, "mail_url", secret=True),
        Variable("GUANTONG_MAIL_FROM", "", _sender, "sender"),
        Variable("GUANTONG_OIDC_ISSUER", "", _issuer, "issuer"),
        Variable("GUANTONG_OIDC_CLIENT", "", _text, "client"),
        Variable("GUANTONG_OIDC_SECRET", "", _text, "text", secret=True),
        Variable("GUANTONG_OIDC_NAME", "OpenID", _text, "text"),
        _choice("GUANTONG_LOG_LEVEL", "info", LOG_LEVELS),
        _choice("GUANTONG_LOG_FORMAT", "text", LOG_FORMATS),
        _number("GUANTONG_SMALL_COMPANY", 2000, 0, 10_000_000),
        _number("GUANTONG_ROWS_REMEMBERED", 3_000_000, 0, 1_000_000_000),
        _number("GUANTONG_TASK_LEASE", 30, 2, 3600),
        _number("GUANTONG_API_PER_MINUTE", 600, 1, 1_000_000),
        _number("GUANTONG_TASK_DAYS", 7, 1, 3650),
    )
}
