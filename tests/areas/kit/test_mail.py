"""Sending one mail: real SMTP, nothing injected, every failure named."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from guantong.environment import MailServer, read_environment
from guantong.kit.mail import MailError, is_mail_set, send_mail
from tests.make.installation import free_port
from tests.make.mails import Mailbox, mail_server, parts


@pytest.fixture
def box(settings: Any) -> Iterator[Mailbox]:
    with mail_server() as running:
        settings.GUANTONG_MAIL_SERVER = running.server
        settings.GUANTONG_MAIL_FROM = "贯通 <guantong@example.com>"
        yield running


def failure(to: str = "li@example.com", subject: str = "x", headers: dict[str, str] | None = None) -> MailError:
    with pytest.raises(MailError) as caught:
        send_mail(to, subject, "text", headers=headers)
    return caught.value


def test_a_mail_arrives_whole_in_both_forms(box: Mailbox) -> None:
    send_mail(
        "li@example.com", "目标已公布", "第一行\n第二行", "<p>第一行</p>", {"List-Unsubscribe": "<https://g.example/u>"}
    )
    (mail,) = box.received
    assert mail["To"] == "li@example.com"
    assert mail["From"] == "贯通 <guantong@example.com>"
    assert mail["Subject"] == "目标已公布"
    assert mail["List-Unsubscribe"] == "<https://g.example/u>"
    assert mail["Message-ID"].endswith("@example.com>")
    assert mail["Date"].endswith("+0000")
    plain, html = parts(mail)
    assert plain.splitlines() == ["第一行", "第二行"]
    assert html.strip() == "<p>第一行</p>"


def test_a_mail_without_html_is_plain(box: Mailbox) -> None:
    send_mail("li@example.com", "x", "text")
    assert box.received[0].get_content_type() == "text/plain"


def test_a_subject_with_line_breaks_adds_no_header(box: Mailbox) -> None:
    send_mail("li@example.com", "x\r\nBcc: eve@example.com", "text")
    assert box.received[0]["Subject"] == "x Bcc: eve@example.com"
    assert box.received[0]["Bcc"] is None


@pytest.mark.parametrize(
    "to", ["", "li", "li@example.com, eve@example.com", "li@example.com\r\nBcc: eve@example.com", "a b@example.com"]
)
def test_an_address_that_is_not_one_is_refused(box: Mailbox, to: str) -> None:
    assert failure(to=to).reason == "address"
    assert box.received == []


@pytest.mark.parametrize(
    "headers", [{"X-One": "a\r\nBcc: eve@example.com"}, {"X\r\nBcc": "eve@example.com"}, {"From": "eve@example.com"}]
)
def test_a_header_that_says_more_than_it_should_is_refused(box: Mailbox, headers: dict[str, str]) -> None:
    assert failure(headers=headers).reason == "address"
    assert box.received == []


def test_without_a_server_nothing_is_sent(settings: Any) -> None:
    settings.GUANTONG_MAIL_SERVER = None
    assert not is_mail_set()
    assert failure().reason == "no_server"


def test_a_server_that_is_down_is_unreachable(settings: Any) -> None:
    settings.GUANTONG_MAIL_SERVER = MailServer("127.0.0.1", free_port(), "", "", "")
    assert is_mail_set()
    assert failure().reason == "unreachable"


def test_a_refusal_carries_what_the_server_said(box: Mailbox) -> None:
    box.refusal = "550 5.1.1 nobody of this name"
    assert str(failure()) == "refused: 550 5.1.1 nobody of this name"


def test_a_server_that_wants_a_password_gets_it(settings: Any) -> None:
    with mail_server("guantong", "pass:word") as running:
        right = replace(running.server, user="guantong", password="pass:word")
        settings.GUANTONG_MAIL_SERVER = right
        send_mail("li@example.com", "x", "text")
        assert len(running.received) == 1
        settings.GUANTONG_MAIL_SERVER = replace(right, password="wrong-secret")
        error = failure()
    assert error.reason == "refused"
    assert "wrong-secret" not in str(error)


def test_a_server_that_cannot_encrypt_is_not_used_where_encryption_is_asked(box: Mailbox, settings: Any) -> None:
    settings.GUANTONG_MAIL_SERVER = replace(box.server, security="tls")
    assert failure().reason == "refused"
    assert box.received == []


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 25, "", "", "")),
        ("smtp+tls://a%40b:p%3Aw@mail.example", MailServer("mail.example", 587, "a@b", "p:w", "tls")),
        ("smtp+ssl://u@mail.example:2465", MailServer("mail.example", 2465, "u", "", "ssl")),
    ],
)
def test_the_operator_names_the_server_in_an_address(url: str, server: MailServer) -> None:
    assert read_environment({"GUANTONG_MAIL_URL": url})["GUANTONG_MAIL_URL"] == server


def test_the_sender_is_of_the_installation_unless_it_is_named() -> None:
    given = {"GUANTONG_URL": "http://guantong.example"}
    assert read_environment(given)["GUANTONG_MAIL_FROM"] == "Guantong <guantong@guantong.example>"
    given["GUANTONG_MAIL_FROM"] = "no-reply@acme.example"
    assert read_environment(given)["GUANTONG_MAIL_FROM"] == "no-reply@acme.example"
