"""What is wrong with a file of people, each problem with the one cure that is proposed for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from guantong.formats.problems import shorten

CURES: Mapping[str, str] = MappingProxyType(
    {
        # cells
        "unreadable_cell": "set",
        "no_code": "leave_out",
        "no_name": "set",
        "row_twice": "leave_out",
        "code_twice": "leave_out",
        "code_taken": "set",
        "email_twice": "set",
        # employment
        "unknown_status": "set",
        "left_without_date": "set",
        "active_with_left_date": "set",
        "left_before_joined": "set",
        "not_in_file": "set",
        # units and positions
        "no_root": "create",
        "new_unit": "create",
        "same_unit_name": "set",
        "other_unit_name": "set",
        "no_unit": "set",
        "position_without_unit": "set",
        # reporting lines and heads
        "unknown_manager": "set",
        "several_managers": "set",
        "own_manager": "set",
        "manager_left": "set",
        "circle": "set",
        "head_left": "set",
        "several_heads": "set",
    }
)
"""Every kind of problem with the kind of its cure: `set` puts a value (or none) in the place of what stands there,
`create` makes a unit, `leave_out` passes over the row."""


@dataclass(frozen=True)
class PeopleProblem:
    """One thing wrong in a file of people.

    Attributes:
        kind: A word of `CURES`.
        row: Row of the file as Excel counts, None where no row is meant.
        subject: Code of the person, or of the unit, that is meant; "" where there is none.
        target: What the cell is mapped to, "" where no cell is meant.
        value: What stands there.
        to: What the cure puts there; "" = nothing.
        details: Words that the message of this kind needs.
    """

    kind: str
    row: int | None
    subject: str = ""
    target: str = ""
    value: str = ""
    to: str = ""
    details: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def cure(self) -> str:
        """Return the kind of the cure."""
        return CURES[self.kind]


def problem(
    kind: str, row: int | None, subject: str, place: tuple[str, str], to: str = "", **details: str
) -> PeopleProblem:
    """Return a problem; `place` is the target and what stands there."""
    return PeopleProblem(kind, row, subject, place[0], shorten(place[1]), shorten(to), details)


def in_order(problems: Iterable[PeopleProblem]) -> list[PeopleProblem]:
    """Return problems by kind as declared, then by row and subject."""
    order = {kind: number for number, kind in enumerate(CURES)}
    return sorted(problems, key=lambda each: (order[each.kind], each.row or 0, each.subject, each.value))
