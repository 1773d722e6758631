"""The JSON Schema of a report, and of the list of problems that stands in its place when the input cannot be read."""

from typing import Any

import guantong.engine.check  # noqa: F401  fills RULES
from guantong.engine.findings import RULES, SEVERITIES, SUBJECT_TYPES
from guantong.engine.measurement import STATUSES
from guantong.engine.scorecards import RATINGS
from guantong.engine.spending import VERDICTS
from guantong.engine.tables import CHOICES, SCHEMA_VERSION
from guantong.engine.thread import LINK_RULES
from guantong.formats.problems import problems_schema

_FIGURES = ("actual", "target", "plan", "gap", "gap_ratio", "attainment", "known_weight")
_NUMBER = {"type": ["number", "null"]}
_RATIO = {"type": "number"}
_COUNT = {"type": "integer", "minimum": 0}
_TEXT = {"type": "string"}
_CODE = {"type": "string", "minLength": 1}
_MONEY = {"type": ["string", "null"], "pattern": r"^-?\d+(\.\d{2,3})?$"}
_RULE = {"enum": list(RULES)}


def _object(optional: tuple[str, ...] = (), /, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


_SUBJECT = _object(type={"enum": sorted(set(SUBJECT_TYPES.values()))}, code=_CODE)


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a check's JSON output."""
    figures: dict[str, Any] = dict.fromkeys(_FIGURES, _NUMBER)
    card = _object(
        ("cycle",),
        holder=_CODE,
        score=_NUMBER,
        coverage=_NUMBER,
        rating={"enum": [*RATINGS, None]},
        cycle={**_CODE, "description": "Only where the card is not of the checked year itself."},
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "guantong check",
        **_object(
            schema={"const": SCHEMA_VERSION},
            company=_CODE,
            as_of={"type": "string", "format": "date"},
            cycle=_CODE,
            index=_index(),
            findings=_list(_finding()),
            waived=_COUNT,
            goals=_list(_object(code=_CODE, **figures, status={"enum": list(STATUSES)})),
            scorecards=_list(card),
            budget=_budget(),
            **_chapters(),
            rewards=_list(_object(scheme=_CODE, person=_CODE, amount=_MONEY)),
            reward_schemes=_list(_object(code=_CODE, pool=_MONEY, paid=_MONEY, unallocated=_MONEY)),
            repair=_list(_object(rule=_RULE, subject=_SUBJECT, frees=_COUNT, index_after=_RATIO)),
        ),
        "$defs": {"problems": problems_schema()},
    }


def _budget() -> dict[str, Any]:
    request = _object(
        code=_CODE,
        **dict.fromkeys(("current", "spent", "open", "free"), _MONEY),
        progress=_NUMBER,
        planned_progress=_NUMBER,
        verdict={"enum": [*VERDICTS, None]},
    )
    return _object(
        **dict.fromkeys(("envelope", "allocated", "committed", "spent"), _MONEY),
        core_share=_NUMBER,
        requests=_list(request),
        transfers=_list(_object(**{"from": _CODE}, to=_CODE, amount=_MONEY)),
    )


def _chapters() -> dict[str, Any]:
    """Return the schema of the figures that stand beside those of goals, cards, budget and rewards."""
    link = {"enum": list(CHOICES["chain_link"])}
    used = _list(_object(code=_CODE, utilisation=_NUMBER))
    flow: dict[str, Any] = {
        "handoffs": _COUNT,
        **dict.fromkeys(("fit", "lead_minutes", "efficiency"), _NUMBER),
        "bottleneck": {"type": ["string", "null"]},
        "nodes": used,
    }
    process = _object(code=_CODE, **flow, positions=used, scenarios=_list(_object(code=_CODE, name=_TEXT, **flow)))
    chain = _object(
        link=link,
        cost=_MONEY,
        value=_MONEY,
        index=_NUMBER,
        cost_ratio=_NUMBER,
        shift=_MONEY,
        shift_to={"enum": [*CHOICES["chain_link"], None]},
        **dict.fromkeys(("cycle_days", "quality", "satisfaction"), _NUMBER),
    )
    feedback = {"anyOf": [_object(open=_COUNT, closed_rate=_NUMBER, days=_NUMBER), {"type": "null"}]}
    month = {"type": "string", "pattern": r"^\d{4}-\d{2}$"}
    balance = _object(month=month, **dict.fromkeys(("internal_sales", "internal_purchases", "difference"), _MONEY))
    result = {"enum": [*CHOICES["result"], None]}
    return {
        "processes": _list(process),
        "value_chain": _list(chain),
        "feedback": feedback,
        "amoeba": _list(_object(unit=_CODE, month=month, value_added=_MONEY, per_hour=_NUMBER)),
        "amoeba_balance": _list(balance),
        "estimates": _list(_object(goal=_CODE, **dict.fromkeys(("low", "base", "high", "difference"), _NUMBER))),
        "retrospectives": _list(_object(goal=_CODE, result=result)),
        "participation": _list(_object(unit=_CODE, people=_COUNT, share=_NUMBER)),
        "comparisons": _list(
            _object(
                goal=_CODE,
                period_end={"type": "string", "format": "date"},
                value=_RATIO,
                **dict.fromkeys(("last_period", "period_change", "last_year", "year_change"), _NUMBER),
            )
        ),
    }


def _index() -> dict[str, Any]:
    link = {"enum": list(LINK_RULES)}
    loss = _object(
        link=link,
        rule={"enum": [*RULES, None]},
        subject={"anyOf": [_SUBJECT, {"type": "null"}]},
        people=_COUNT,
    )
    return _object(
        people=_COUNT,
        whole=_COUNT,
        value=_NUMBER,
        funnel=_list(_object(link=link, kept=_COUNT, lost=_COUNT)),
        losses=_list(loss),
        units=_list(
            _object(
                unit=_CODE,
                people=_COUNT,
                whole=_COUNT,
                value=_NUMBER,
                lost=_object(tuple(LINK_RULES), **dict.fromkeys(LINK_RULES, _COUNT)),
            )
        ),
    )


def _finding() -> dict[str, Any]:
    return _object(
        rule=_RULE,
        severity={"enum": list(SEVERITIES)},
        subject=_SUBJECT,
        owner={"type": ["string", "null"]},
        message=_TEXT,
        action=_TEXT,
        evidence={"type": "object"},
    )
