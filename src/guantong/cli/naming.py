"""Names for the codes of a company."""

from functools import cached_property

from guantong.engine.company import Company
from guantong.engine.findings import SUBJECT_TYPES

_TEXT_COLUMNS = {"plan": "text", "responsibilities": "task"}


class Names:
    """Looks up what a code is called, in the reader's language."""

    def __init__(self, company: Company, language: str) -> None:
        self._company = company
        self.currency = company.setting("currency")
        self.language = language

    @cached_property
    def _by_type(self) -> dict[str, dict[str, str]]:
        result: dict[str, dict[str, str]] = {}
        for table, subject_type in SUBJECT_TYPES.items():
            rows = getattr(self._company, table)
            names = getattr(rows, _TEXT_COLUMNS.get(table, "name"))
            result[subject_type] = dict(zip(rows.code.tolist(), names.tolist(), strict=True))
        return result

    def name(self, subject_type: str, code: str) -> str:
        """Return the name behind a code of a subject type, the code itself where none is known."""
        return self._by_type.get(subject_type, {}).get(code) or code

    def titled(self, subject_type: str, code: str) -> str:
        """Return name and code, such as `R&D (U2)`; the code alone where no name is known."""
        name = self.name(subject_type, code)
        if name == code:
            return code
        return f"{name}({code})" if self.language == "zh" else f"{name} ({code})"
