"""Retrospectives of goals."""
