"""What every area stands on: Django is known here, no area is."""
