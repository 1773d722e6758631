"""What stands in requests and answers of the interface for programs: fields that every area's schemas share.

Each type reads exactly what its JSON schema says, and refuses all else by the name of a fault (kit/http_errors.py).
"""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Any

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, WithJsonSchema
from pydantic_core import PydanticCustomError

from guantong.formats.cells import FIRST_YEAR, LARGEST_NUMBER, LAST_YEAR
from guantong.formats.characters import LONGEST_CODE, LONGEST_TEXT, has_control, trim
from guantong.kit.http_errors import BadPlace
from guantong.kit.paging import LARGEST_PAGE, LONGEST_CURSOR, USUAL_PAGE

_CODE = r"^[^;:/\x00-\x1F\x7F-\x9F]+$"
_LINE = r"^[^\x00-\x1F\x7F-\x9F]+$"
_LONGEST_SUBJECT = 1000
_TEXT = r"^[^\x00-\x09\x0B-\x1F\x7F-\x9F\uFFFE\uFFFF]*$"
_DAY = r"(190[1-9]|19[1-9][0-9]|2[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_MOMENT = _DAY + r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
_CURSOR = r"^[A-Za-z0-9_-]+$"
_KEY, _LONGEST_KEY = r"^[!-~]+$", 255
_YEARS = {"first": f"{FIRST_YEAR}-01-01", "last": f"{LAST_YEAR}-12-31"}
_SIZE = re.compile(r"[0-9]{1,9}")


def _code(value: object) -> str:
    if isinstance(value, str) and len(value) <= LONGEST_CODE and re.fullmatch(_CODE, value) and not has_control(value):
        return value
    raise PydanticCustomError("code", "no code", {"most": LONGEST_CODE})


def _subject(value: object) -> str:
    if isinstance(value, str) and 0 < len(value) <= _LONGEST_SUBJECT and re.fullmatch(_LINE, value):
        return value
    raise PydanticCustomError("code", "no code", {"most": _LONGEST_SUBJECT})


def _text(value: object) -> str:
    if isinstance(value, str) and len(value) <= LONGEST_TEXT and not has_control(value):
        return trim(value)
    raise PydanticCustomError("text", "no text", {"most": LONGEST_TEXT})


def _day(value: object) -> datetime.date:
    try:
        if isinstance(value, str) and re.fullmatch(_DAY, value):
            return datetime.date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("date", "no day", dict(_YEARS))


def _moment(value: object) -> datetime.datetime:
    try:
        if isinstance(value, str) and re.fullmatch(_MOMENT, value):
            return datetime.datetime.fromisoformat(value).astimezone(datetime.UTC)
    except ValueError:
        pass
    raise PydanticCustomError("moment", "no moment")


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST_NUMBER:
        return float(value)
    raise PydanticCustomError("number", "no number", {"least": -int(LARGEST_NUMBER), "most": int(LARGEST_NUMBER)})


def _page_size(value: object) -> int:
    if isinstance(value, int):
        return value
    if isinstance(value, str) and _SIZE.fullmatch(value) and 1 <= int(value) <= LARGEST_PAGE:
        return int(value)
    raise PydanticCustomError("range", "no page size", {"least": 1, "most": LARGEST_PAGE})


def _truth(value: object) -> bool:
    if value in ("true", "false"):
        return value == "true"
    raise PydanticCustomError("truth", "neither true nor false")


def _cursor(value: object) -> str:
    if isinstance(value, str) and len(value) <= LONGEST_CURSOR and re.fullmatch(_CURSOR, value):
        return value
    raise PydanticCustomError("cursor", "no cursor")


def _request_key(value: object) -> str:
    if isinstance(value, str) and len(value) <= _LONGEST_KEY and re.fullmatch(_KEY, value):
        return value
    raise PydanticCustomError("key", "no key")


def _field(read: Callable[[object], Any], **schema: object) -> tuple[BeforeValidator, WithJsonSchema]:
    return BeforeValidator(read), WithJsonSchema(schema)


Code = Annotated[
    str, *_field(_code, type="string", minLength=1, maxLength=LONGEST_CODE, pattern=_CODE, examples=["G-2026-01"])
]
"""The code of something in the company."""

Subject = Annotated[str, *_field(_subject, type="string", minLength=1, maxLength=_LONGEST_SUBJECT, pattern=_LINE)]
"""The code of what a finding is about; parts of one are joined by a slash."""

GoalCode = Annotated[
    str,
    *_field(
        _code,
        type="string", format="goal-code", minLength=1, maxLength=LONGEST_CODE, pattern=_CODE, examples=["G-2026-01"],
    ),
]  # fmt: skip
"""The code of a goal for which values are entered."""

Note = Annotated[str, *_field(_text, type="string", maxLength=LONGEST_TEXT, pattern=_TEXT)]
"""A text that somebody wrote."""

Day = Annotated[
    datetime.date, *_field(_day, type="string", format="date", pattern=f"^{_DAY}$", examples=["2026-07-01"])
]
"""A day."""

Moment = Annotated[
    datetime.datetime,
    *_field(_moment, type="string", format="date-time", pattern=f"^{_MOMENT}$", examples=["2026-07-01T08:00:00Z"]),
]
"""A moment with its offset from UTC."""

Number = Annotated[
    float, *_field(_number, type="number", minimum=-LARGEST_NUMBER, maximum=LARGEST_NUMBER, examples=[1250.5])
]
"""A finite number."""

Truth = Annotated[bool, *_field(_truth, type="boolean")]
"""Yes or no in an address."""

Cursor = Annotated[
    str, *_field(_cursor, type="string", format="cursor", minLength=1, maxLength=LONGEST_CURSOR, pattern=_CURSOR)
]
"""Where the page before ended."""

PageSize = Annotated[int, *_field(_page_size, type="integer", minimum=1, maximum=LARGEST_PAGE, default=USUAL_PAGE)]
"""Rows of a page."""


RequestKey = Annotated[str, *_field(_request_key, type="string", minLength=1, maxLength=_LONGEST_KEY, pattern=_KEY)]
"""By which a request is known when it is sent again."""


def choice(names: Iterable[str]) -> Any:
    """Return the type of a field that holds one of some names."""
    known = tuple(names)

    def read(value: object) -> str:
        if isinstance(value, str) and value in known:
            return value
        raise PydanticCustomError("choice", "no choice", {"choices": ", ".join(known)})

    return Annotated[str, *_field(read, type="string", enum=list(known))]


class PageQuery(Schema):
    """Which page of a list is asked for."""

    cursor: Cursor | None = None
    limit: PageSize = USUAL_PAGE


class SentSchema(Schema):
    """What a body holds; fields that it does not declare are refused."""

    model_config = ConfigDict(extra="forbid")


# --- What is wrong where -------------------------------------------------------------------------

_FAULTS: Mapping[str, str] = MappingProxyType({"missing": "missing", "extra_forbidden": "unknown"})
_OWN = frozenset({"code", "text", "date", "moment", "number", "range", "truth", "cursor", "choice", "key"})
_SOURCES = frozenset({"body", "query", "header", "path"})


def bad_places(errors: Iterable[Mapping[str, Any]]) -> list[BadPlace]:
    """Return what is wrong where, of the errors that pydantic found.

    Args:
        errors: As pydantic lists them, after the place of the parameter: source, name of the parameter, path.
    """
    return [_bad_place(error) for error in errors]


def _bad_place(error: Mapping[str, Any]) -> BadPlace:
    kind, words = str(error["type"]), dict(error.get("ctx") or {})
    place = _place(error["loc"])
    if kind in _OWN:
        return BadPlace(place, kind, words)
    if kind in ("too_long", "too_short"):
        return BadPlace(place, "count", {"count": words.get("actual_length", 0), "most": words.get("max_length", 50)})
    if kind == "value_error":
        return BadPlace(place, str(words["error"]))
    return BadPlace(place, _FAULTS.get(kind, "shape"))


def _place(path: Iterable[str | int]) -> str:
    """Return a place as `values[3].date`."""
    parts = list(path)
    parts = parts[2 if parts[:1] == ["body"] else 1 if parts and parts[0] in _SOURCES else 0 :]
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.removeprefix(".") or "body"
