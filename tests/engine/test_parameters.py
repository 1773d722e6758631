"""Defaults of the method, a company's own settings over them, stages."""

import pytest

from guantong.engine.catalogue import GENERAL
from guantong.engine.parameters import RULES, Parameters, in_stage, setting_fault

DEFAULTS = {
    "GOAL-HORIZON": {"min_years": 3, "max_years": 5},
    "GOAL-FOCUS": {"max": 7},
    "GOAL-NOBODY": {"grace_days": 30},
    "GOAL-CHALLENGE": {
        "person_low": 1.5,
        "person_high": 2.0,
        "unit_low": 1.05,
        "unit_high": 1.5,
        "bounded_low": 0.2,
        "bounded_high": 0.7,
    },
    "CASCADE-MARKUP": {"warning": 0.01, "error": 0.10},
    "CASCADE-SHORTFALL": {"tolerance": 0.01},
    "COLLAB-WEIGHT": {"min": 0.20},
    "COLLAB-LOCAL-OPTIMUM": {"gap": 0.10},
    "PARTICIPATION": {"min": 0.60},
    "BEM-BOTTLENECK": {"warning": 0.85, "error": 1.0},
    "BEM-HANDOFF": {"handoffs": 4, "fit": 0.5},
    "OTB-CORE-SHARE": {"min": 0.70},
    "OTB-PACE": {"points": 15},
    "BSC-WEIGHT": {"tolerance": 0.001},
    "BSC-FINANCE-ONLY": {"max": 0.60},
    "RESP-LOAD": {"max": 7},
    "TRACK-GAP": {"gap": 0.10},
    "TRACK-PLAN-LATE": {"hours": 24},
    "MEET-OVERRUN": {"weekly": 60, "monthly": 120, "quarterly": 240, "biweekly": 60},
    "CHECKIN-LATE": {"days": 7},
    "RETRO-DUE": {"days": 14},
    "REWARD-STRATEGY-WEIGHT": {"min": 0.50},
    "REWARD-CORE-FACTOR": {"low": 2, "high": 3},
    "REWARD-TIMELY": {"days": 30},
    "REWARD-FAIRNESS": {"spread": 0.20},
    "CHAIN-INEFFICIENT": {"min": 0.8},
    "CHAIN-FEEDBACK-OPEN": {"days": 30},
    "CHECK": {"known_weight": 0.8},
    "RATING": {"coverage": 0.8, "A": 100, "B": 80, "C": 60},
}


def test_defaults_are_those_of_the_method() -> None:
    parameters = Parameters()
    declared = {rule: names for rule, names in {**RULES, **GENERAL}.items() if names}
    found = {rule: {name: parameters.value(rule, name) for name in names} for rule, names in declared.items()}
    assert found == DEFAULTS
    assert {parameter.source for names in declared.values() for parameter in names.values()} == {"G", "C", "O"}
    assert {parameters.mode(rule) for rule in RULES} == {"warn"}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("TRACK-GAP.gap=0.2", 0.2),
        ("track-gap.GAP = 20%", 0.2),
        (" TRACK-GAP.gap=+.5 ", 0.5),
        ("TRACK-GAP.gap=-1.", -1),
        ("TRACK-GAP.gap=0", 0),
        ("TRACK-GAP.gap=1000000000000000", 1e15),
    ],
)
def test_a_setting_lies_over_the_default(setting: str, value: float) -> None:
    parameters = Parameters.of("mature", [setting])
    assert parameters.value("TRACK-GAP", "gap") == pytest.approx(value)
    assert parameters.value("GOAL-FOCUS", "max") == 7


def test_the_last_of_equal_settings_holds() -> None:
    assert Parameters.of("mature", ["GOAL-FOCUS.max=3", "GOAL-FOCUS.max=4"]).value("GOAL-FOCUS", "max") == 4


def test_general_parameters_are_set_in_the_same_way() -> None:
    parameters = Parameters.of("mature", ["CHECK.known_weight=50%", "rating.A=95", "RATING.coverage=0.5"])
    assert parameters.value("CHECK", "known_weight") == 0.5
    assert [parameters.value("RATING", name) for name in ("A", "B", "coverage")] == [95, 80, 0.5]


@pytest.mark.parametrize(("mode", "speaks"), [("block", True), ("warn", True), ("off", False)])
def test_modes(mode: str, speaks: bool) -> None:
    parameters = Parameters.of("mature", [f"GOAL-FOCUS.mode={mode}"])
    assert (parameters.mode("GOAL-FOCUS"), parameters.is_on("GOAL-FOCUS")) == (mode, speaks)
    assert parameters.is_on("GOAL-ORPHAN")


@pytest.mark.parametrize(
    ("setting", "fault", "word", "would_do"),
    [
        ("", "form", "", None),
        ("GOAL-FOCUS", "form", "GOAL-FOCUS", None),
        ("GOAL-FOCUS.max=", "form", "GOAL-FOCUS.max=", None),
        ("GOAL-FOCUS max=7", "form", "GOAL-FOCUS max=7", None),
        ("GOAL-FOKUS.max=7", "rule", "GOAL-FOKUS", "GOAL-FOCUS"),
        ("GOAL-FOCUS.most=7", "parameter", "most", "max"),
        ("GOAL-ORPHAN.max=7", "parameter", "max", "mode"),
        ("CHECK.mode=off", "parameter", "mode", "known_weight"),
        ("RATING.a=95", "parameter", "a", "A"),
        ("GOAL-FOCUS.mode=of", "mode", "of", "off"),
        ("GOAL-FOCUS.max=seven", "number", "seven", None),
        ("GOAL-FOCUS.max=1e3", "number", "1e3", None),
        ("GOAL-FOCUS.max=nan", "number", "nan", None),
        ("GOAL-FOCUS.max=" + "9" * 400, "number", "9" * 400, None),
        ("GOAL-FOCUS.max=1000000000000001", "number", "1000000000000001", None),
        ("GOAL-HORIZON.max_years=-" + "9" * 25, "number", "-" + "9" * 25, None),
    ],
)
def test_a_faulty_setting_names_what_would_do(setting: str, fault: str, word: str, would_do: str | None) -> None:
    found = setting_fault(setting)
    assert found is not None
    assert found[:2] == (fault, word)
    assert (would_do in found[2]) if would_do else not found[2]
    with pytest.raises(ValueError, match=fault):
        Parameters.of("mature", [setting])


STARTUP = {"GOAL", "CASCADE", "COLLAB", "PARTICIPATION", "OTB"}
GROWTH = STARTUP | {"BSC", "TRACK", "CHECKIN", "RESP", "REWARD"}


@pytest.mark.parametrize("rule", RULES)
def test_stages_take_in_rules_by_family(rule: str) -> None:
    family = rule.split("-", maxsplit=1)[0]
    assert in_stage(rule, "startup") == (family in STARTUP and rule != "COLLAB-WEIGHT")
    assert in_stage(rule, "growth") == (family in GROWTH)
    assert in_stage(rule, "mature")


def test_a_rule_outside_the_stage_is_off_whatever_its_mode() -> None:
    assert not Parameters.of("startup", ["COLLAB-WEIGHT.mode=block"]).is_on("COLLAB-WEIGHT")
