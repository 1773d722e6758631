"""Writing and sending mails to members and to who is invited."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from guantong.invitations.models import Invitation
from guantong.invitations.queries import get_secret
from guantong.kit.mail import send_mail
from guantong.messages.labels import label
from guantong.notifications.models import Delivery
from guantong.notifications.queries import Letter, line_of
from guantong.organisation.queries import zone_of

LONGEST_SUBJECT = 78


@dataclass(frozen=True)
class Mail:
    """A mail ready to be sent."""

    to: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]


def write_letter(letter: Letter, kind: str) -> Mail:
    """Return the mail that tells a member their notices.

    Args:
        letter: What it tells.
        kind: `notices` or `digest`.
    """
    viewer = letter.viewer
    company = _one_line(viewer.company.name)
    lines = [line_of(viewer, told, is_mail=True) for told in letter.told]
    shown = [{"text": line.text, "detail": line.detail, "address": _address(line.path)} for line in lines]
    single = len(lines) == letter.count == 1
    key = "one" if single else kind
    subject = label(f"letters.subject.{key}", viewer.language, company=company, count=letter.count,
                    text=_one_line(lines[0].text))  # fmt: skip
    choices = _address(reverse("notifications:choices_page", args=[viewer.company.code]))
    context = {
        "greeting": label("letters.greeting", viewer.language, name=_one_line(viewer.name)),
        "lead": label(f"letters.lead.{kind}", viewer.language, company=company, count=letter.count),
        "lines": shown,
        "more": _more(letter, viewer.language),
        "all": _address(reverse("notifications:list_page", args=[viewer.company.code])),
        "choices": choices,
    }
    return _mail(letter.member.user.email, subject, context, viewer.language, {"List-Unsubscribe": f"<{choices}>"})


def write_invitation(invitation: Invitation) -> Mail:
    """Return the mail with the link by which somebody joins a company."""
    company = invitation.company
    language = invitation.language or company.language or "zh"
    until = invitation.expires_at.astimezone(zone_of(company)).strftime("%Y-%m-%d %H:%M")
    path = reverse("invitations:join_page", args=[company.code, get_secret(invitation)])
    words = {"company": _one_line(company.name), "until": until}
    person = invitation.person
    context = {
        "greeting": "" if person is None else label("letters.greeting", language, name=_one_line(person.name)),
        "lead": label("letters.invitation.lead", language, **words),
        "lines": [{"text": label("letters.invitation.join", language), "detail": "", "address": _address(path)}],
        "more": label("letters.invitation.until", language, **words),
    }
    return _mail(invitation.email, label("letters.invitation.subject", language, **words), context, language, {})


def send(mail: Mail, delivery: Delivery) -> None:
    """Send a mail under the Message-ID of its delivery.

    Raises:
        MailError: It was not sent.
    """
    headers = {**mail.headers, "Message-ID": delivery.message_id, "Auto-Submitted": "auto-generated"}
    send_mail(mail.to, mail.subject, mail.text, mail.html, headers)


def _mail(to: str, subject: str, context: dict[str, Any], language: str, headers: dict[str, str]) -> Mail:
    words = {name: label(f"letters.{name}", language) for name in ("open", "see_all", "see_choices", "why")}
    whole = {**context, "words": words, "language": {"zh": "zh-Hans", "en": "en"}[language], "subject": subject}
    text, html = (render_to_string(f"mail/notices.{kind}", whole) for kind in ("txt", "html"))
    short = subject if len(subject) <= LONGEST_SUBJECT else f"{subject[: LONGEST_SUBJECT - 1]}…"
    return Mail(to, short, text, html, headers)


def _more(letter: Letter, language: str) -> str:
    more = letter.count - len(letter.told)
    return label("letters.more", language, count=more) if more > 0 else ""


def _address(path: str) -> str:
    return f"{settings.GUANTONG_URL.rstrip('/')}{path}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
