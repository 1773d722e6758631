"""Every rule of the method with its parameters, and what a company set instead.

Source: G given by the method, C a case of it, O ours. A company overrides a default in `company.settings` with
`RULE-ID.parameter=value`, and switches a rule with `RULE-ID.mode=off|warn|block`. See docs/rules/ground-rules.md.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

MODES = ("block", "warn", "off")


@dataclass(frozen=True)
class Parameter:
    """A default with its source."""

    default: float
    source: str


def _own(**defaults: float) -> Mapping[str, Parameter]:
    return {name: Parameter(value, "O") for name, value in defaults.items()}


def _given(**defaults: float) -> Mapping[str, Parameter]:
    return {name: Parameter(value, "G") for name, value in defaults.items()}


def _case(**defaults: float) -> Mapping[str, Parameter]:
    return {name: Parameter(value, "C") for name, value in defaults.items()}


RULES: Mapping[str, Mapping[str, Parameter]] = MappingProxyType(
    {
        "GOAL-HORIZON": _given(min_years=3, max_years=5),
        "GOAL-FOCUS": _own(max=7),
        "GOAL-ORPHAN": {},
        "GOAL-PRIORITY": {},
        "GOAL-CHILDLESS": {},
        "GOAL-LEVEL": {},
        "GOAL-PERIOD": {},
        "GOAL-NOBODY": _given(grace_days=30),
        "GOAL-OWNER": {},
        "GOAL-SMART": {},
        "GOAL-CHALLENGE": {
            **_case(person_low=1.5, person_high=2.0),
            **_own(unit_low=1.05, unit_high=1.5, bounded_low=0.2, bounded_high=0.7),
        },
        "CASCADE-MARKUP": _own(warning=0.01, error=0.10),
        "CASCADE-SHORTFALL": _own(tolerance=0.01),
        "COLLAB-WEIGHT": _given(min=0.20),
        "COLLAB-DUTY": {},
        "COLLAB-MISSING": {},
        "COLLAB-UNANSWERED": {},
        "COLLAB-LOCAL-OPTIMUM": _given(gap=0.10),
        "PARTICIPATION": _own(min=0.60),
        "BLM-ELEMENT": {},
        "BLM-INTENT-MEASURE": {},
        "BLM-TASK-GOAL": {},
        "BLM-TASK-OWNER": {},
        "BLM-TASK-SUPPORT": {},
        "BLM-TASK-LATE": {},
        "BLM-UNUSED": {},
        "LOOP-FEEDBACK": {},
        "BEM-NODE-OWNER": {},
        "BEM-POSITION-DUTY": {},
        "BEM-BOTTLENECK": _own(warning=0.85, error=1.0),
        "BEM-HANDOFF": _own(handoffs=4, fit=0.5),
        "BEM-REDUNDANT": {},
        "BEM-KEYTASK": {},
        "OTB-CORE-SHARE": _given(min=0.70),
        "OTB-UNFUNDED": {},
        "OTB-UNLINKED": {},
        "OTB-ENVELOPE": {},
        "OTB-PACE": _own(points=15),
        "OTB-IDLE": {},
        "OTB-UNTRACKED": {},
        "BSC-PERSPECTIVE": {},
        "BSC-WEIGHT": _own(tolerance=0.001),
        "BSC-FINANCE-ONLY": _own(max=0.60),
        "BSC-OFF-CARD": {},
        "BSC-NO-DATA": {},
        "BSC-FREQUENCY": {},
        "BSC-MAP": {},
        "RESP-SINGLE": {},
        "RESP-DUTY": {},
        "RESP-TARGET": {},
        "RESP-DEADLINE": {},
        "RESP-AUTHORITY": {},
        "RESP-MISSING": {},
        "RESP-MISMATCH": {},
        "RESP-LOAD": _own(max=7),
        "TRACK-GAP": _given(gap=0.10),
        "TRACK-PLAN-LATE": _given(hours=24),
        "TRACK-STALE": {},
        "MEET-OVERRUN": {**_given(weekly=60, monthly=120), **_own(quarterly=240, biweekly=60)},
        "MEET-MISSED": {},
        "MEET-ACTION-LATE": {},
        "CHECKIN-LATE": _case(days=7),
        "CHECKIN-NO-CAUSE": {},
        "RETRO-DUE": _own(days=14),
        "RETRO-CAUSE": {},
        "RETRO-CARRY": {},
        "REWARD-STRATEGY-WEIGHT": _given(min=0.50),
        "REWARD-CORE-FACTOR": _case(low=2, high=3),
        "REWARD-TIMELY": _own(days=30),
        "REWARD-OPEN": {},
        "REWARD-TOLERANCE": {},
        "REWARD-UNLINKED": {},
        "REWARD-FAIRNESS": _own(spread=0.20),
        "CHAIN-LINK-GOAL": {},
        "CHAIN-HANDOVER": {},
        "CHAIN-INEFFICIENT": _own(min=0.8),
        "CHAIN-FEEDBACK-OPEN": _own(days=30),
        "CHAIN-FEEDBACK-UNUSED": {},
    }
)
"""Rules in the order of the method's chapters."""

GENERAL: Mapping[str, Mapping[str, Parameter]] = MappingProxyType(
    {
        "CHECK": _own(known_weight=0.8),
        "RATING": _own(coverage=0.8, A=100, B=80, C=60),
    }
)
"""Parameters that belong to no single rule."""

_STARTUP = frozenset({"GOAL", "CASCADE", "COLLAB", "PARTICIPATION", "OTB"})
_GROWTH = _STARTUP | {"BSC", "TRACK", "CHECKIN", "RESP", "REWARD"}
_SETTING = re.compile(r"([A-Za-z-]+)\.([A-Za-z_]+)\s*=\s*(\S.*)")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(%?)")


@dataclass(frozen=True)
class Parameters:
    """A company's parameters: defaults with its own settings laid over them."""

    stage: str = "mature"
    values: Mapping[tuple[str, str], float] = field(default_factory=dict)
    modes: Mapping[str, str] = field(default_factory=dict)

    def value(self, rule: str, name: str) -> float:
        """Return a parameter in the unit of its rule's page."""
        own = self.values.get((rule, name))
        return own if own is not None else (RULES.get(rule) or GENERAL[rule])[name].default

    def mode(self, rule: str) -> str:
        """Return `block`, `warn` or `off`."""
        return self.modes.get(rule, "warn")

    def is_on(self, rule: str) -> bool:
        """Return whether the rule speaks: not switched off, and of a family that the company's stage includes."""
        return self.mode(rule) != "off" and in_stage(rule, self.stage)

    @classmethod
    def of(cls, stage: str, settings: Iterable[str]) -> "Parameters":
        """Read a company's settings.

        Raises:
            ValueError: A setting that `setting_fault` objects to.
        """
        values: dict[tuple[str, str], float] = {}
        modes: dict[str, str] = {}
        for setting in settings:
            if (fault := setting_fault(setting)) is not None:
                raise ValueError(f"{setting}: {fault[0]}")
            rule, name, text = _parts(setting) or ("", "", "")
            if name == "mode":
                modes[rule] = text
            else:
                values[rule, name] = _number(text)
        return cls(stage, values, modes)


def in_stage(rule: str, stage: str) -> bool:
    """Return whether a rule belongs to a stage profile (docs/rules/ground-rules.md, stages)."""
    family = rule.split("-", 1)[0]
    if stage == "startup":
        return family in _STARTUP and rule != "COLLAB-WEIGHT"
    return stage != "growth" or family in _GROWTH


def setting_fault(setting: str) -> tuple[str, str, tuple[str, ...]] | None:
    """Return what is wrong with a setting: (fault, offending word, words that would do), or None.

    Faults: `form` (not RULE-ID.parameter=value), `rule`, `parameter`, `mode`, `number`.
    """
    if (parts := _parts(setting)) is None:
        return "form", setting, ()
    rule, name, text = parts
    known = RULES.get(rule)
    if known is None:
        known = GENERAL.get(rule)
        if known is None:
            return "rule", rule, (*RULES, *GENERAL)
    elif name == "mode":
        return None if text in MODES else ("mode", text, MODES)
    if name not in known:
        return "parameter", name, (*known, "mode") if rule in RULES else tuple(known)
    return None if math.isfinite(_number(text)) else ("number", text, ())


def _parts(setting: str) -> tuple[str, str, str] | None:
    match = _SETTING.fullmatch(setting.strip())
    if match is None:
        return None
    rule, name, text = match.groups()
    return rule.upper(), name if rule.upper() == "RATING" else name.lower(), text.strip()


def _number(text: str) -> float:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return math.nan
    return float(text.removesuffix("%")) / (100 if match[3] else 1)
