"""Actual values of goals and their plans by month."""
