"""Mails about signing in: both languages, text and HTML, through a real server, tried again where it is down."""

import re
import tomllib
from typing import Any

import pytest
from django.test import Client
from django_ox.models import OxTask
from django_ox.testing import run_tasks

from guantong.accounts.gateways import mail_of
from guantong.accounts.models import User
from guantong.accounts.tasks import deliver_mail
from guantong.environment import MailServer
from tests.conftest import ROOT
from tests.make.installation import free_port
from tests.make.mails import Mailbox, parts
from tests.make.passkeys import Passkey, add_passkey
from tests.make.signing_in import PASSWORD, a_user, is_signed_in, sign_in

pytestmark = pytest.mark.django_db
WORDS = tomllib.loads((ROOT / "src/guantong/messages/accounts.en.toml").read_text("utf-8"))["mail"]
KINDS = sorted(name for name, words in WORDS.items() if isinstance(words, dict) and "subject" in words)
EVERYTHING = {
    "email": "li@example.com", "minutes": 60, "link": "https://g.example/k/<1>", "code": "ABC-123",
    "from_email": "a@x.example",
    "to_email": "b@x.example", "provider": "<Acme>", "ip": "10.0.0.1", "user_agent": "x", "at": "2026-05-04 08:00 UTC",
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_has_a_subject_text_and_html(kind: str, language: str) -> None:
    given = {name: value for name, value in EVERYTHING.items() if name != "link" or kind == "reset"}
    mail = mail_of(kind, language, given)
    assert mail.subject
    assert "{" not in mail.subject + mail.text
    assert bool(re.search("[一-鿿]{4}", mail.subject + mail.text)) == (language == "zh")
    assert "&lt;" not in mail.text
    assert "<Acme>" not in mail.html
    assert "10.0.0.1" in mail.text


def test_a_change_is_told_in_the_language_of_the_user(client: Client, user: User, box: Mailbox) -> None:
    user.language = "zh"
    user.save()
    sign_in(client)
    new = "quite-another-password"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    (mail,) = box.received
    assert mail["To"] == "li@example.com"
    assert mail["Subject"] == "您的贯通密码已更改"
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = parts(mail)
    assert "127.0.0.1" in plain
    assert "127.0.0.1" in html
    assert new not in plain + html


def test_a_new_passkey_is_told(client: Client, user: User, box: Mailbox) -> None:
    assert user
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    add_passkey(client, Passkey())
    assert box.received[0]["Subject"] == "A Guantong passkey was added"


def confirmed_change(client: Client, email: str) -> Any:
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client.post("/accounts/email/", {"email": email, "action_add": ""})


def test_a_new_address_counts_once_its_code_is_entered(client: Client, user: User, box: Mailbox) -> None:
    assert confirmed_change(client, "Li.New@example.com")["Location"] == "/accounts/confirm-email/"
    assert box.received[0]["To"] == "li.new@example.com"
    code = re.findall(r"code is: (\S+)", parts(box.received[0])[0])[0]
    assert client.post("/accounts/confirm-email/", {"code": "wrong", "action": "verify"}).status_code == 200
    user.refresh_from_db()
    assert user.email == "li@example.com"
    client.post("/accounts/confirm-email/", {"code": code, "action": "verify"})
    user.refresh_from_db()
    assert user.email == "li.new@example.com"
    assert [mail["To"] for mail in box.received[1:]] == ["li@example.com"]
    browser = Client()
    sign_in(browser, email="li.new@example.com")
    assert is_signed_in(browser)


def test_an_address_that_is_somebodys_is_answered_alike_and_not_given(client: Client, user: User, box: Mailbox) -> None:
    a_user("zhao@example.com")
    assert confirmed_change(client, "zhao@example.com")["Location"] == "/accounts/confirm-email/"
    (mail,) = box.received
    assert mail["To"] == "zhao@example.com"
    code = re.findall(r"code is: (\S+)", parts(mail)[0])[0]
    client.post("/accounts/confirm-email/", {"code": code, "action": "verify"})
    user.refresh_from_db()
    assert user.email == "li@example.com"


@pytest.mark.django_db(transaction=True)
def test_a_mail_is_tried_again_once_the_server_is_back(settings: Any) -> None:
    settings.TASKS = {
        "default": {
            "BACKEND": "django_ox.backend.OxBackend",
            "OPTIONS": {"BACKOFF_INITIAL": 1e-6, "BACKOFF_MAX": 1e-6},
        }
    }
    settings.GUANTONG_MAIL_SERVER = MailServer("127.0.0.1", free_port(), "", "", "")
    deliver_mail.enqueue("password_set", "li@example.com", "en", {})
    run_tasks()
    assert OxTask.objects.get().attempts > 1


@pytest.mark.parametrize("refusal", ["550 nobody of this name", "452 later"])
def test_only_what_may_still_succeed_is_tried_again(box: Mailbox, refusal: str) -> None:
    box.refusal = refusal
    result = deliver_mail.enqueue("password_set", "li@example.com", "en", {})
    assert result.status.name == ("SUCCESSFUL" if refusal.startswith("5") else "FAILED")
    assert box.received == []
