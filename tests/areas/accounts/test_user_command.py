"""`guantong user`: users made and helped at the terminal; and limits that hold for all processes of a server."""

import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar

import pytest

from tests.make.installation import Installation, free_port, installation, until

pytestmark = pytest.mark.full
STRONG = "a-password-at-the-terminal"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Make an installation with a user who has a password."""
    folder = tmp_path_factory.mktemp("users")
    with installation(folder) as made:
        assert made.run("migrate").returncode == 0
        done = made.run_with(f"{STRONG}\n", "user", "create", "li@example.com", "--password-stdin", "--lang", "en")
        assert done.returncode == 0, done.stderr
        yield made


def test_a_user_without_a_password_gets_a_link(place: Installation) -> None:
    done = place.run("user", "create", "Zhao@example.com", "--name", "赵")
    assert done.returncode == 0
    assert "已新建用户 zhao@example.com" in done.stdout
    assert re.search(r"^http://localhost:8000/accounts/password/reset/key/\S+/$", done.stdout, re.MULTILINE)
    again = place.run("user", "link", "zhao@example.com", "--lang", "en")
    assert "/key/" in again.stdout
    assert "zhao@example.com\t赵\t可登录" in place.run("user", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("create", "li@example.com"), "已有用户"),
        (("create", "no address"), "不是邮箱地址"),
        (("create",), "请写出用户的邮箱"),
        (("link", "lee@example.com"), "相近的有：li@example.com"),
    ],
)
def test_what_cannot_be_done_is_said(place: Installation, arguments: tuple[str, ...], words: str) -> None:
    done = place.run("user", *arguments)
    assert done.returncode == 2
    assert words in done.stderr


def test_a_weak_password_is_refused(place: Installation) -> None:
    done = place.run_with("12345\n", "user", "create", "qian@example.com", "--password-stdin")
    assert done.returncode == 2
    assert "密码太弱" in done.stderr
    assert "qian@example.com" not in place.run("user", "list").stdout


def test_users_are_stopped_unlocked_and_let_in_again(place: Installation) -> None:
    assert place.run("user", "unlock", "li@example.com").returncode == 0
    assert place.run("user", "deactivate", "li@example.com").returncode == 0
    assert "li@example.com\t\t已停用" in place.run("user", "list").stdout
    assert place.run("user", "activate", "li@example.com").returncode == 0
    assert "li@example.com\t\t可登录" in place.run("user", "list").stdout


def attempt(port: int, password: str) -> int:
    """Send the sign-in form from a browser of its own; returns the status, after redirects."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    address = f"http://localhost:{port}/accounts/login/"
    page = browser.open(address, timeout=30).read().decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
    data = {"login": "li@example.com", "password": password, "csrfmiddlewaretoken": token}
    request = urllib.request.Request(address, urllib.parse.urlencode(data).encode(), {"Origin": address[:-16]})
    try:
        with browser.open(request, timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_guessing_is_counted_by_all_processes_together(place: Installation) -> None:
    port = free_port()
    statuses: list[int] = []

    def guess(number: int) -> None:
        statuses.append(attempt(port, f"not-the-password-{number}"))

    def is_up() -> bool:
        try:
            urllib.request.urlopen(f"http://localhost:{port}/health/ready", timeout=5).close()
        except OSError:
            return False
        return True

    with place.started("serve", "--port", str(port), "--workers", "2", GUANTONG_PORT=str(port)) as server:
        until(is_up)
        guesses = [threading.Thread(target=guess, args=(number,)) for number in range(12)]
        for thread in guesses:
            thread.start()
        for thread in guesses:
            thread.join()
        assert statuses.count(200) <= 5
        assert statuses.count(429) == 12 - statuses.count(200)
        assert attempt(port, STRONG) == 429
        server.terminate()
        server.wait(timeout=30)
