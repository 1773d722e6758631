"""Who belongs to a company and what they may do there: memberships, grants, delegations, invitations, tokens."""
