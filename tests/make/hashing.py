"""Passwords hashed as the product does, but quickly."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Argon2 with the least work that it takes."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
