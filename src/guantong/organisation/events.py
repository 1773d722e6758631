"""What the company tells the areas above."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class RowsChanged:
    """Rows of tables of a company have changed; every action that changes one publishes it."""

    company_id: int
    tables: frozenset[str]
    at: datetime.datetime
