"""Reading the trail."""

from django.db.models import Max

from guantong.audit.models import Entry


def get_last_entry_id(company_id: int) -> int:
    """Return the id of a company's newest entry, 0 where it has none."""
    return Entry.objects.filter(company_id=company_id).aggregate(last=Max("id"))["last"] or 0
