"""The installation's own key for signatures: drawn once and kept in a file that nobody else can read."""

import os
import secrets
from pathlib import Path

from guantong.environment import EnvironmentValueError

FILE = "secret.key"


def own_key(folder: Path) -> str:
    """Return the key that is kept in the folder of the installation's data, drawing it where there is none.

    Processes that start at once end up with the same key.

    Raises:
        EnvironmentValueError: It can be neither read nor kept; the operator gives one.
    """
    place = folder / FILE
    try:
        if not place.exists():
            _keep(place, secrets.token_urlsafe(48))
        return place.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise EnvironmentValueError({"GUANTONG_SECRET_KEY": ""}) from None  # nosec B105  # nothing of it is told


def _keep(place: Path, key: str) -> None:
    """Keep a key unless somebody else has kept theirs by then; nobody reads half of one."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(key, "ascii")
    try:
        place.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
