"""What the company tells the areas above."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class RowsChanged:
    """Rows of tables of a company have changed; every action that changes one publishes it.

    Attributes:
        company_id: The company.
        rows: By table the ids of the rows, None where there are too many to name.
        at: When.
    """

    company_id: int
    rows: Mapping[str, Sequence[int] | None]
    at: datetime.datetime


@dataclass(frozen=True)
class CodeRenamed:
    """A row has another code; who keeps codes as text writes the new one."""

    company_id: int
    table: str
    old: str
    new: str
