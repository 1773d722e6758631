"""Following goals: check-ins and corrective plans."""
