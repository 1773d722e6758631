"""What the kept check tells the areas above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FindingsChanged:
    """A check has found breaks that are new, gone or back; ids of `findings.Finding`."""

    company_id: int
    opened: tuple[int, ...]
    mended: tuple[int, ...]
    reopened: tuple[int, ...]
