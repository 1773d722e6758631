"""Findings in words: both languages whole, every placeholder known, nothing missing ever fails."""

import re
from string import Formatter
from typing import Any

import pytest

from guantong.engine.parameters import RULES
from guantong.engine.tables import CHOICES
from guantong.messages.rules import DASH, KINDS, VARIANTS, finding_texts, rule_book, rule_title

BOOKS = {language: rule_book(language) for language in ("zh", "en")}
WRITTEN = [rule for rule in RULES if rule in BOOKS["zh"] or rule in BOOKS["en"]]
SPECS = {"", "number", "percent", "ratio", "date", "list", "items", "money", "holder"} | KINDS | set(CHOICES)
FAILING = {"S": False, "M": False, "A": True, "R": True, "T": False}
OUTSIDE = {"start": "2025-12-01", "due": "2027-01-31", "limit_start": "2026-01-01", "limit_due": "2026-12-31"}
WEAK = {"index": 0.5, "before": None}
PACE = {
    "spent": 0.8,
    "progress": 0.4,
    "planned": 0.7,
    "current": 1000,
    "spent_amount": 800,
    "planned_amount": 700,
}
IDLE = {"idle": "60.00", "share": 0.1, "quarter_end": "2026-03-31"}

# One sample per rule and variant: (rule, variant or "", subject type, evidence).
SAMPLES: list[tuple[str, str, str, dict[str, Any]]] = [
    ("GOAL-HORIZON", "none", "company", {}),
    ("GOAL-HORIZON", "span", "goal", {"years": 2.4986}),
    ("GOAL-FOCUS", "none", "company", {"priorities": 0}),
    ("GOAL-FOCUS", "many", "company", {"priorities": 9}),
    ("GOAL-ORPHAN", "", "goal", {}),
    ("GOAL-PRIORITY", "year", "goal", {"horizon": False}),
    ("GOAL-PRIORITY", "horizon", "goal", {"horizon": True}),
    ("GOAL-CHILDLESS", "", "goal", {}),
    ("GOAL-LEVEL", "", "goal", {"parent": "G1"}),
    ("GOAL-PERIOD", "early", "goal", {**OUTSIDE, "due": "2026-06-30"}),
    ("GOAL-PERIOD", "late", "goal", {**OUTSIDE, "start": "2026-01-01"}),
    ("GOAL-PERIOD", "outside", "goal", OUTSIDE),
    ("GOAL-NOBODY", "", "person", {}),
    ("GOAL-OWNER", "", "goal", {}),
    ("GOAL-SMART", "", "goal", {"letters": FAILING, "score": 2}),
    ("GOAL-CHALLENGE", "easy", "goal", {"ratio": 1.1, "low": 1.5, "high": 2, "verdict": "easy"}),
    ("GOAL-CHALLENGE", "beyond", "goal", {"ratio": 5.0, "low": 1.5, "high": 2, "verdict": "beyond"}),
    ("CASCADE-MARKUP", "level", "goal", {"markup": 0.25, "cumulative": 0.5}),
    ("CASCADE-MARKUP", "company", "goal", {"markup": 0.2, "cumulative": 0.2, "total": 1.0}),
    ("CASCADE-SHORTFALL", "", "goal", {"shortfall": 0.05}),
    ("COLLAB-WEIGHT", "", "unit", {"share": 0.15}),
    ("COLLAB-DUTY", "named", "goal", {"helpers": ["U2", "U3"]}),
    ("COLLAB-DUTY", "unnamed", "goal", {"helpers": []}),
    ("COLLAB-MISSING", "plan", "plan", {"units": ["U2", "U3"]}),
    ("COLLAB-MISSING", "process", "process", {"units": ["U2", "U3"]}),
    ("COLLAB-UNANSWERED", "named", "goal", {"helpers": ["U2"]}),
    ("COLLAB-UNANSWERED", "unnamed", "goal", {"helpers": []}),
    ("COLLAB-LOCAL-OPTIMUM", "at", "goal", {"other": "G1", "over": 0.0, "missed": 0.2}),
    ("COLLAB-LOCAL-OPTIMUM", "over", "goal", {"other": "G1", "over": 0.2, "missed": 0.2}),
    ("PARTICIPATION", "", "unit", {"share": 0.4}),
    ("BLM-ELEMENT", "", "company", {"missing": ["organisation", "culture"]}),
    ("BLM-INTENT-MEASURE", "", "plan", {}),
    ("BLM-TASK-GOAL", "", "plan", {}),
    ("BLM-TASK-OWNER", "", "plan", {}),
    ("BLM-TASK-SUPPORT", "", "plan", {}),
    ("BLM-TASK-LATE", "", "plan", {"milestones": ["样车下线", "试产"]}),
    ("BLM-UNUSED", "", "plan", {}),
    ("LOOP-FEEDBACK", "", "company", {"missed": 3}),
    ("BEM-NODE-OWNER", "none", "node", {"positions": []}),
    ("BEM-NODE-OWNER", "many", "node", {"positions": ["J1", "J2"]}),
    ("BEM-POSITION-DUTY", "duties", "position", {"missing": ["duties"]}),
    ("BEM-POSITION-DUTY", "standards", "position", {"missing": ["standards"]}),
    ("BEM-POSITION-DUTY", "both", "position", {"missing": ["duties", "standards"]}),
    ("BEM-BOTTLENECK", "loaded", "node", {"utilisation": 0.945}),
    ("BEM-BOTTLENECK", "incapable", "node", {"utilisation": None}),
    ("BEM-HANDOFF", "", "process", {"handoffs": 4, "fit": 0.0}),
    ("BEM-REDUNDANT", "doubled", "process", {"nodes": ["N1", "N2"], "doubled": ["N1", "N2"], "idle": []}),
    ("BEM-REDUNDANT", "idle", "process", {"nodes": ["N3"], "doubled": [], "idle": ["N3"]}),
    ("BEM-REDUNDANT", "both", "process", {"nodes": ["N1", "N2"], "doubled": ["N1", "N2"], "idle": ["N2"]}),
    ("BEM-KEYTASK", "", "plan", {}),
    ("OTB-CORE-SHARE", "", "company", {"share": 0.6}),
    ("OTB-UNFUNDED", "priority", "priority", {}),
    ("OTB-UNFUNDED", "plan", "plan", {}),
    ("OTB-UNLINKED", "", "request", {}),
    ("OTB-ENVELOPE", "over", "company", {"allocated": "1000.00", "envelope": "800.50", "over": 0.25}),
    ("OTB-ENVELOPE", "nothing", "company", {"allocated": "5.00", "envelope": "0.00", "over": None}),
    ("OTB-PACE", "supplement", "request", {**PACE, "proposal": "supplement", "verdicts": ["supplement"]}),
    (
        "OTB-PACE",
        "cut_or_reinforce",
        "request",
        {**PACE, "proposal": "cut_or_reinforce", "verdicts": ["cut_or_reinforce"]},
    ),
    (
        "OTB-PACE",
        "overspending",
        "request",
        {**PACE, "proposal": "overspending", "verdicts": ["overspending", "supplement"]},
    ),
    (
        "OTB-PACE",
        "both",
        "request",
        {**PACE, "proposal": "cut_or_reinforce", "verdicts": ["cut_or_reinforce", "overspending"]},
    ),
    ("OTB-IDLE", "moved", "request", {**IDLE, "transfers": [{"to": "B2", "amount": "60.00"}], "receivers": ["B2"]}),
    ("OTB-IDLE", "kept", "request", {**IDLE, "transfers": [], "receivers": []}),
    ("OTB-UNTRACKED", "", "request", {"month": "2026-05"}),
    ("BSC-PERSPECTIVE", "", "unit", {"missing": ["process", "learning"]}),
    ("BSC-WEIGHT", "", "unit", {"sum": 0.95}),
    ("BSC-FINANCE-ONLY", "", "unit", {"share": 0.75}),
    ("BSC-OFF-CARD", "person", "person", {}),
    ("BSC-OFF-CARD", "unit", "unit", {}),
    ("BSC-NO-DATA", "", "goal", {"period_end": "2026-05-31"}),
    ("BSC-FREQUENCY", "", "metric", {"frequency": "quarter"}),
    ("BSC-MAP", "", "goal", {}),
    ("RESP-SINGLE", "none", "responsibility", {"count": 0, "collaborators": []}),
    ("RESP-SINGLE", "many", "responsibility", {"count": 2, "collaborators": ["U2"]}),
    ("RESP-DUTY", "", "responsibility", {"count": 1, "collaborators": ["U2", "P1"]}),
    ("RESP-TARGET", "", "responsibility", {"count": 1, "collaborators": []}),
    ("RESP-DEADLINE", "", "responsibility", {"count": 1, "collaborators": []}),
    ("RESP-AUTHORITY", "", "responsibility", {"count": 1, "collaborators": []}),
    ("RESP-MISSING", "", "plan", {}),
    ("RESP-MISMATCH", "", "responsibility", {"count": 1, "collaborators": [], "owner": "P1", "responsible": "P2"}),
    ("RESP-LOAD", "", "person", {"open": 8}),
    ("TRACK-GAP", "valued", "goal", {"gap": 3e6, "gap_ratio": 0.3, "actual": 7e6, "plan": 10e6, "line": 0.1}),
    ("TRACK-GAP", "attained", "goal", {"gap": 0.5, "gap_ratio": 0.5, "actual": None, "plan": 1, "line": 0.1}),
    ("TRACK-PLAN-LATE", "", "goal", {"raised": "2026-06-01T00:00:00+08:00", "hours": 38.5}),
    ("TRACK-STALE", "", "goal", {"period_end": "2026-05-31"}),
    ("RETRO-DUE", "", "unit", {"cycle": "2026-Q1", "days": 20, "cycles": ["2026-Q1", "2026-Q2"]}),
    ("RETRO-CAUSE", "", "goal", {}),
    ("RETRO-CARRY", "", "goal", {}),
    ("MEET-OVERRUN", "", "meeting", {"minutes": 90.0, "box": 60.0}),
    ("MEET-MISSED", "", "unit", {"kind": "monthly", "period_end": "2026-05-31", "kinds": ["monthly", "quarterly"]}),
    ("MEET-ACTION-LATE", "", "action", {"days": 5}),
    ("CHECKIN-LATE", "never", "person", {"days": None}),
    ("CHECKIN-LATE", "late", "person", {"days": 8}),
    ("CHECKIN-NO-CAUSE", "both", "goal", {"status": "lagging", "missing": ["cause", "correction"]}),
    ("CHECKIN-NO-CAUSE", "cause", "goal", {"status": "at_risk", "missing": ["cause"]}),
    ("CHECKIN-NO-CAUSE", "correction", "goal", {"status": "lagging", "missing": ["correction"]}),
    ("REWARD-STRATEGY-WEIGHT", "", "scheme", {"share": 0.475}),
    ("REWARD-CORE-FACTOR", "low", "scheme", {"factor": 1.5, "low": 2.0, "high": 3.0}),
    ("REWARD-CORE-FACTOR", "high", "scheme", {"factor": 4.0, "low": 2.0, "high": 3.0}),
    (
        "REWARD-TIMELY",
        "unpaid",
        "scheme",
        {"days": 35, "promised": 30.0, "approved": "2026-03-01", "paid": None},
    ),
    (
        "REWARD-TIMELY",
        "paid",
        "scheme",
        {"days": 35, "promised": 30.0, "approved": "2026-03-01", "paid": "2026-04-05"},
    ),
    ("REWARD-OPEN", "unpublished", "scheme", {"period_end": "2026-03-31", "published": None}),
    ("REWARD-OPEN", "late", "scheme", {"period_end": "2026-03-31", "published": "2026-04-20"}),
    ("REWARD-TOLERANCE", "", "goal", {"attainment": 0.8}),
    ("REWARD-UNLINKED", "", "person", {}),
    ("REWARD-FAIRNESS", "above", "person", {"spread": 1 / 3, "above": True, "scheme": "S"}),
    ("REWARD-FAIRNESS", "below", "person", {"spread": 0.25, "above": False, "scheme": "S", "schemes": {"S": 0.25}}),
    ("CHAIN-LINK-GOAL", "", "link", {}),
    ("CHAIN-HANDOVER", "", "goal", {"link": "production"}),
    (
        "CHAIN-INEFFICIENT",
        "shift",
        "link",
        {**WEAK, "shift": "2000.00", "shift_to": "research"},
    ),
    ("CHAIN-INEFFICIENT", "alone", "link", {**WEAK, "shift": None, "shift_to": None}),
    ("CHAIN-FEEDBACK-OPEN", "", "feedback", {"days": 31}),
    ("CHAIN-FEEDBACK-UNUSED", "", "feedback", {}),
]
NAMES = {
    "U2": "研发中心(U2)",
    "U3": "销售公司(U3)",
    "G1": "年销量(G1)",
    "P1": "李(P1)",
    "P2": "吴(P2)",
    "B2": "新店(B2)",
}


def name_of(kind: str, code: str) -> str:
    assert kind in KINDS
    return NAMES.get(code, code)


def render(rule: str, subject_type: str, evidence: dict[str, Any], language: str) -> tuple[str, str]:
    return finding_texts(rule, subject_type, "新车型上市", evidence, language, name_of)


def variants(texts: dict[str, Any]) -> dict[str, dict[str, str]]:
    found = {name: part for name, part in texts.items() if isinstance(part, dict) and "message" in part}
    return found or {"": texts}


def placeholders(text: str) -> list[tuple[str, str]]:
    return [(name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name is not None]


def test_only_known_rules_have_texts() -> None:
    assert set(BOOKS["zh"]) - {"form"} <= set(RULES)
    assert set(BOOKS["zh"]) == set(BOOKS["en"])
    assert list(BOOKS["zh"]) == list(BOOKS["en"])


@pytest.mark.parametrize("rule", WRITTEN)
def test_both_languages_have_the_same_parts(rule: str) -> None:
    zh, en = BOOKS["zh"][rule], BOOKS["en"][rule]
    assert zh["title"]
    assert en["title"]
    assert zh.keys() == en.keys()
    assert variants(zh).keys() == variants(en).keys()
    assert (rule in VARIANTS) == (set(variants(zh)) != {""})
    for variant, wording in variants(zh).items():
        for part in ("message", "action"):
            assert sorted(placeholders(wording[part])) == sorted(placeholders(variants(en)[variant][part])), part
    for words in ("words", "cures"):
        assert zh.get(words, {}).keys() == en.get(words, {}).keys()


@pytest.mark.parametrize("rule", WRITTEN)
def test_every_placeholder_is_evidence(rule: str) -> None:
    known = {"subject"} | {key for name, _, _, evidence in SAMPLES if name == rule for key in evidence}
    if rule == "GOAL-SMART":
        known |= {"failing", "cures"}
    for wording in variants(BOOKS["zh"][rule]).values():
        for key, spec in placeholders(wording["message"]) + placeholders(wording["action"]):
            assert key in known
            assert spec.partition(".")[0] in SPECS


def test_every_variant_has_a_sample() -> None:
    written = {(rule, variant) for rule in WRITTEN for variant in variants(BOOKS["zh"][rule])}
    assert written == {(rule, variant) for rule, variant, _, _ in SAMPLES}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("rule", "variant", "subject_type", "evidence"), SAMPLES)
def test_sample_fills_every_sentence(
    rule: str, variant: str, subject_type: str, evidence: dict[str, Any], language: str
) -> None:
    if variant:
        assert VARIANTS[rule](subject_type, evidence) == variant
    message, action = render(rule, subject_type, evidence, language)
    assert "新车型上市" in message
    for text in (message, action):
        assert not {DASH, "{", "}"} & set(text)
        assert text.endswith("。" if language == "zh" else ".")
        assert text == text.strip()
        assert "None" not in text
    assert rule_title(rule, language) == BOOKS[language][rule]["title"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("rule", "variant", "subject_type", "evidence"), SAMPLES)
def test_missing_evidence_is_a_dash(
    rule: str, variant: str, subject_type: str, evidence: dict[str, Any], language: str
) -> None:
    del variant
    for partial in ({}, dict.fromkeys(evidence), {key: float("nan") for key in evidence}):
        for kind in (subject_type, "something else"):
            texts = finding_texts(rule, kind, "", partial, language, name_of)
            assert DASH in texts[0]
            assert not re.search(r"\b(None|nan)\b", " ".join(texts))


def test_worked_sentences() -> None:
    assert render("CASCADE-MARKUP", "goal", {"markup": 0.2, "cumulative": 0.5}, "zh")[0] == (
        "“新车型上市”向下分解时加码 20%（自上而下累计 50%），没有校准批准。"
    )
    assert render("COLLAB-DUTY", "goal", {"helpers": ["U2", "U3"]}, "zh")[0] == (
        "“新车型上市”的协同单元研发中心(U2)、销售公司(U3)没有写明协同职责。"
    )
    assert render("BSC-PERSPECTIVE", "unit", {"missing": ["process", "learning"]}, "zh")[0].endswith(
        "：内部流程、学习与成长。"
    )
    assert render("BSC-FREQUENCY", "metric", {"frequency": "quarter"}, "en")[0].count("once a quarter") == 1
    missed = {"kind": "monthly", "period_end": "2026-05-31", "kinds": ["monthly", "quarterly"]}
    assert render("MEET-MISSED", "unit", missed, "zh")[0] == "“新车型上市”在截至 2026年5月31日 的上一周期没有召开月会。"
    assert "月会、季度会" in render("MEET-MISSED", "unit", missed, "zh")[1]
    assert "最近一次更新为滞后，既" in render("CHECKIN-NO-CAUSE", "goal", {"status": "lagging"}, "zh")[0]
    assert "planned for 90 minutes" in render("MEET-OVERRUN", "meeting", {"minutes": 90.0, "box": 60.0}, "en")[0]
    assert "2026年5月31日" in render("TRACK-STALE", "goal", {"period_end": "2026-05-31"}, "zh")[0]
    assert "2026-05-31" in render("TRACK-STALE", "goal", {"period_end": "2026-05-31"}, "en")[0]


@pytest.mark.parametrize(("language", "failing", "cures"), [("zh", "、", "；"), ("en", ", ", "; ")])
def test_smart_names_the_failing_letters(language: str, failing: str, cures: str) -> None:
    texts = BOOKS[language]["GOAL-SMART"]
    message, action = render("GOAL-SMART", "goal", {"letters": FAILING, "score": 2}, language)
    assert failing.join(texts["words"][letter] for letter in "SMT") in message
    assert cures.join(texts["cures"][letter] for letter in "SMT") in action
    assert "2/5" in message
    assert texts["words"]["A"] not in message


@pytest.mark.parametrize(
    ("share", "drawn"),
    [
        (0.2, "20%"),
        (0.333, "33.3%"),
        (1 / 3, "33.3%"),
        (0.0005, "0.1%"),
        (0.1005, "10.1%"),
        (0, "0%"),
        (-0.0, "0%"),
        (-0.05, "-5%"),
        (12.5, "1,250%"),
        (1e15, "100,000,000,000,000,000%"),
    ],
)
def test_percent(share: float, drawn: str) -> None:
    assert f" {drawn} " in render("CASCADE-SHORTFALL", "goal", {"shortfall": share}, "en")[0]


@pytest.mark.parametrize(
    ("ratio", "drawn"), [(1.83, "1.83"), (1.8333, "1.83"), (1.5, "1.5"), (2, "2"), (0.125, "0.13"), (1e-9, "0")]
)
def test_ratio(ratio: float, drawn: str) -> None:
    evidence = {"ratio": ratio, "low": 1, "high": 2, "verdict": "beyond"}
    assert f"challenge {drawn}, above" in render("GOAL-CHALLENGE", "goal", evidence, "en")[0]


@pytest.mark.parametrize(("number", "drawn"), [(9, "9"), (9.0, "9"), (1234567, "1,234,567"), (0.25, "0.25")])
def test_number(number: float, drawn: str) -> None:
    assert f"has {drawn} priorities" in render("GOAL-FOCUS", "company", {"priorities": number}, "en")[0]


@pytest.mark.parametrize(
    ("dates", "variant"),
    [
        ({**OUTSIDE, "start": None}, "late"),
        ({**OUTSIDE, "due": None}, "early"),
        ({**OUTSIDE, "limit_start": None}, "late"),
        ({**OUTSIDE, "limit_due": None}, "early"),
        ({**OUTSIDE, "start": "2027-01-15"}, "outside"),
        ({**OUTSIDE, "due": "2025-12-31"}, "outside"),
        ({}, "outside"),
    ],
)
def test_period_variant_needs_both_dates(dates: dict[str, Any], variant: str) -> None:
    assert VARIANTS["GOAL-PERIOD"]("goal", dates) == variant


def test_what_is_no_date_or_choice_is_shown_as_it_is() -> None:
    assert "next year" in render("TRACK-STALE", "goal", {"period_end": "next year"}, "zh")[0]
    assert "decade" in render("BSC-FREQUENCY", "metric", {"frequency": "decade"}, "zh")[0]
    assert "some" in render("BSC-WEIGHT", "unit", {"sum": "some"}, "zh")[0]


def test_rule_without_texts_keeps_its_id() -> None:
    assert rule_title("NO-SUCH-RULE", "zh") == "NO-SUCH-RULE"


def test_money_and_holders_are_drawn_as_people_write_them() -> None:
    envelope = {"allocated": "1000.00", "envelope": "800.50", "over": 0.25}
    assert (
        "hold 1,000 in all, 25% above the year's envelope of 800.50"
        in render("OTB-ENVELOPE", "company", envelope, "en")[0]
    )
    assert (
        "研发中心(U2)、李(P1)、X"
        in render("RESP-DUTY", "responsibility", {"collaborators": ["U2", "P1", "X"]}, "zh")[0]
    )
    shift = {**WEAK, "shift": "2000.00", "shift_to": "research"}
    assert "2,000" in render("CHAIN-INEFFICIENT", "link", shift, "en")[1]


def test_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="language"):
        rule_title("GOAL-SMART", "fr")
