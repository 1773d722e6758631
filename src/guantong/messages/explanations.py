"""A rule explained: what it finds, why that matters, what mends it, its parameters and its evidence.

The texts stand beside the messages (rules.py): `what`, `why`, `cure`, `example`, and one line per parameter and per
evidence key. A placeholder in them is a parameter of the rule: `what`, `why` and `cure` tell the value in force, the
example the default, on which its figures rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from guantong.engine import check  # noqa: F401  fills RULES
from guantong.engine.catalogue import CATALOGUE
from guantong.engine.findings import RULES
from guantong.engine.parameters import Parameters, in_stage
from guantong.engine.tables import TABLES
from guantong.messages.rules import filled, rule_book


@dataclass(frozen=True)
class ParameterExplained:
    """A parameter of a rule with its value in force; a share is written as a percentage."""

    name: str
    meaning: str
    value: float
    default: float
    source: str
    share: bool

    @property
    def written(self) -> str:
        """The value in force as a company's settings write it, e.g. `20%`."""
        return _written(self.value, self.share)

    @property
    def written_default(self) -> str:
        """The default as a company's settings write it."""
        return _written(self.default, self.share)


@dataclass(frozen=True)
class Explanation:
    """A rule in words, under a company's parameters; a text that is not written yet is empty.

    Attributes:
        evidence: (key, meaning) in the order of the texts.
        mode: `block`, `warn` or `off`.
        in_stage: Whether the company's stage includes the rule.
        sheets: Those without which the rule is silent.
    """

    rule: str
    title: str
    chapter: str
    severities: tuple[str, ...]
    subjects: tuple[str, ...]
    source: str
    what: str
    why: str
    cure: str
    example: str
    parameters: tuple[ParameterExplained, ...]
    evidence: tuple[tuple[str, str], ...]
    mode: str
    in_stage: bool
    sheets: tuple[str, ...]

    @property
    def is_on(self) -> bool:
        """Whether the rule speaks."""
        return self.mode != "off" and self.in_stage


def explained_rules() -> list[str]:
    """Return the ids of the rules that are carried out, in the order of the method."""
    return [rule for rule in CATALOGUE if rule in RULES]


def explanation(rule: str, language: str, parameters: Parameters) -> Explanation:
    """Return a rule in words.

    Args:
        rule: Id of a rule that is carried out.
        language: `zh` or `en`.
        parameters: Those of a company, or the defaults.

    Raises:
        KeyError: The rule is unknown.
    """
    declared, judges = CATALOGUE[rule], RULES[rule].judges
    texts = rule_book(language).get(rule, {})
    in_force = {name: parameters.value(rule, name) for name in declared.parameters}
    defaults = {name: parameter.default for name, parameter in declared.parameters.items()}

    def said(part: str, values: Mapping[str, float]) -> str:
        return filled(texts.get(part, ""), language, values)

    return Explanation(
        rule=rule,
        title=texts.get("title", rule),
        chapter=declared.chapter,
        severities=declared.severities,
        subjects=declared.subjects,
        source=declared.source,
        what=said("what", in_force),
        why=said("why", in_force),
        cure=said("cure", in_force),
        example=said("example", defaults),
        parameters=_parameters(rule, texts.get("parameters", {}), in_force),
        evidence=tuple(texts.get("evidence", {}).items()),
        mode=parameters.mode(rule),
        in_stage=in_stage(rule, parameters.stage),
        sheets=tuple(sheet for sheet in TABLES if sheet in judges),
    )


def _parameters(
    rule: str, meanings: Mapping[str, str], in_force: Mapping[str, float]
) -> tuple[ParameterExplained, ...]:
    return tuple(
        ParameterExplained(
            name, meanings.get(name, ""), in_force[name], parameter.default, parameter.source, parameter.share
        )
        for name, parameter in CATALOGUE[rule].parameters.items()
    )


def _written(value: float, share: bool) -> str:
    return f"{value * 100:.10g}%" if share else f"{value:.10g}"
