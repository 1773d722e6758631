"""Forgotten passwords: the link that sets a new one, and what it tells to whom."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_ox.models import OxTask

from guantong.accounts.actions import create_user, set_active
from guantong.accounts.models import User
from guantong.accounts.queries import get_password_link, get_password_path
from guantong.environment import MailServer
from tests.make.installation import free_port
from tests.make.mails import Mailbox, parts
from tests.make.signing_in import AT, PASSWORD, a_user, is_signed_in, sign_in, with_codes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("user", "at_once")]
QUEUED = {"default": {"BACKEND": "django_ox.backend.OxBackend"}}
NEW = "quite-another-password"


def ask(client: Client, email: str = "li@example.com") -> Any:
    return client.post("/accounts/password/reset/", {"email": email})


def link_in(box: Mailbox) -> str:
    plain, html = parts(box.received[-1])
    found = re.search(r"http://localhost:8000(/\S+/key/\S+)", plain)
    assert found
    assert found[1] in html
    return found[1]


def set_new(client: Client, path: str, password: str = NEW) -> Any:
    opened = client.get(path)
    if opened.status_code != 302:
        return opened
    return client.post(opened["Location"], {"password1": password, "password2": password})


def test_a_link_by_mail_sets_a_new_password(client: Client, box: Mailbox) -> None:
    assert ask(client)["Location"] == "/accounts/password/reset/done/"
    path = link_in(box)
    opened = client.get(path)
    assert opened.status_code == 302
    assert opened["Location"].endswith("set-password/"), "the key stays in no address"
    assert set_new(client, path).status_code == 302
    assert sign_in(Client(), password=NEW).status_code == 302
    assert sign_in(Client(), password=PASSWORD).status_code == 200


def test_the_mail_is_in_the_language_of_the_user(client: Client, box: Mailbox) -> None:
    a_user("zhao@example.com", language="zh")
    client.post("/accounts/password/reset/", {"email": "zhao@example.com"}, headers={"Accept-Language": "en"})
    assert box.received[0]["Subject"] == "重设贯通密码"
    plain, html = parts(box.received[0])
    assert "60 分钟" in plain
    assert '<html lang="zh-Hans">' in html


def test_the_link_belongs_to_the_operators_address_whatever_the_caller_names(box: Mailbox) -> None:
    Client(headers={"Host": "127.0.0.1"}).post("/accounts/password/reset/", {"email": "li@example.com"})
    assert link_in(box)


def test_strangers_get_the_same_answer_and_one_mail_too(client: Client, box: Mailbox) -> None:
    answers = []
    for email in ("li@example.com", "nobody@example.com"):
        response = ask(client, email)
        answers.append((response.status_code, response["Location"]))
    assert answers[0] == answers[1]
    assert [mail["To"] for mail in box.received] == ["li@example.com", "nobody@example.com"]
    assert "/key/" not in parts(box.received[1])[0]


def test_asking_takes_the_same_queries_for_strangers(client: Client, settings: Any) -> None:
    settings.TASKS = QUEUED
    ask(client, "first@example.com")
    asked = []
    for email in ("li@example.com", "no@example.com"):
        with CaptureQueriesContext(connection) as captured:
            ask(client, email)
        asked.append([query["sql"].split(" ", 1)[0] for query in captured])
    assert asked[0] == asked[1]


def test_a_deactivated_user_gets_no_link(client: Client, user: User, box: Mailbox) -> None:
    set_active(user, AT, "operator", is_active=False)
    ask(client)
    assert "/key/" not in parts(box.received[-1])[0]
    set_new(client, get_password_path(user))
    assert not is_signed_in(client)


def test_an_expired_link_is_refused(client: Client, user: User, settings: Any) -> None:
    path = get_password_path(user)
    settings.PASSWORD_RESET_TIMEOUT = -1
    response = client.get(path, headers={"Accept-Language": "en"})
    assert response.status_code == 200
    assert "no longer works" in response.content.decode()


def test_a_link_works_once(client: Client, user: User) -> None:
    path = get_password_path(user)
    set_new(client, path)
    response = Client().get(path)
    assert response.status_code == 200
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_a_link_dies_with_a_later_sign_in_or_change(client: Client, user: User) -> None:
    path = get_password_path(user)
    sign_in(client)
    assert Client().get(path).status_code == 200


def test_the_link_of_one_user_opens_no_other(client: Client, user: User) -> None:
    other = a_user("zhao@example.com")
    uid, key = re.findall(r"/key/(\w+)-(.+)/$", get_password_path(user))[0]
    theirs = re.findall(r"/key/(\w+)-", get_password_path(other))[0]
    assert uid != theirs
    assert client.get(f"/accounts/password/reset/key/{theirs}-{key}/").status_code == 200
    assert client.get(f"/accounts/password/reset/key/{uid}-{key}x/").status_code == 200
    assert client.get("/accounts/password/reset/key/zzzzzzzzzzzzzzzz-x/").status_code == 200


def test_all_sessions_end_and_the_second_step_stays(client: Client, user: User) -> None:
    other = Client()
    sign_in(other)
    secret = with_codes(user)
    user.refresh_from_db()
    response = set_new(client, get_password_path(user))
    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)
    assert not is_signed_in(other)
    assert secret not in str(client.session.items())


def test_whoever_is_invited_sets_a_first_password_and_goes_on(client: Client) -> None:
    user = create_user("new@example.com", "New", "en", AT)
    path = get_password_path(user, then="/c/acme/")
    response = set_new(client, path)
    assert response["Location"] == "/c/acme/"
    assert is_signed_in(client)


def test_too_many_requests_for_one_address_are_refused(client: Client, box: Mailbox) -> None:
    answers = [ask(client).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]
    assert len(box.received) == 3


def test_a_mail_server_that_is_down_shows_on_no_page(client: Client, settings: Any) -> None:
    settings.GUANTONG_MAIL_SERVER = MailServer("127.0.0.1", free_port(), "", "", "")
    for email in ("li@example.com", "nobody@example.com"):
        assert ask(client, email)["Location"] == "/accounts/password/reset/done/"
    sign_in(client)
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post("/accounts/password/change/", data).status_code == 302


def test_without_a_mail_server_the_page_says_so(client: Client, settings: Any) -> None:
    settings.GUANTONG_MAIL_SERVER = None
    text = client.get("/accounts/password/reset/", headers={"Accept-Language": "en"}).content.decode()
    assert "has no mail server" in text
    assert "<form" not in text.partition("<main")[2]


def test_the_link_stands_in_no_queue(client: Client, user: User, settings: Any) -> None:
    settings.TASKS = QUEUED
    ask(client)
    task = OxTask.objects.get()
    assert task.args == ["li@example.com", "zh"]
    assert get_password_link(user) not in str(task.kwargs)
