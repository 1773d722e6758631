"""Django's settings for the tests: a database of their own, on SQLite or on the PostgreSQL that the environment names.

`GUANTONG_TEST_ON=postgresql` runs the tests of the areas on `GUANTONG_TEST_DATABASE_URL`, whose role makes databases
and owns them; `GUANTONG_TEST_APPLICATION_URL` names another role of that server, with which the tests then work as the
product does. Otherwise nothing but SQLite is needed. What a developer's own environment says about databases is left
aside.
"""

import os
import tempfile
from pathlib import Path

import environ

_FOLDER = Path(tempfile.gettempdir()) / f"guantong-tests-{os.getuid()}"
_FOLDER.mkdir(mode=0o700, exist_ok=True)
os.environ["GUANTONG_DATA"] = str(_FOLDER)
os.environ.pop("GUANTONG_DATABASE_URL", None)
os.environ.pop("GUANTONG_OWNER_DATABASE_URL", None)
if os.environ.get("GUANTONG_TEST_ON") == "postgresql":
    os.environ["GUANTONG_DATABASE_URL"] = os.environ["GUANTONG_TEST_DATABASE_URL"]

from guantong.settings import *  # noqa: E402, F403
from guantong.settings import DATABASES, OWNER_DATABASE  # noqa: E402

_APPLICATION = os.environ.get("GUANTONG_TEST_APPLICATION_URL")
TEST_APPLICATION = {
    part: (environ.Env.db_url_config(_APPLICATION) if _APPLICATION else OWNER_DATABASE)[part]
    for part in ("USER", "PASSWORD", "HOST", "PORT")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(_FOLDER / f"test-{os.getppid()}-{os.getpid()}.sqlite3")}

PASSWORD_HASHERS = ["tests.make.hashing.QuickArgon2"]
