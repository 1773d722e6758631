"""Processes, their nodes, and scenarios of how to organise them."""
