"""The terminal: translates arguments to calls and results to text; decides nothing."""
