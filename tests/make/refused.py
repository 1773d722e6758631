"""What an action refuses."""

from collections.abc import Callable

import pytest

from guantong.access.actions import RefusedAccessError


def fault(call: Callable[[], object]) -> str:
    """Return why access is refused; fails where it is given."""
    with pytest.raises(RefusedAccessError) as refused:
        call()
    return refused.value.fault
