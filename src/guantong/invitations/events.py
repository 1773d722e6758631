"""What invitations tell the areas above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InvitationCreated:
    """Somebody is invited into a company and waits for the link."""

    company_id: int
    invitation_id: int
