"""Words, fields and browsers in templates; every template has them without asking."""

import re
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField

from guantong.kit.language import current_language, say
from guantong.messages.labels import LANGUAGES
from guantong.messages.reasons import reason_text, scope_text

register = template.Library()
register.simple_tag(say, name="say")

_BROWSERS = (("Edg", "Edge"), ("MicroMessenger", "WeChat"), ("DingTalk", "DingTalk"), ("Lark", "Feishu"),
             ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("HarmonyOS", "HarmonyOS"),
            ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip


@register.simple_tag
def html_language() -> str:
    """Return the language of the page as HTML names it."""
    return {"zh": "zh-Hans", "en": "en"}[current_language()]


@register.simple_tag
def other_language() -> str:
    """Return the language that the reader could switch to."""
    return next(language for language in LANGUAGES if language != current_language())


@register.simple_tag
def has_mail() -> bool:
    """Return whether the installation can send mails."""
    return settings.GUANTONG_MAIL_SERVER is not None


@register.inclusion_tag("field.html")
def field(bound: BoundField, hint: str = "", label: str = "") -> dict[str, Any]:
    """Show a field with its label, help and errors; what it is stands above it, not within.

    Args:
        bound: The field.
        hint: What to write below it, "" for its own help.
        label: What to call it, "" for its own label.
    """
    bound.field.widget.attrs.pop("placeholder", None)
    bound.label = label or bound.label
    kind = getattr(bound.field.widget, "input_type", "")
    return {"field": bound, "hint": hint or bound.help_text, "is_box": kind == "checkbox"}


@register.filter
def browser(agent: str) -> str:
    """Return browser and system of a user agent in a few words, such as "Chrome · Windows"."""
    words = [
        next((name for mark, name in marks if re.search(rf"\b{mark}", agent)), "") for marks in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(word for word in words if word) or say("accounts.sessions.unknown")


@register.filter
def may(viewer: Any, ability: str) -> bool:
    """Return whether somebody may do something in the company that the page is about."""
    return bool(viewer.may(ability))


@register.simple_tag
def word(table: str, value: str) -> str:
    """Return what the labels of a table call a value, such as a role."""
    return say(f"{table}.{value}")


@register.simple_tag
def reason(why: Any) -> str:
    """Return why somebody may do something, in words."""
    return reason_text(why, current_language())


@register.simple_tag
def reach_of(grant: Any) -> str:
    """Return how far a grant reaches, in words."""
    return scope_text(grant.scope, "" if grant.unit is None else grant.unit.code, current_language())


@register.filter
def grouped(amount: Any) -> str:
    """Return a number with its thousands set apart."""
    return f"{amount:,}"


@register.filter
def actor(name: str) -> str:
    """Return what pages call who did something: a person by their code, the operator and the system in words."""
    return say(f"trail.actors.{name}") if name in ("operator", "system") else name
