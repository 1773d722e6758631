"""Participation: people propose goals and confirm what their goals support.

Page: docs/rules/participation.md.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from guantong.engine.findings import ADVICE, Breaks, breaks, rule
from guantong.engine.snapshot import LIMIT, Snapshot, figure

_JUDGED = ("units", "people", "goals")


@figure
def took_part(snapshot: Snapshot) -> np.ndarray:
    """Return the active people who proposed a goal of the year or confirmed one that they own, (n_people,) bool."""
    goals = snapshot.company.goals
    judged = snapshot.goals_there & snapshot.year_cycles[goals.cycle]
    # The last place takes the goals that name nobody.
    part = np.zeros(len(snapshot.company.people) + 1, dtype=bool)
    part[goals.proposed_by[judged]] = True
    part[goals.owner[judged & (goals.confirmed <= snapshot.as_of)]] = True
    return part[:-1] & snapshot.active


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return part / whole, NaN where there is nobody."""
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)


@rule("PARTICIPATION", *_JUDGED)
def units_with_few_taking_part(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find units of whose own people too few proposed or confirmed a goal of the year.

    Rule: PARTICIPATION
    """
    share = _share(snapshot.people_in(took_part(snapshot)), snapshot.people_in(snapshot.active))
    low = np.flatnonzero(snapshot.parameters.value("PARTICIPATION", "min") - share > LIMIT)
    yield breaks("units", low, ADVICE, share=share[low].tolist())


def participation_entries(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return per unit, those below included: `unit`, `people` (active), `share` (who took part, None = nobody)."""
    units = snapshot.company.units
    if not all(len(getattr(snapshot.company, sheet)) for sheet in _JUDGED):
        return []
    part, whole = (snapshot.people_below(people) for people in (took_part(snapshot), snapshot.active))
    columns = (units.code.tolist(), whole.tolist(), _share(part, whole).tolist())
    return [
        {"unit": unit, "people": people, "share": share if people else None}
        for unit, people, share in zip(*columns, strict=True)
    ]
