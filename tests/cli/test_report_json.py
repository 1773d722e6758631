"""The public JSON: numbers, money, keys, order."""

import pytest

from guantong.cli.naming import Names
from guantong.cli.report_json import document_text, money_text, report_document, significant
from guantong.engine.check import check
from tests.make.company import snapshot

UNITS = [
    {"code": "C", "name": "Acme", "kind": "company", "head": "P1"},
    {"code": "U1", "name": "R&D", "kind": "department", "parent": "C"},
]
PEOPLE = [{"code": "P1", "name": "Li", "unit": "C"}, {"code": "P2", "name": "Wu", "unit": "U1"}]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.1 + 0.2, 0.3),
        (1 / 3, 0.333333333333),
        (-0.0, 0.0),
        (1234567890123.4, 1234567890120.0),
        ([1, True, None, "x"], [1, True, None, "x"]),
        ({"a": (1.0000000000001,)}, {"a": [1.0]}),
    ],
)
def test_twelve_significant_digits(value: object, written: object) -> None:
    assert repr(significant(value)) == repr(written)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (123456, "CNY", "1234.56"),
        (5, "CNY", "0.05"),
        (-5, "CNY", "-0.05"),
        (123456, "JPY", "123456"),
        (1, "KWD", "0.001"),
        (0, "CNY", "0.00"),
        (None, "CNY", None),
        (10**17 + 1, "CNY", "1000000000000000.01"),
    ],
)
def test_money_is_a_decimal_string(amount: int | None, currency: str, text: str | None) -> None:
    assert money_text(amount, currency) == text


def test_keys_stand_in_the_public_order() -> None:
    taken = snapshot(units=UNITS, people=PEOPLE, goals=[])
    document = report_document(check(taken), Names(taken.company, "en"))
    assert list(document) == [
        "schema",
        "company",
        "as_of",
        "cycle",
        "index",
        "findings",
        "waived",
        "goals",
        "scorecards",
        "budget",
        "processes",
        "value_chain",
        "feedback",
        "amoeba",
        "amoeba_balance",
        "estimates",
        "retrospectives",
        "participation",
        "comparisons",
        "rewards",
        "reward_schemes",
        "repair",
    ]
    assert document["as_of"] == "2026-06-30"
    assert document["cycle"] == "2026"
    none = dict.fromkeys(("envelope", "allocated", "committed", "spent", "core_share"))
    assert document["budget"] == {**none, "requests": [], "transfers": []}


def test_only_words_depend_on_the_language() -> None:
    taken = snapshot(units=UNITS, people=PEOPLE, goals=[])
    report = check(taken)
    one, other = (report_document(report, Names(taken.company, language)) for language in ("zh", "en"))
    assert one["findings"][0]["message"] != other["findings"][0]["message"]
    for document in (one, other):
        for finding in document["findings"]:
            del finding["message"], finding["action"]
    assert one == other


def test_text_is_unescaped_and_ends_with_a_newline() -> None:
    assert document_text({"名": "贯通"}) == '{\n  "名": "贯通"\n}\n'


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        document_text({"x": float("nan")})
