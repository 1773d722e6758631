"""What people write: Markdown without HTML, made into safe HTML, and the people that it mentions.

    @E001             the person of a code of Latin letters, digits, `_`, `-` and `.`
    @[陆晨](E001)      the same, and the way to mention a code of any signs

Within code nothing is a mention. Pictures are not shown, and links lead only to the web and to mail.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MENTION = re.compile(
    r"@(?:\[([^\[\]\n]{1,200})\]\(([^()\n]{1,200})\)|([A-Za-z0-9](?:[A-Za-z0-9_.-]{0,198}[A-Za-z0-9_])?))"
)
_TAGS = frozenset(
    "a blockquote br code del em h1 h2 h3 h4 h5 h6 hr li ol p pre s span strong table tbody td th thead tr ul".split()
)
_BREAKS = frozenset("softbreak hardbreak paragraph_close heading_close th_close td_close list_item_close".split())
_SCHEMES = frozenset({"http", "https", "mailto"})


@dataclass(frozen=True)
class Mention:
    """A person that a text names.

    Attributes:
        code: The person's code as it is written.
        is_plain: Whether it is written without brackets, so that it may be no mention at all.
    """

    code: str
    is_plain: bool


def list_mentions(text: str) -> list[Mention]:
    """Return the mentions of a text, each once, in order."""
    found = (Mention(token.content, token.info == "plain") for token in _flat(_parser().parse(text)) if _is(token))
    return list(dict.fromkeys(found))


def plain_text(text: str, names: Mapping[str, str]) -> str:
    """Return a text on one line without its Markdown.

    Args:
        text: The text.
        names: By code the names of the people that it mentions; of other codes the text stands as it was written.
    """
    parts = [_plain_part(token, names) for token in _flat(_parser().parse(text))]
    return " ".join("".join(parts).split())


def _plain_part(token: "Token", names: Mapping[str, str]) -> str:
    if _is(token):
        name = names.get(token.content)
        return token.markup if name is None else f"@{name}"
    if token.type in ("text", "code_inline"):
        return token.content
    return f"{token.content} " if token.type in ("fence", "code_block") else " " if token.type in _BREAKS else ""


def render_markdown(text: str, names: Mapping[str, str]) -> SafeString:
    """Return a text as HTML that is safe to show.

    Args:
        text: The text.
        names: By code the names of the people that it mentions; of other codes the text stands as it was written.
    """
    import nh3

    clean = nh3.clean(
        _parser().render(text, {"names": names}),
        tags=set(_TAGS),
        attributes={"a": {"href", "title"}},
        allowed_classes={"span": {"mention"}},
        attribute_filter=_kept_attribute,
        url_schemes=set(_SCHEMES),
        link_rel="noopener nofollow",
    )
    return mark_safe(clean)  # nosec B308 B703: nh3 has just cleaned it


def _kept_attribute(_tag: str, name: str, value: str) -> str | None:
    """Return an attribute's value; links without a scheme would lead into the product itself."""
    return None if name == "href" and value.partition(":")[0].lower() not in _SCHEMES else value


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    parser.disable("image")
    parser.inline.ruler.before("link", "mention", _read_mention)
    parser.add_render_rule("mention", _show_mention)
    return parser


def _read_mention(state: Any, silent: bool) -> bool:
    match = _MENTION.match(state.src, state.pos)
    before = state.src[state.pos - 1 : state.pos] if state.pos else ""
    if match is None or (before and before.isascii() and (before.isalnum() or before in "_.-@/")):
        return False
    if not silent:
        token = state.push("mention", "", 0)
        token.content, token.markup = match[2] or match[3], match[0]
        token.info = "" if match[2] else "plain"
    state.pos = match.end()
    return True


def _show_mention(_renderer: Any, tokens: Any, place: int, _options: Any, env: Any) -> str:
    token = tokens[place]
    name = env["names"].get(token.content)
    return escape(token.markup) if name is None else f'<span class="mention">@{escape(name)}</span>'


def _is(token: "Token") -> bool:
    return token.type == "mention"


def _flat(tokens: "list[Token]") -> "Iterator[Token]":
    for token in tokens:
        yield token
        yield from _flat(token.children or [])
