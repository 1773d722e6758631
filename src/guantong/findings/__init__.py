"""The check of a company kept in the database: findings, figures, index over time."""
