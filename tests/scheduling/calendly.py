"""Connects Ada to Calendly's stand-in, and runs what is due, for tests."""

from __future__ import annotations

from accounts.models import User
from connections.calendly.service import connect_with_token
from connections.models import LinkedAccount
from scheduling.calendly import runs, services
from scheduling.calendly.models import CalendlyEventType, CalendlySync
from scheduling.calendly.services import ChosenTerms
from tests.calendly import TOKEN


def connect(builder: User) -> LinkedAccount:
    return connect_with_token(owner=builder, token=TOKEN)


def sync(account: LinkedAccount) -> CalendlySync:
    """Asks for a run, works on it unless a commit did so already, and returns what became of it."""
    run = runs.request(account=account)
    if claimed := runs.claim(str(run.pk)):
        runs.work_on(claimed)
    run.refresh_from_db()
    return run


def map_all(builder: User, category: str = "FREE") -> None:
    """Chooses the same category for all event types of the builder."""
    for row in CalendlyEventType.objects.filter(builder=builder):
        services.choose_terms(event_type=row, terms=ChosenTerms(category), by=builder)
