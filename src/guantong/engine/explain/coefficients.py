"""How a score became a coefficient: by the scheme's table, else in proportion (docs/rules/rewards.md, coefficients)."""

from fractions import Fraction

import numpy as np

from guantong.engine.explain.terms import Term, filled_cells
from guantong.engine.rewards import COEFFICIENT_CAP, SCALE, scaled
from guantong.engine.snapshot import Snapshot


def exact(value: float) -> Fraction:
    """Return a factor as the fraction that rewards takes it for."""
    return Fraction(scaled(value), SCALE)


def coefficient_term(snapshot: Snapshot, scheme: int, kind: str, value: float, score: Term) -> Term:
    """Return how a coefficient came from a score.

    Args:
        kind: personal, unit or company.
        value: The coefficient.
        score: Term of the card's score, not missing.
    """
    table = snapshot.company.coefficients
    rows = np.flatnonzero((table.scheme == scheme) & table.is_choice("kind", kind))
    formula, terms = _by_table(snapshot, rows, score) if len(rows) else _in_proportion(score)
    if len(rows) and value <= 0:
        formula = f"max({formula}, 0)"
    return Term(f"{kind}_coefficient", exact(value), about=score.about, formula=formula, opened=lambda: terms)


def _in_proportion(score: Term) -> tuple[str, list[Term]]:
    capped = score.value / 100 > COEFFICIENT_CAP
    return f"min({{card_score}} ÷ 100, {COEFFICIENT_CAP:g})" if capped else "{card_score} ÷ 100", [score]


def _by_table(snapshot: Snapshot, rows: np.ndarray, score: Term) -> tuple[str, list[Term]]:
    """Return the straight line on which a score lies, as formula and terms; beyond the table its nearest point."""
    at = snapshot.company.coefficients.score[rows]
    above = int(np.searchsorted(at, score.value, side="right"))
    if above == 0:
        return "{coefficient}", [score, _point(snapshot, int(rows[0]), "coefficient")]
    if above == len(rows) or at[above - 1] == score.value:
        return "{coefficient}", [score, _point(snapshot, int(rows[above - 1]), "coefficient")]
    low, high = int(rows[above - 1]), int(rows[above])
    formula = (
        "{low_coefficient} + ({high_coefficient} − {low_coefficient})"
        " × ({card_score} − {low_score}) ÷ ({high_score} − {low_score})"
    )
    ends = [
        _point(snapshot, row, f"{name}_{column}")
        for name, row in (("low", low), ("high", high))
        for column in ("score", "coefficient")
    ]
    return formula, [score, *ends]


def _point(snapshot: Snapshot, row: int, name: str) -> Term:
    column = name.rpartition("_")[2]
    value = float(getattr(snapshot.company.coefficients, column)[row])
    cells = filled_cells(snapshot.company, "coefficients", row, column)
    kind, about = (
        ("score", ())
        if column == "score"
        else ("number", (("score", float(snapshot.company.coefficients.score[row])),))
    )
    return Term(name, value, kind, about, cells=cells)
