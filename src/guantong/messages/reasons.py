"""Why somebody may do something, in words."""

import datetime
from typing import Protocol

from guantong.messages.labels import label


class Reason(Protocol):
    """Why somebody has a role; see access/policies.py."""

    @property
    def kind(self) -> str:
        """`member`, `head`, `grant` or `report`."""

    @property
    def role(self) -> str:
        """The role."""

    @property
    def scope(self) -> str:
        """How far it was given."""

    @property
    def unit(self) -> str:
        """Code of the unit, "" where none."""

    @property
    def giver(self) -> str:
        """Code of who delegated it, "" where it is one's own."""

    @property
    def ends_on(self) -> datetime.date | None:
        """The last day."""


def reason_text(reason: Reason, language: str) -> str:
    """Return why somebody has a role: "granted “finance” (unit and below: B1), until 2026-12-31"."""
    scope = scope_text(reason.scope, reason.unit, language)
    role = label(f"roles.{reason.role}", language)
    parts = [label(f"reasons.{reason.kind}", language, unit=reason.unit, role=role, scope=scope)]
    if reason.giver:
        parts.insert(0, label("reasons.for", language, giver=reason.giver))
    if reason.ends_on is not None:
        parts.append(label("reasons.until", language, date=reason.ends_on.isoformat()))
    return ("，" if language == "zh" else ", ").join(parts)


def scope_text(scope: str, unit: str, language: str) -> str:
    """Return how far a role reaches: "unit and below: B1"."""
    words = label(f"scopes.{scope}", language)
    return label("reasons.of_unit", language, scope=words, unit=unit) if unit else words
