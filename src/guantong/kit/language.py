"""The language of whoever is answered, and words in it."""

from django.utils.functional import lazy
from django.utils.translation import get_language, override

from guantong.messages.labels import LANGUAGES, label

DJANGO_CODES = {"zh": "zh-hans", "en": "en"}
"""What Django calls our languages."""


def current_language() -> str:
    """Return the language in which this request is answered, "zh" or "en"."""
    code = (get_language() or "").partition("-")[0]
    return code if code in LANGUAGES else LANGUAGES[0]


def in_language(language: str) -> override:
    """Return a context within which words are in a language, "" or an unknown one being Chinese."""
    return override(DJANGO_CODES.get(language, DJANGO_CODES[LANGUAGES[0]]))


def say(key: str, **values: object) -> str:
    """Return a label in the current language, with its values filled in.

    Raises:
        KeyError: The label is in no catalogue.
    """
    return label(key, current_language(), **values)


say_later = lazy(say, str)
"""As `say`, once the words are shown: for what is declared before anybody asks."""
