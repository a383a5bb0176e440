"""The order of the tests: the slow ones first, on each worker."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import pytest

Test = TypeVar("Test")
TESTS = Path(__file__).parent
# Modules whose tests take nearly a tenth of a second of CPU and more on average: they fill in several pages, act through services of
# all apps, or talk to stand-ins of other services. A third of the tests, and more than half of the time.
JOURNEYS = frozenset({
    "bookings/agreement/test_closed_time.py",
    "bookings/agreement/test_double_booked.py",
    "bookings/agreement/test_emails.py",
    "bookings/agreement/test_pages.py",
    "bookings/api/test_bookings.py",
    "bookings/api/test_create.py",
    "bookings/api/test_outside_calendars.py",
    "bookings/api/test_token_scopes.py",
    "bookings/billing/test_api.py",
    "bookings/calendly/test_embed.py",
    "bookings/calendly/test_webhooks.py",
    "bookings/calendly/test_writing.py",
    "bookings/clients/test_clients.py",
    "bookings/deliverables/test_api.py",
    "bookings/deliverables/test_deliverables.py",
    "bookings/disputes/test_disputes.py",
    "bookings/for_clients/test_book_for_client.py",
    "bookings/guests/test_confirmed_address.py",
    "bookings/guests/test_emails.py",
    "bookings/guests/test_ended_links.py",
    "bookings/guests/test_guests.py",
    "bookings/guests/test_many_guests.py",
    "bookings/guests/test_unconfirmed.py",
    "bookings/meetings/test_emails.py",
    "bookings/meetings/test_in_person.py",
    "bookings/meetings/test_links.py",
    "bookings/meetings/test_zoom.py",
    "bookings/meetings/test_zoom_faults.py",
    "bookings/meetings/test_zoom_happenings.py",
    "bookings/projects/test_projects.py",
    "bookings/proposals/test_api.py",
    "bookings/reviews/test_reviews.py",
    "bookings/series/test_series.py",
    "bookings/waiting_list/test_waiting_list.py",
    "bookings/wizard/test_plain_page.py",
    "bookings/wizard/test_shown_offer.py",
    "bookings/wizard/test_time_zones.py",
    "bookings/wizard/test_wizard.py",
    "coaching/test_pages.py",
    "docs/test_api_examples.py",
    "marketplace/test_listings.py",
    "marketplace/test_overview.py",
    "marketplace/test_portfolio.py",
    "marketplace/test_profile.py",
    "marketplace/test_search.py",
    "marketplace/test_sentence_search.py",
    "marketplace/test_signed_in_home.py",
    "pathways/catalogue/test_interchange.py",
    "pathways/progress/test_pages.py",
    "scheduling/test_accounts.py",
    "scheduling/test_calendly_sync.py",
})  # fmt: skip


def is_journey(path: Path) -> bool:
    """Whether the tests of the module are left to `make test`."""
    return path.relative_to(TESTS).as_posix() in JOURNEYS


def rank(item: pytest.Item) -> int:
    """Puts slow tests before quick ones, and before both those that cannot run in a process in which Playwright has begun
    its event loop."""
    if item.get_closest_marker("before_browsers"):
        return 0
    return 1 if item.get_closest_marker("slow") else 2


def dealt(slow: Sequence[Test], quick: Sequence[Test], workers: int) -> list[Test]:
    """Returns the tests in as many equal parts as there are workers, each beginning with its share of the slow ones.

    pytest-xdist gives each worker one part. Whoever has finished theirs takes tests from the end of another's, where the
    quick ones are: so no worker is left alone with slow ones at the end.
    """
    last = workers - 1
    return [test for number in range(workers) for test in [*slow[number::workers], *quick[last - number :: workers]]]
