"""Companies in and out: load, export, backup, restore."""
