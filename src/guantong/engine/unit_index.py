"""The connection index of every unit: of the people in it and in the units below it.

Page: docs/rules/thread.md.
"""

from typing import Any

from guantong.engine.snapshot import Snapshot
from guantong.engine.thread import index


def index_entries(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return the connection index of every unit, by code.

    Returns:
        unit, people, whole, value (ratio, None without people) and lost: people by the link that loses them.
    """
    company, result = snapshot.company, index(snapshot)
    counts = [snapshot.settled, result.holds]
    counts += [result.lost_at == place for place in range(len(result.funnel))]
    people, whole, *lost = (snapshot.people_below(counted).tolist() for counted in counts)
    links = [link for link, _, _ in result.funnel]
    return [
        {
            "unit": code,
            "people": people[unit],
            "whole": whole[unit],
            "value": whole[unit] / people[unit] if people[unit] else None,
            "lost": {link: count[unit] for link, count in zip(links, lost, strict=True)},
        }
        for unit, code in enumerate(company.units.code.tolist())
    ]
