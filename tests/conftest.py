"""What every test may rely on: a closed network, the --full option, the shared data."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = {None, "", "localhost", "127.0.0.1", "::1"}

settings.register_profile("usual", deadline=None, max_examples=50, derandomize=True)
settings.register_profile("full", deadline=None, max_examples=500)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer --full."""
    parser.addoption("--full", action="store_true", help="run the tests marked full, too")


def pytest_configure(config: pytest.Config) -> None:
    """Close the network and choose how hard Hypothesis tries."""
    sys.addaudithook(refuse_distant_hosts)
    settings.load_profile("full" if config.getoption("--full") else "usual")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests marked full unless --full asks for them, and those about the other database."""
    database = os.environ.get("GUANTONG_TEST_ON", "sqlite")
    left_out = {
        item
        for item in items
        if (item.get_closest_marker("full") and not config.getoption("--full"))
        or any(mark.args != (database,) for mark in item.iter_markers("only"))
    }
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=list(left_out))


def refuse_distant_hosts(event: str, arguments: tuple[object, ...]) -> None:
    """Raise where a test reaches beyond this machine."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if host not in LOOPBACK:
        raise RuntimeError(f"a test may reach only this machine, not {host!r}")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of real files made by others."""
    folder = Path(os.environ.get("GUANTONG_TEST_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("the shared data is absent; name its folder in GUANTONG_TEST_DATA")
    return folder
