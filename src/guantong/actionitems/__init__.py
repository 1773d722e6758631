"""One list of actions over meetings, plans and retrospectives."""
