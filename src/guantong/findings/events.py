"""What the kept check tells the areas above."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class FindingsChanged:
    """A check has found breaks that are new, gone or back; ids of `findings.Finding`."""

    company_id: int
    opened: tuple[int, ...]
    mended: tuple[int, ...]
    reopened: tuple[int, ...]


@dataclass(frozen=True)
class ApproverNamed:
    """Somebody is named as having approved to live with findings.

    Attributes:
        finding_ids: The findings that the waiver holds back.
        waiver_id: The waiver.
        version: Its version, which tells one naming from the next.
        person_id: The approver.
        by: Who named them, as the trail does.
        at: When.
    """

    company_id: int
    finding_ids: tuple[int, ...]
    waiver_id: int
    version: int
    person_id: int
    by: str
    at: datetime.datetime
