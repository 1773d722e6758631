"""Notices of what happened: in the application and by mail."""
