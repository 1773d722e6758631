"""Users of the installation and how they sign in."""
