"""Work a term's formula out again from its terms, apart from the code that made it."""

import math
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from guantong.engine.explain.terms import Term
from guantong.engine.snapshot import LIMIT

_TOKEN = re.compile(r"(Σ|max|min|last|floor|round)?\{(\w+)\}")


def worked_out(term: Term) -> Any:
    """Return what a term's formula comes to: a number, or a bool for a comparison."""
    code = term.formula
    names: dict[str, Any] = {}

    def named(match: re.Match[str]) -> str:
        function, name = match.groups()
        found = [part.value for part in term.terms if part.name == name]
        if function == "Σ":
            return _bound(names, sum(found))
        if function in ("max", "min"):
            return _bound(names, {"max": max, "min": min}[function](found))
        if function == "last":
            return _bound(names, found[-1])
        assert len(found) == 1, f"{term.name}: {len(found)} terms of the name {name} in {term.formula}"
        return (function or "") + _bound(names, found[0])

    code = _TOKEN.sub(named, code)
    code = re.sub(r"\|([^|]*)\|", r"abs(\1)", code)
    for sign, python in (("−", "-"), ("×", "*"), ("÷", "/"), ("≤", "<="), ("≥", ">=")):
        code = code.replace(sign, python)
    return (
        all(_side(part, names) for part in code.split(" & "))
        if term.is_reason
        else eval(code, {"floor": math.floor}, names)
    )


def _side(condition: str, names: dict[str, Any]) -> bool:
    left, sign, right = re.split(r" (<=|>=|<|>) ", condition)
    one, other = (float(eval(side, {}, names)) for side in (left, right))
    return {"<": other - one > LIMIT, ">": one - other > LIMIT, "<=": one - other <= LIMIT, ">=": other - one <= LIMIT}[
        sign
    ]


def _bound(names: dict[str, Any], value: Any) -> str:
    name = f"v{len(names)}"
    names[name] = Fraction(value) if isinstance(value, int) else value
    return name


def every_term(term: Term) -> Iterator[Term]:
    """Yield a term and all below it."""
    yield term
    for part in term.terms:
        yield from every_term(part)


def disagreements(term: Term) -> list[str]:
    """Return the terms below (and with) one whose formula does not make their value."""
    found = []
    for part in every_term(term):
        if not part.formula:
            continue
        result = worked_out(part)
        if part.is_reason:
            right = result is True
        elif isinstance(part.value, Fraction | int) and isinstance(result, Fraction | int):
            right = result == part.value
        else:
            right = abs(float(result) - float(part.value)) <= 1e-9 * max(1.0, abs(float(part.value)))
        if not right:
            found.append(f"{part.name} {part.about}: {part.formula} = {result}, not {part.value}")
    return found
