"""Goals, and what is agreed about them."""
