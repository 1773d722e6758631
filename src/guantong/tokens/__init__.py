"""Keys with which programs act for members of a company."""
