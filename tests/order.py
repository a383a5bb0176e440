"""The order of the tests: the slow ones first, on each worker."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TypeVar

import pytest

Test = TypeVar("Test")
TESTS = Path(__file__).parent
# Modules whose tests take 0.06 s of CPU and more on average: they fill in several pages, act through services of all apps, or
# talk to stand-ins of other services. Four of ten tests, and three quarters of the time.
JOURNEYS = frozenset({
    "accounts/test_address_owners.py",
    "accounts/test_second_factor.py",
    "accounts/test_token_scopes.py",
    "bookings/agreement/test_calendar_entries.py",
    "bookings/agreement/test_closed_time.py",
    "bookings/agreement/test_double_booked.py",
    "bookings/agreement/test_emails.py",
    "bookings/agreement/test_groups.py",
    "bookings/agreement/test_pages.py",
    "bookings/agreement/test_requests_at_hand.py",
    "bookings/api/test_bookings.py",
    "bookings/api/test_create.py",
    "bookings/api/test_outside_calendars.py",
    "bookings/api/test_token_scopes.py",
    "bookings/billing/checkout/test_after_session.py",
    "bookings/billing/checkout/test_credit.py",
    "bookings/billing/checkout/test_entry_points.py",
    "bookings/billing/checkout/test_guests.py",
    "bookings/billing/checkout/test_provider_faults.py",
    "bookings/billing/checkout/test_races.py",
    "bookings/billing/checkout/test_when_booking.py",
    "bookings/billing/test_api.py",
    "bookings/billing/test_billing.py",
    "bookings/billing/test_refunds.py",
    "bookings/calendar_copies/test_copies.py",
    "bookings/calendar/test_entries.py",
    "bookings/calendar/test_lengths.py",
    "bookings/calendar/test_moving.py",
    "bookings/calendly/test_embed.py",
    "bookings/calendly/test_poll.py",
    "bookings/calendly/test_take_over.py",
    "bookings/calendly/test_webhooks.py",
    "bookings/calendly/test_writing.py",
    "bookings/clients/test_clients.py",
    "bookings/clients/test_goals.py",
    "bookings/conversations/test_conversations.py",
    "bookings/deliverables/test_api.py",
    "bookings/deliverables/test_deliverables.py",
    "bookings/disputes/test_disputes.py",
    "bookings/disputes/test_settling.py",
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
    "bookings/meetings/test_travel.py",
    "bookings/meetings/test_zoom.py",
    "bookings/meetings/test_zoom_faults.py",
    "bookings/meetings/test_zoom_happenings.py",
    "bookings/projects/test_projects.py",
    "bookings/proposals/test_api.py",
    "bookings/proposals/test_proposals.py",
    "bookings/reviews/test_reviews.py",
    "bookings/series/test_series.py",
    "bookings/test_erasure.py",
    "bookings/test_metrics.py",
    "bookings/test_query_counts.py",
    "bookings/waiting_list/test_waiting_list.py",
    "bookings/wizard/test_drafts.py",
    "bookings/wizard/test_plain_page.py",
    "bookings/wizard/test_shown_offer.py",
    "bookings/wizard/test_time_zones.py",
    "bookings/wizard/test_wizard.py",
    "coaching/test_pages.py",
    "coaching/test_rates.py",
    "connections/test_caldav.py",
    "connections/test_oauth.py",
    "core/test_openapi.py",
    "docs/test_api_examples.py",
    "marketplace/test_listings.py",
    "marketplace/test_maps_and_cards.py",
    "marketplace/test_overview.py",
    "marketplace/test_pages.py",
    "marketplace/test_portfolio.py",
    "marketplace/test_profile.py",
    "marketplace/test_search.py",
    "marketplace/test_sentence_search.py",
    "marketplace/test_signed_in_home.py",
    "marketplace/test_unasked_sessions.py",
    "messaging/test_any_order.py",
    "messaging/test_api.py",
    "messaging/test_pages.py",
    "pathways/badges/test_achievements.py",
    "pathways/badges/test_badges.py",
    "pathways/catalogue/test_interchange.py",
    "pathways/goals/test_goals.py",
    "pathways/progress/test_api.py",
    "pathways/progress/test_pages.py",
    "pathways/progress/test_services.py",
    "operations/test_waiting.py",
    "payments/disputes/test_document.py",
    "payments/disputes/test_following.py",
    "payments/disputes/test_pages.py",
    "payments/disputes/test_payouts.py",
    "payments/disputes/test_submitting.py",
    "payments/stripe/test_refreshing.py",
    "payments/stripe/test_refunds.py",
    "sandbox/test_caldav.py",
    "scheduling/test_accounts.py",
    "scheduling/test_asked_to_wait.py",
    "scheduling/test_calendars_api.py",
    "scheduling/test_calendly_pages.py",
    "scheduling/test_calendly_sync.py",
    "scheduling/test_connecting_calendars.py",
    "scheduling/test_hanging_calendars.py",
    "scheduling/test_hosted_calendars.py",
    "scheduling/test_outside.py",
    "scheduling/test_reading_due_calendars.py",
    "scheduling/test_zone_change.py",
})  # fmt: skip

# Modules of slow tests that can differ between versions of PostgreSQL and Redis: locks and races, migrations, the SQL of the
# search, of the metrics and of the integrity checks, and what happens when a server is killed. `.ci/run` repeats them, and all
# quick tests of the apps, on the servers of the system.
ON_SERVERS = frozenset({
    "test_any_order.py",
    "test_any_order_of_groups.py",
    "test_crowds.py",
    "test_demo.py",
    "test_ledger_races.py",
    "test_listing_migration.py",
    "test_listings.py",
    "test_lock_timeouts.py",
    "test_locks.py",
    "test_metrics.py",
    "test_query_counts.py",
    "test_queue.py",
    "test_races.py",
    "test_search.py",
    "test_sentence_search.py",
    "test_token_races.py",
    "test_two_at_once.py",
    "test_upgrade.py",
    "test_waiting_list.py",
})  # fmt: skip


def is_journey(path: Path) -> bool:
    """Whether the tests of the module are left to `make test`."""
    return path.relative_to(TESTS).as_posix() in JOURNEYS


def is_about_servers(path: Path) -> bool:
    """Whether the module is repeated on the servers of the system, slow tests included."""
    return path.name in ON_SERVERS


def rank(item: pytest.Item) -> int:
    """Puts slow tests before quick ones, and before both those that cannot run in a process in which Playwright has begun
    its event loop."""
    if item.get_closest_marker("before_browsers"):
        return 0
    return 1 if item.get_closest_marker("slow") else 2


def groups(items: Sequence[pytest.Item]) -> list[list[pytest.Item]]:
    """Returns the tests in their order, those marked with the same `xdist_group` together: they share a server that is
    started once for their module, if one worker runs them all."""
    together: dict[str, list[pytest.Item]] = {}
    for item in items:
        marker = item.get_closest_marker("xdist_group")
        together.setdefault(marker.args[0] if marker else item.nodeid, []).append(item)
    return list(together.values())


def dealt(slow: Sequence[Sequence[Test]], quick: Sequence[Test], workers: int) -> list[Test]:
    """Returns the tests in as many equal parts as there are workers, each beginning with its share of the slow groups.

    pytest-xdist gives each worker one part. Whoever has finished theirs takes tests from the end of another's, where the
    quick ones are: so no worker is left alone with slow ones at the end.
    """
    parts: list[list[Test]] = [[] for _ in range(workers)]
    for group in slow:
        min(parts, key=len).extend(group)
    left, rest = sum(map(len, parts)) + len(quick), list(quick)
    for part, workers_left in zip(parts, range(workers, 0, -1), strict=True):
        size = left // workers_left  # as pytest-xdist divides them
        count = max(0, size - len(part))
        part.extend(rest[:count])
        del rest[:count]
        left -= size
    return [*chain.from_iterable(parts), *rest]
