"""Invitations into a company."""
