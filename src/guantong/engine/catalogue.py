"""Every rule of the method, declared once, in the order of its chapters.

Source of a rule and of each default: G given by the method, C a case of it, O ours. What a rule finds is the function
registered under its id (findings.py); its words are in messages/rules/. Pages: docs/rules/README.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Parameter:
    """A default with its source; a share is written as a percentage."""

    default: float
    source: str
    share: bool = False


Defaults = Mapping[str, Parameter]


@dataclass(frozen=True)
class Declaration:
    """What the method says of a rule.

    Attributes:
        chapter: Code of its chapter.
        source: G, C or O.
        severities: Those that its findings can have, gravest first.
        subjects: Types of what its findings are about.
        parameters: Its parameters by name.
    """

    chapter: str
    source: str
    severities: tuple[str, ...]
    subjects: tuple[str, ...]
    parameters: Defaults


@dataclass(frozen=True)
class _Rule:
    source: str
    severities: str
    subjects: str
    parameters: Defaults


def _rule(source: str, severities: str, subjects: str, *parameters: Defaults) -> _Rule:
    joined = {name: parameter for group in parameters for name, parameter in group.items()}
    return _Rule(source, severities, subjects, MappingProxyType(joined))


def _numbers(source: str, **defaults: float) -> Defaults:
    return {name: Parameter(value, source) for name, value in defaults.items()}


def _shares(source: str, **defaults: float) -> Defaults:
    return {name: Parameter(value, source, share=True) for name, value in defaults.items()}


_CHAPTERS: Mapping[str, Mapping[str, _Rule]] = {
    "goals": {
        "GOAL-HORIZON": _rule("G", "error warning", "company goal", _numbers("G", min_years=3, max_years=5)),
        "GOAL-FOCUS": _rule("O", "error advice", "company", _numbers("O", max=7)),
        "GOAL-ORPHAN": _rule("G", "error", "goal"),
        "GOAL-PRIORITY": _rule("G", "error", "goal"),
        "GOAL-CHILDLESS": _rule("G", "error warning", "goal"),
        "GOAL-LEVEL": _rule("G", "error", "goal"),
        "GOAL-PERIOD": _rule("O", "warning", "goal"),
        "GOAL-NOBODY": _rule("G", "error", "person", _numbers("G", grace_days=30)),
        "GOAL-OWNER": _rule("G", "error", "goal"),
        "GOAL-SMART": _rule("G", "error warning", "goal"),
        "GOAL-CHALLENGE": _rule(
            "C",
            "warning advice",
            "goal",
            _numbers("C", person_low=1.5, person_high=2.0),
            _numbers("O", unit_low=1.05, unit_high=1.5),
            _shares("O", bounded_low=0.2, bounded_high=0.7),
        ),
    },
    "cascade": {
        "CASCADE-MARKUP": _rule("G", "error warning", "goal", _shares("O", warning=0.01, error=0.10)),
        "CASCADE-SHORTFALL": _rule("G", "error", "goal", _shares("O", tolerance=0.01)),
    },
    "collaboration": {
        "COLLAB-WEIGHT": _rule("G", "error", "unit", _shares("G", min=0.20)),
        "COLLAB-DUTY": _rule("G", "error", "goal"),
        "COLLAB-MISSING": _rule("G", "warning", "plan process"),
        "COLLAB-UNANSWERED": _rule("O", "warning", "goal"),
        "COLLAB-LOCAL-OPTIMUM": _rule("G", "warning", "goal", _shares("G", gap=0.10)),
    },
    "participation": {
        "PARTICIPATION": _rule("G", "advice", "unit", _shares("O", min=0.60)),
    },
    "strategy": {
        "BLM-ELEMENT": _rule("G", "error", "company"),
        "BLM-INTENT-MEASURE": _rule("G", "error", "plan"),
        "BLM-TASK-GOAL": _rule("G", "error", "plan"),
        "BLM-TASK-OWNER": _rule("G", "error", "plan"),
        "BLM-TASK-SUPPORT": _rule("G", "warning", "plan"),
        "BLM-TASK-LATE": _rule("O", "warning", "plan"),
        "BLM-UNUSED": _rule("O", "advice", "plan"),
        "LOOP-FEEDBACK": _rule("G", "warning", "company"),
    },
    "processes": {
        "BEM-NODE-OWNER": _rule("G", "error", "node"),
        "BEM-POSITION-DUTY": _rule("G", "warning", "position"),
        "BEM-BOTTLENECK": _rule("G", "error warning", "node", _shares("O", warning=0.85, error=1.0)),
        "BEM-HANDOFF": _rule("G", "warning", "process", _numbers("O", handoffs=4, fit=0.5)),
        "BEM-REDUNDANT": _rule("G", "advice", "process"),
        "BEM-KEYTASK": _rule("G", "advice", "plan"),
    },
    "budget": {
        "OTB-CORE-SHARE": _rule("G", "error", "company", _shares("G", min=0.70)),
        "OTB-UNFUNDED": _rule("G", "error", "priority plan"),
        "OTB-UNLINKED": _rule("G", "error", "request"),
        "OTB-ENVELOPE": _rule("G", "error", "company"),
        "OTB-PACE": _rule("G", "warning advice", "request", _numbers("O", points=15)),
        "OTB-IDLE": _rule("G", "advice", "request"),
        "OTB-UNTRACKED": _rule("G", "advice", "request"),
    },
    "scorecard": {
        "BSC-PERSPECTIVE": _rule("G", "error warning", "unit"),
        "BSC-WEIGHT": _rule("G", "error", "unit person", _shares("O", tolerance=0.001)),
        "BSC-FINANCE-ONLY": _rule("G", "warning", "unit", _shares("O", max=0.60)),
        "BSC-OFF-CARD": _rule("G", "warning", "person unit"),
        "BSC-NO-DATA": _rule("G", "error", "goal"),
        "BSC-FREQUENCY": _rule("G", "advice", "metric"),
        "BSC-MAP": _rule("O", "advice", "goal"),
    },
    "responsibility": {
        "RESP-SINGLE": _rule("G", "error", "responsibility"),
        "RESP-DUTY": _rule("G", "error", "responsibility"),
        "RESP-TARGET": _rule("G", "error", "responsibility"),
        "RESP-DEADLINE": _rule("G", "error", "responsibility"),
        "RESP-AUTHORITY": _rule("G", "warning", "responsibility"),
        "RESP-MISSING": _rule("G", "error", "plan"),
        "RESP-MISMATCH": _rule("O", "warning", "responsibility"),
        "RESP-LOAD": _rule("O", "advice", "person", _numbers("O", max=7)),
    },
    "tracking": {
        "TRACK-GAP": _rule("G", "error", "goal", _shares("G", gap=0.10)),
        "TRACK-PLAN-LATE": _rule("G", "error", "goal", _numbers("G", hours=24)),
        "TRACK-STALE": _rule("G", "warning", "goal"),
    },
    "meetings": {
        "MEET-OVERRUN": _rule(
            "G",
            "warning",
            "meeting",
            _numbers("G", weekly=60, monthly=120),
            _numbers("O", quarterly=240, biweekly=60),
        ),
        "MEET-MISSED": _rule("G", "warning", "unit"),
        "MEET-ACTION-LATE": _rule("G", "warning", "action"),
    },
    "checkins": {
        "CHECKIN-LATE": _rule("C", "warning", "person", _numbers("C", days=7)),
        "CHECKIN-NO-CAUSE": _rule("C", "error", "goal"),
    },
    "retrospectives": {
        "RETRO-DUE": _rule("G", "warning", "unit", _numbers("O", days=14)),
        "RETRO-CAUSE": _rule("G", "error", "goal"),
        "RETRO-CARRY": _rule("G", "warning", "goal"),
    },
    "incentives": {
        "REWARD-STRATEGY-WEIGHT": _rule("G", "error", "scheme", _shares("G", min=0.50)),
        "REWARD-CORE-FACTOR": _rule("C", "advice", "scheme", _numbers("C", low=2, high=3)),
        "REWARD-TIMELY": _rule("G", "error", "scheme", _numbers("O", days=30)),
        "REWARD-OPEN": _rule("G", "advice", "scheme"),
        "REWARD-TOLERANCE": _rule("G", "advice", "goal"),
        "REWARD-UNLINKED": _rule("G", "warning", "person"),
        "REWARD-FAIRNESS": _rule("O", "advice", "person", _shares("O", spread=0.20)),
    },
    "value_chain": {
        "CHAIN-LINK-GOAL": _rule("G", "error", "link"),
        "CHAIN-HANDOVER": _rule("G", "warning", "goal"),
        "CHAIN-INEFFICIENT": _rule("G", "warning", "link", _numbers("O", min=0.8)),
        "CHAIN-FEEDBACK-OPEN": _rule("G", "warning", "feedback", _numbers("O", days=30)),
        "CHAIN-FEEDBACK-UNUSED": _rule("G", "warning", "feedback"),
    },
}

CHAPTERS = tuple(_CHAPTERS)
"""Codes of the chapters, in the order of the method."""

CATALOGUE: Mapping[str, Declaration] = MappingProxyType(
    {
        rule_id: Declaration(
            chapter, rule.source, tuple(rule.severities.split()), tuple(rule.subjects.split()), rule.parameters
        )
        for chapter, rules in _CHAPTERS.items()
        for rule_id, rule in rules.items()
    }
)
"""Declarations by rule id, in the order of the method."""

GENERAL: Mapping[str, Defaults] = MappingProxyType(
    {
        "CHECK": _shares("O", known_weight=0.8),
        "RATING": {**_shares("O", coverage=0.8), **_numbers("O", A=100, B=80, C=60)},
    }
)
"""Parameters that belong to no single rule."""
