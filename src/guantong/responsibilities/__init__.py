"""The responsibility matrix."""
