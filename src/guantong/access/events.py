"""What access tells the areas above."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class AccessChanged:
    """What a member may do has changed.

    Attributes:
        company_id: The company.
        membership_id: Whose access; None where the member of a delegation has no account yet.
        change: The action: `create_grant`, `remove_grant`, `create_delegation`, `remove_delegation`.
        role: The role, or the duty of a delegation.
        by: Who changed it, as the trail names them.
        at: When.
    """

    company_id: int
    membership_id: int | None
    change: str
    role: str
    by: str
    at: datetime.datetime
