"""Entering actual values for programs."""

import hashlib

from django.http import HttpResponse
from ninja import HeaderEx, P, Router

from guantong.kit.http_errors import BadPlace, ProblemError
from guantong.kit.payloads import RequestKey
from guantong.kit.programs import ProgramRequest
from guantong.kit.requests import needs
from guantong.tokens.actions import Asked, InFlightError, ReusedKeyError, answer_once
from guantong.values.actions import ABILITY, NewValue, RefusedValueError, record_values
from guantong.values.schemas import ValuesIn, ValuesOut

router = Router()

_PLACES = {"goal": "goal", "forbidden": "goal", "number": "value", "date": "date", "note": "note", "twice": "date"}
_FAULTS = {"number": "shape", "note": "shape", "date": "shape", "twice": "day_twice"}


@router.post("/values", response=ValuesOut, operation_id="values_values_record", summary="录入实际值 · Enter values")
@needs(ABILITY)
def values_record(
    request: ProgramRequest,
    response: HttpResponse,
    payload: ValuesIn,
    key: HeaderEx[RequestKey | None, P(default=None, alias="Idempotency-Key")],
) -> dict[str, int]:
    """Enter 1 to 50 actual values, all or none; a value of the same goal and day is replaced.

    With an `Idempotency-Key` the same request sent again within 24 hours is answered as the first time, and nothing is
    entered twice; a request that was refused leaves its key free.
    """
    viewer = request.viewer
    values = [NewValue(**value.dict()) for value in payload.values]

    def enter() -> dict[str, int]:
        recorded = record_values(viewer, values)
        return {"recorded": recorded, "unchanged": len(values) - recorded}

    digest = hashlib.sha256(request.body).hexdigest()
    try:
        answer, is_replayed = answer_once(
            Asked(viewer.company_id, request.token_id, key, digest, viewer.at), enter
        )  # fmt: skip
    except RefusedValueError as error:
        raise _refusal(error) from None
    except ReusedKeyError:
        raise ProblemError("key_reused") from None
    except InFlightError:
        raise ProblemError("in_flight", headers={"Retry-After": "1"}) from None
    if is_replayed:
        response["Idempotent-Replayed"] = "true"
    return answer


def _refusal(error: RefusedValueError) -> ProblemError:
    """Return the problem that tells of refused values: forbidden where a goal is seen that is not theirs to fill."""
    places = [
        BadPlace(f"values[{place}].{_PLACES[fault]}", _FAULTS.get(fault, fault)) for place, fault in error.faults
    ]  # fmt: skip
    if any(fault == "forbidden" for _, fault in error.faults):
        return ProblemError("forbidden", places, ability=ABILITY)
    return ProblemError("invalid", places)
