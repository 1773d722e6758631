"""People from any file: which heading means what, what is wrong, what would mend it, and the company that results."""
