"""The parameters of the rules, and what a company set instead.

Defaults are declared in catalogue.py. A company overrides a default in `company.settings` with
`RULE-ID.parameter=value`, and switches a rule with `RULE-ID.mode=off|warn|block`. See docs/rules/ground-rules.md.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from guantong.engine.catalogue import CATALOGUE, GENERAL, Parameter

MODES = ("block", "warn", "off")

RULES: Mapping[str, Mapping[str, Parameter]] = MappingProxyType(
    {rule: declared.parameters for rule, declared in CATALOGUE.items()}
)
"""Parameters by rule, in the order of the method's chapters."""

_LARGEST = 1e15
"""No setting lies further from 0, as no number of a file does (docs/manual/workbook.en.md)."""

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
    return None if abs(_number(text)) <= _LARGEST else ("number", text, ())


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
