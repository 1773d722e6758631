"""What templates say."""

from typing import Any

from django import template

from guantong.messages.labels import label

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: Any, key: str, **values: Any) -> str:
    """Return a label in the reader's language."""
    viewer = getattr(context.get("request"), "viewer", None)
    return label(key, viewer.language if viewer is not None else "zh", **values)
