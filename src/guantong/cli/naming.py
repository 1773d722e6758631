"""Names for the codes of a company."""

from functools import cached_property

from guantong.engine.company import Company
from guantong.engine.findings import SUBJECT_TYPES, subject_codes
from guantong.engine.tables import CHOICES

_NAME_COLUMNS = {"plan": "text", "responsibilities": "task", "actions": "text", "feedback": "text", "meetings": "code"}


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
            codes = subject_codes(self._company, table).tolist()
            if table == "links":
                names = [CHOICES["chain_link"][code] if self.language == "zh" else code for code in codes]
            else:
                names = getattr(getattr(self._company, table), _NAME_COLUMNS.get(table, "name")).tolist()
            result[subject_type] = dict(zip(codes, names, strict=True))
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
