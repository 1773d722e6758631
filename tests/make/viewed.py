"""The company that a test has in view: the one that it looked up or loaded last, as a command at the terminal has one."""

from guantong.audit.queries import get_last_entry_id
from guantong.exchange.actions import Loading, load_company
from guantong.exchange.queries import CompanyDifference
from guantong.kit.separation import switch_company
from guantong.organisation.models import Company
from guantong.organisation.queries import find_company


def company_in_view(code: str) -> Company:
    """Return the company of a code, whose rows the database shows from now on."""
    company = find_company(code)
    assert company is not None
    switch_company(company.pk)
    return company


def last_entry_in_view(code: str) -> int:
    """Return the newest entry of a company's trail, 0 where there is no company."""
    return 0 if find_company(code) is None else get_last_entry_id(company_in_view(code).pk)


def load_in_view(actor: str, at: object, loading: Loading) -> CompanyDifference:
    """Load a company, whose rows the database shows from now on."""
    difference = load_company(actor, at, loading)  # type: ignore[arg-type]
    switch_company(difference.row.pk)
    return difference
