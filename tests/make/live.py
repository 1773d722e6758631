"""A server that runs as its operator runs it, with the cast's company and a token."""

import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from tests.make.installation import Installation, free_port, installation, until

_PREPARE = """
import django
django.setup()
from tests.make.programs import write_token
write_token({role!r})
"""


@dataclass(frozen=True)
class Live:
    """A running server: its installation, its address, and the token of a member of the cast."""

    installation: Installation
    url: str
    token: str


@contextmanager
def live_server(folder: Path, role: str = "strategy_office", **environment: str) -> Iterator[Live]:
    """Give a server on a database of its own, with a token of a member of the cast."""
    folder.mkdir(parents=True, exist_ok=True)
    with installation(folder) as made:
        more = {"GUANTONG_API_PER_MINUTE": "1000000", "GUANTONG_LOG_LEVEL": "warning", **environment}
        assert made.run("migrate").returncode == 0
        code = _PREPARE.format(role=role)
        prepared = subprocess.run(
            [sys.executable, "-c", code], env={**made.environment, **more}, capture_output=True, text=True, check=True
        )
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        with made.started("serve", "--port", str(port), **more):
            until(lambda: _answers(f"{url}/health/ready"))
            yield Live(made, url, prepared.stdout.strip().splitlines()[-1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, ConnectionError):
        return False
