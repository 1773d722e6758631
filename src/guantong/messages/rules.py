"""What a finding says and what mends it, in words: filled in from evidence at the door, stored nowhere.

`rules/zh/` and `rules/en/` hold one file per chapter, with one table per rule: `title`, `message` and `action`, and
what explains the rule (explanations.py). Where a rule speaks differently from case to case, `message` and `action`
stand in sub-tables, one per variant, and `VARIANTS` chooses the variant from the subject's type and the evidence. A
placeholder is `{key}` or `{key:spec}`; `key` is `subject`, a key of the evidence (docs/rules/) or a key made in
`_arguments`; `spec` is one of

    (none)           the text as it is
    number number.N  thousands separators, no trailing zeros, at most 6 or N decimals
    percent          a fraction as a percentage of at most one decimal
    ratio            at most two decimals
    date             an ISO date as the language writes it
    list items       texts, joined by commas or by semicolons
    money            a decimal string with thousands separators, whole units without decimals
    unit goal person request  the name of a code, given by `name_of`
    holder           the name of a unit's or person's code
    <choice set>     the word for a choice, e.g. `perspective` (engine/tables.py)

Every spec draws a list element by element. What is missing is drawn as a dash.
"""

import datetime
import math
import tomllib
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache
from importlib.resources import files
from numbers import Real
from string import Formatter
from typing import Any

from guantong.engine.tables import CHOICES

DASH = "—"
LANGUAGES = ("zh", "en")
KINDS = frozenset({"unit", "goal", "person", "request"})

Evidence = Mapping[str, Any]
NameOf = Callable[[str, str], str]
"""Returns what to call a code: (one of KINDS, code) → e.g. `研发中心(U2)`; the code where it has no name."""

_ROUNDING = Context(prec=400, rounding=ROUND_HALF_UP)


def finding_texts(
    rule: str, subject_type: str, subject_name: str, evidence: Evidence, language: str, name_of: NameOf
) -> tuple[str, str]:
    """Return a finding's message and action.

    Args:
        rule: Rule id, e.g. `CASCADE-MARKUP`.
        subject_type: Type of the subject, e.g. `goal`, `priority`.
        subject_name: What the reader calls the subject.
        evidence: Evidence by key: numbers, texts, ISO dates, lists, None.
        language: `zh` or `en`.
        name_of: Names the codes in the evidence.

    Raises:
        KeyError: The rule has no texts.
    """
    book = rule_book(language)
    texts = book[rule]
    wording = texts[VARIANTS[rule](subject_type, evidence)] if rule in VARIANTS else texts
    arguments = {**_arguments(texts, evidence), "subject": subject_name}
    return filled(wording["message"], language, arguments, name_of), filled(
        wording["action"], language, arguments, name_of
    )


def filled(text: str, language: str, arguments: Mapping[str, Any], name_of: NameOf = lambda _, code: code) -> str:
    """Return a text with its placeholders filled in."""
    return _Sentence(rule_book(language)["form"], language, name_of).vformat(text, (), arguments)


def rule_title(rule: str, language: str) -> str:
    """Return a rule's short name, or its id where it has no texts."""
    title = rule_book(language).get(rule, {}).get("title", rule)
    return str(title)


@cache
def rule_book(language: str) -> Mapping[str, Any]:
    """Return the texts of all rules in a language, by rule id; `form` says how the language writes lists and dates."""
    if language not in LANGUAGES:
        raise ValueError(f"no texts in language {language}")
    book: dict[str, Any] = {}
    for chapter in sorted(files("guantong.messages").joinpath("rules", language).iterdir(), key=lambda file: file.name):
        book |= tomllib.loads(chapter.read_text(encoding="utf-8"))
    return book


def _arguments(texts: Mapping[str, Any], evidence: Evidence) -> dict[str, Any]:
    """Return the evidence, and for GOAL-SMART the words and cures of the letters that fail."""
    letters = evidence.get("letters")
    if "cures" not in texts or not isinstance(letters, Mapping):
        return dict(evidence)
    failing = [letter for letter in texts["words"] if letters.get(letter) is False]
    return {
        **evidence,
        "failing": [texts["words"][letter] for letter in failing],
        "cures": [texts["cures"][letter] for letter in failing],
    }


class _Sentence(Formatter):
    """Fills one sentence; never fails on what is missing."""

    def __init__(self, form: Mapping[str, str], language: str, name_of: NameOf) -> None:
        self.form = form
        self.language = language
        self.name_of = name_of

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:  # noqa: ARG002
        """Return the argument of a placeholder, None where there is none."""
        return kwargs.get(str(key))

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return a value as its spec draws it, a list element by element."""
        if not isinstance(value, list | tuple):
            return self._drawn(value, format_spec)
        separator = self.form["items" if format_spec == "items" else "list"]
        return separator.join(self._drawn(item, format_spec) for item in value) or DASH

    def _drawn(self, value: Any, spec: str) -> str:
        if value is None or value == "" or (isinstance(value, Real) and not math.isfinite(value)):
            return DASH
        if spec in KINDS:
            return self.name_of(spec, str(value))
        if spec == "holder":
            unit = self.name_of("unit", str(value))
            return unit if unit != value else self.name_of("person", str(value))
        if spec == "money":
            return _money(str(value))
        if spec == "date":
            return self._date(str(value))
        if spec in CHOICES:
            return choice_word(spec, str(value), self.language)
        if isinstance(value, Real):
            return _numeral(value, spec)
        return str(value)

    def _date(self, text: str) -> str:
        try:
            return self.form["date"].format(datetime.date.fromisoformat(text[:10]))
        except ValueError:
            return text


def _money(amount: str) -> str:
    """Return a decimal string with thousands separators, without decimals where it is whole."""
    number = Decimal(amount)
    return f"{number:,}" if number % 1 else f"{number:,.0f}"


def choice_word(name: str, value: str, language: str) -> str:
    """Return the word for a choice; in English its code is the word."""
    return CHOICES[name].get(value, value) if language == "zh" else value.replace("_", " ")


def _numeral(value: Real, spec: str) -> str:
    number = Decimal(str(value))
    if spec == "percent":
        return f"{_decimal(number * 100, 1)}%"
    if spec == "ratio":
        return _decimal(number, 2)
    name, _, decimals = spec.partition(".")
    return _decimal(number, int(decimals or 6)) if name == "number" else str(value)


def _decimal(number: Decimal, decimals: int) -> str:
    """Return a number of at most so many decimals, halves rounded up, without trailing zeros."""
    rounded = _ROUNDING.quantize(number, Decimal(1).scaleb(-decimals)) + 0
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _by_subject(default: str, **variants: str) -> Callable[[str, Evidence], str]:
    """Choose by the subject's type: `type=variant`, else the default."""
    return lambda subject_type, _: variants.get(subject_type, default)


def _by_value(key: str, empty: str, filled: str) -> Callable[[str, Evidence], str]:
    """Choose by whether the evidence of a key is filled: missing, None, 0, False and an empty list are not."""
    return lambda _, evidence: filled if evidence.get(key) else empty


def _challenge(_: str, evidence: Evidence) -> str:
    return "easy" if evidence.get("verdict") == "easy" else "beyond"


def _markup(_: str, evidence: Evidence) -> str:
    return "level" if evidence.get("total") is None else "company"


def _core_factor(_: str, evidence: Evidence) -> str:
    factor, high = evidence.get("factor"), evidence.get("high")
    return "high" if factor is not None and high is not None and factor > high else "low"


def _pace(_: str, evidence: Evidence) -> str:
    """Choose by what is proposed first; `both` where a goal is behind and its money overspent."""
    verdicts = evidence.get("verdicts")
    if isinstance(verdicts, list) and {"cut_or_reinforce", "overspending"} <= set(verdicts):
        return "both"
    proposal = evidence.get("proposal")
    return proposal if proposal in ("supplement", "cut_or_reinforce") else "overspending"


def _gap(_: str, evidence: Evidence) -> str:
    return "attained" if evidence.get("actual") is None else "valued"


def _local_optimum(_: str, evidence: Evidence) -> str:
    over = evidence.get("over")
    return "at" if over is not None and over <= 0 else "over"


def _period(_: str, evidence: Evidence) -> str:
    """Choose by the one date that is out of bounds; `outside` where both are, or a date lies beyond the other limit."""
    start, due = evidence.get("start"), evidence.get("due")
    first, last = evidence.get("limit_start"), evidence.get("limit_due")
    if _is_before(last, start) or _is_before(due, first):
        return "outside"
    early, late = _is_before(start, first), _is_before(last, due)
    if early == late:
        return "outside"
    return "early" if early else "late"


def _unexplained(_: str, evidence: Evidence) -> str:
    missing = evidence.get("missing")
    return missing[0] if isinstance(missing, list) and len(missing) == 1 else "both"


def _lacking(_: str, evidence: Evidence) -> str:
    """Choose by the one thing that a position lacks; `both` where it lacks both."""
    missing = evidence.get("missing")
    return str(missing[0]) if isinstance(missing, list | tuple) and len(missing) == 1 else "both"


def _redundant(_: str, evidence: Evidence) -> str:
    if evidence.get("doubled") and evidence.get("idle"):
        return "both"
    return "doubled" if evidence.get("doubled") else "idle"


def _is_before(one: str | None, other: str | None) -> bool:
    """Return whether one ISO date lies before the other; False where one is missing."""
    return one is not None and other is not None and one < other


VARIANTS: Mapping[str, Callable[[str, Evidence], str]] = {
    "GOAL-HORIZON": _by_subject("span", company="none"),
    "GOAL-FOCUS": _by_value("priorities", "none", "many"),
    "GOAL-PRIORITY": _by_value("horizon", "year", "horizon"),
    "GOAL-PERIOD": _period,
    "GOAL-CHALLENGE": _challenge,
    "CASCADE-MARKUP": _markup,
    "COLLAB-DUTY": _by_value("helpers", "unnamed", "named"),
    "COLLAB-MISSING": _by_subject("plan", process="process"),
    "COLLAB-UNANSWERED": _by_value("helpers", "unnamed", "named"),
    "COLLAB-LOCAL-OPTIMUM": _local_optimum,
    "BEM-NODE-OWNER": _by_value("positions", "none", "many"),
    "BEM-POSITION-DUTY": _lacking,
    "BEM-BOTTLENECK": _by_value("utilisation", "incapable", "loaded"),
    "BEM-REDUNDANT": _redundant,
    "OTB-UNFUNDED": _by_subject("plan", priority="priority"),
    "OTB-ENVELOPE": _by_value("over", "nothing", "over"),
    "OTB-PACE": _pace,
    "OTB-IDLE": _by_value("receivers", "kept", "moved"),
    "BSC-OFF-CARD": _by_subject("unit", person="person"),
    "RESP-SINGLE": _by_value("count", "none", "many"),
    "CHECKIN-LATE": _by_value("days", "never", "late"),
    "CHECKIN-NO-CAUSE": _unexplained,
    "REWARD-CORE-FACTOR": _core_factor,
    "REWARD-TIMELY": _by_value("paid", "unpaid", "paid"),
    "REWARD-OPEN": _by_value("published", "unpublished", "late"),
    "REWARD-FAIRNESS": _by_value("above", "below", "above"),
    "CHAIN-INEFFICIENT": _by_value("shift_to", "alone", "shift"),
    "TRACK-GAP": _gap,
}
"""Rule → the choice among its variants, from subject type and evidence."""
