"""What people write becomes safe HTML: nothing of it runs, loads, or leads into the product."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.kit.markdown import Mention, list_mentions, plain_text, render_markdown

TAGS = set(
    "a blockquote br code del em h1 h2 h3 h4 h5 h6 hr li ol p pre s span strong table tbody td th thead tr ul".split()
)


class Seen(HTMLParser):
    """What tags and attributes HTML has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag and its attributes."""
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def assert_safe(text: str) -> None:
    seen = Seen(render_markdown(text, {"E001": text[:200]}))
    assert seen.tags <= TAGS
    for tag, name, value in seen.attributes:
        assert (tag, name) in {("a", "href"), ("a", "title"), ("a", "rel"), ("span", "class")}
        if name == "href":
            assert value.partition(":")[0].lower() in {"http", "https", "mailto"}
        if name == "class":
            assert value == "mention"
    links = [value for tag, name, value in seen.attributes if (tag, name) == ("a", "rel")]
    assert set(links) <= {"noopener nofollow"}


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "[x](//evil.example)",
        "[x](/c/ACME/members/)",
        "![x](https://evil.example/pixel.gif)",
        "<javascript:alert(1)>",
        '[x](https://a.example "onmouseover=alert(1)")',
        "[x]: javascript:alert(1)\n\n[x]",
        "@[<img src=x onerror=alert(1)>](E001)",
        "```html\n<script>alert(1)</script>\n```",
        "|a|b|\n|:-|-:|\n|<b onclick=x>|2|",
        "https://a.example\x00.evil",
        "<svg/onload=alert(1)>",
        "&lt;script&gt;",
    ],
)
def test_nothing_that_is_written_runs_or_loads(text: str) -> None:
    assert_safe(text)
    assert_safe(f"> {text}\n\n- {text} @E001")


@given(st.text(st.sampled_from("<>[]()!@`*_~|\\\"'&#:/-=\n E001javscript"), max_size=300))
def test_no_text_becomes_anything_else(text: str) -> None:
    assert_safe(text)
    assert "\n" not in plain_text(text, {})


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("@E001", [("E001", True)]),
        ("你好@E001，还有 @E.2-b_3.", [("E001", True), ("E.2-b_3", True)]),
        ("@[陆晨](员 1)", [("员 1", False)]),
        ("**@E001** and [@E002](https://a.example)", [("E001", True), ("E002", True)]),
        ("@E001 @E001", [("E001", True)]),
        ("a@E001.example x.@E1 /@E1 -@E1", []),
        ("`@E001`\n\n    @E002\n\n```\n@E003\n```", []),
        ("\\@E001", []),
        ("@ E001 @", []),
    ],
)
def test_mentions_are_found(text: str, mentions: list[tuple[str, bool]]) -> None:
    assert list_mentions(text) == [Mention(*mention) for mention in mentions]


def test_a_mention_shows_the_person_s_name() -> None:
    html = render_markdown("@E001 and @E002", {"E001": "Ann <b>"})
    assert html == '<p><span class="mention">@Ann &lt;b&gt;</span> and @E002</p>\n'


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("**Who** helps, @E001?\n\n- one\n- two", "Who helps, @Ann? one two"),
        ("# Title\n`code` [link](https://a.example)", "Title code link"),
        ("```\nprint(1)\n```\nend", "print(1) end"),
        ("|a|b|\n|-|-|\n|1|2|", "a b 1 2"),
    ],
)
def test_a_text_reads_without_its_marks(text: str, plain: str) -> None:
    assert plain_text(text, {"E001": "Ann"}) == plain


@pytest.mark.parametrize("part", ["[", "*a_ ", "> ", "`", "@[", "(a", "|a", "<", "- ", "[a](", "![](", "**a ", "~~a"])
def test_no_text_takes_long(part: str) -> None:
    text = (part * 10_000)[:10_000]
    began = time.perf_counter()
    render_markdown(text, {})
    assert time.perf_counter() - began < 5
