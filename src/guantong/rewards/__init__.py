"""Reward schemes, their coefficients and members."""
