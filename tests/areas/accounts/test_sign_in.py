"""Signing in with a password: what lets in, what does not, and what a session is worth."""

import datetime
import re

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import identify_hasher
from django.contrib.sessions.models import Session
from django.test import Client

from guantong import clock
from guantong.accounts.actions import set_active
from guantong.accounts.models import User
from tests.make.signing_in import AT, PASSWORD, a_user, is_signed_in, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("user", "at_once")]
COOKIE = django_settings.SESSION_COOKIE_NAME
TOO_MANY = 5


def test_the_right_password_lets_in(client: Client, user: User) -> None:
    response = sign_in(client)
    assert response.status_code == 302
    assert is_signed_in(client)
    assert identify_hasher(user.password).algorithm == "argon2"


@pytest.mark.parametrize("email", ["LI@Example.COM", "  li@example.com "])
def test_the_address_may_be_written_otherwise(client: Client, email: str) -> None:
    sign_in(client, email=email)
    assert is_signed_in(client)


def test_strangers_and_wrong_passwords_get_the_same_answer(client: Client) -> None:
    texts = []
    for email in ("li@example.com", "nobody@example.com"):
        response = sign_in(client, email=email, password="not-the-password")
        assert response.status_code == 200
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
        assert "is wrong" in text or "不正确" in text
        assert f'value="{email}"' in text
        assert "not-the-password" not in text
        texts.append(text.replace(email, ""))
    assert texts[0] == texts[1]


@pytest.mark.parametrize("email", ["li@example.com", "nobody@example.com"])
def test_after_some_failures_nothing_is_tried_any_more(client: Client, email: str) -> None:
    for _ in range(TOO_MANY):
        assert sign_in(client, email=email, password="not-the-password").status_code == 200
    response = sign_in(client, email=email)
    assert response.status_code == 429
    assert response["Retry-After"] == "300"
    assert not is_signed_in(client)


def test_the_limit_is_the_accounts_whatever_the_host_is_called(client: Client) -> None:
    for port in range(TOO_MANY):
        data = {"login": "li@example.com", "password": "not-the-password"}
        assert client.post("/accounts/login/", data, headers={"Host": f"localhost:{port + 1}"}).status_code == 200
    assert sign_in(client).status_code == 429


def test_one_account_that_is_locked_locks_no_other(client: Client) -> None:
    a_user("zhao@example.com")
    for _ in range(TOO_MANY):
        sign_in(client, password="not-the-password")
    sign_in(client, email="zhao@example.com")
    assert is_signed_in(client)


def test_the_page_of_the_limit_says_when_to_try_again(client: Client) -> None:
    for language, words in (("en", "Try again in 5 minutes"), ("zh", "请在 5 分钟后再试")):
        for _ in range(TOO_MANY):
            sign_in(client, email=f"{language}@example.com", password="not-the-password")
        data = {"login": f"{language}@example.com", "password": "x"}
        response = client.post("/accounts/login/", data, headers={"Accept-Language": language})
        assert response.status_code == 429
        assert words in response.content.decode()


def test_a_session_id_from_before_is_not_used_after(client: Client) -> None:
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[COOKIE] = session.session_key
    sign_in(client)
    assert client.cookies[COOKIE].value != session.session_key
    assert not Session.objects.filter(session_key=session.session_key).exists()


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "///evil.example", "https:evil.example", "javascript:alert(1)",
     "\\\\evil.example", "/\\evil.example", "http://localhost/accounts/", "data:text/html,x", "\x00//evil.example",
     "evil.example", " //evil.example"],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(client: Client, target: str) -> None:
    for place in ({"next": target}, {}):
        path = "/accounts/login/" if place else f"/accounts/login/?next={target}"
        response = client.post(path, {"login": "li@example.com", "password": PASSWORD, **place})
        assert response.status_code == 302
        assert response["Location"] == "/"
        client.logout()


def test_signing_in_leads_back_to_a_page_here(client: Client) -> None:
    assert sign_in(client, next="/c/acme/goals?x=1")["Location"] == "/c/acme/goals?x=1"


@pytest.mark.parametrize("path", ["login/", "logout/", "password/reset/", "2fa/totp/deactivate/", "sessions/"])
def test_a_form_without_its_token_is_refused(path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(f"/accounts/{path}", {"login": "li@example.com", "password": PASSWORD})
    assert response.status_code == 403
    assert "表单已过期" in response.content.decode()


def test_a_form_of_another_site_is_refused() -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.get("/accounts/login/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    data = {"login": "li@example.com", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    foreign = strict.post("/accounts/login/", data, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert strict.post("/accounts/login/", data).status_code == 302


def test_signing_out_takes_a_form(client: Client) -> None:
    sign_in(client)
    client.get("/accounts/logout/")
    assert is_signed_in(client)
    key = client.session.session_key
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert not is_signed_in(client)
    assert not Session.objects.filter(session_key=key).exists()


def test_whoever_is_deactivated_is_out_at_once_and_stays_out(client: Client, user: User) -> None:
    sign_in(client)
    set_active(user, AT, "operator", is_active=False)
    assert not is_signed_in(client)
    assert sign_in(client)["Location"] == "/accounts/inactive/"
    assert not is_signed_in(client)
    set_active(user, AT, "operator", is_active=True)
    sign_in(client)
    assert is_signed_in(client)


def test_nobody_signs_up_by_themselves(client: Client) -> None:
    data = {"email": "eve@example.com", "password1": PASSWORD, "password2": PASSWORD}
    response = client.post("/accounts/signup/", data, headers={"Accept-Language": "en"})
    assert "An invitation is needed" in response.content.decode()
    assert not User.objects.filter(email="eve@example.com").exists()


def moved(client: Client, **ago: datetime.timedelta) -> None:
    """Have a session begun, or last seen, some time ago."""
    session = client.session
    for name, distance in ago.items():
        session[name] = (clock.now() - distance).timestamp()
    session.save()


@pytest.mark.parametrize(
    ("ago", "remember", "lasts"),
    [
        ({"seen_at": datetime.timedelta(hours=11, minutes=59)}, "", True),
        ({"seen_at": datetime.timedelta(hours=12, minutes=1)}, "", False),
        ({"seen_at": datetime.timedelta(hours=12, minutes=1)}, "on", True),
        ({"began_at": datetime.timedelta(days=13, hours=23)}, "on", True),
        ({"began_at": datetime.timedelta(days=14, minutes=1)}, "on", False),
        ({"began_at": datetime.timedelta(days=14, minutes=1)}, "", False),
    ],
)
def test_a_session_ends_when_it_is_left_or_old(
    client: Client, ago: dict[str, datetime.timedelta], remember: str, *, lasts: bool
) -> None:
    sign_in(client, remember=remember)
    assert is_signed_in(client)
    moved(client, **ago)
    assert is_signed_in(client) == lasts


@pytest.mark.parametrize(("remember", "age"), [("on", 14 * 24 * 3600), ("", "")])
def test_the_cookie_outlives_the_browser_only_where_one_asks_for_it(client: Client, remember: str, age: object) -> None:
    sign_in(client, remember=remember)
    cookie = client.cookies[COOKIE]
    assert cookie["max-age"] == age
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_sessions_are_listed_in_words_and_ended_one_by_one(client: Client) -> None:
    other = Client(headers={"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit Version/18 Safari/604"})
    for browser in (client, other):
        sign_in(browser)
        assert is_signed_in(browser)
    text = client.get("/accounts/sessions/").content.decode()
    assert "Safari · iPhone" in text
    assert text.count("127.0.0.1") == 2
    (number,) = re.findall(r"sessions/(\d+)/end/", text)
    assert client.get(f"/accounts/sessions/{number}/end/").status_code == 405
    assert client.post(f"/accounts/sessions/{number}/end/").status_code == 302
    assert not is_signed_in(other)
    assert is_signed_in(client)


def test_nobody_ends_the_sessions_of_others(client: Client) -> None:
    a_user("zhao@example.com")
    other = Client()
    sign_in(other, email="zhao@example.com")
    sign_in(client)
    for number in range(1, 40):
        client.post(f"/accounts/sessions/{number}/end/")
    assert is_signed_in(other)


def test_all_other_sessions_end_together(client: Client) -> None:
    others = [Client(), Client()]
    for browser in (client, *others):
        sign_in(browser)
    client.post("/accounts/sessions/")
    assert is_signed_in(client)
    assert not any(is_signed_in(other) for other in others)


def test_a_new_password_ends_all_other_sessions(client: Client) -> None:
    other = Client()
    for browser in (client, other):
        sign_in(browser)
    new = "another-long-enough-one"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", data).status_code == 302
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert sign_in(Client(), password=PASSWORD).status_code == 200
    assert sign_in(Client(), password=new).status_code == 302


@pytest.mark.parametrize("new", ["short", "password123", "li@example.com", "1234567890"])
def test_a_weak_password_is_refused_at_its_field(client: Client, new: str) -> None:
    sign_in(client)
    response = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert response.status_code == 200
    assert 'id="id_password1_error"' in response.content.decode()


def test_passwords_that_differ_are_refused_at_the_second(client: Client) -> None:
    sign_in(client)
    data = {"oldpassword": PASSWORD, "password1": "one-good-password", "password2": "two-good-passwords"}
    text = client.post("/accounts/password/change/", data).content.decode()
    assert "The two passwords differ." in text
    assert 'id="id_password2_error"' in text
    assert "one-good-password" not in text


def test_the_language_is_the_users_then_the_browsers(client: Client, user: User) -> None:
    def language(browser: Client, **headers: str) -> str:
        return str(browser.get("/accounts/password/reset/", headers=headers)["Content-Language"])

    assert language(client) == "zh"
    assert language(client, **{"Accept-Language": "fr, en;q=0.8, zh;q=0.5"}) == "en"
    response = client.post("/language/", {"language": "zh", "next": "/accounts/login/"})
    assert response["Location"] == "/accounts/login/"
    assert language(client, **{"Accept-Language": "en"}) == "zh"
    sign_in(client)
    assert language(client) == "en"
    client.post("/language/", {"language": "zh"})
    user.refresh_from_db()
    assert user.language == "zh"
    assert language(client, **{"Accept-Language": "en"}) == "zh"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "javascript:alert(1)", "x", ""])
def test_switching_the_language_leads_nowhere_else(client: Client, target: str) -> None:
    assert client.post("/language/", {"language": "en", "next": target})["Location"] == "/"


def test_an_unknown_language_changes_nothing(client: Client) -> None:
    assert client.get("/language/").status_code == 405
    client.post("/language/", {"language": "xx"})
    assert not client.cookies
