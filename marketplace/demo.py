"""Demo data of the marketplace: verified builders, portfolios, and listings counted from the other apps' demo data."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from core.registry import DemoPlan
from marketplace import demo_work, listings
from marketplace.models import BuilderListing, Moderation


def seed(plan: DemoPlan) -> None:
    """Verifies a third of the builders, Ada among them, adds portfolios, then writes all listings."""
    if not Moderation.objects.exists():
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO marketplace_moderation (builder_id, verified_at, created_at, changed_at)
                SELECT user_id, %(at)s, %(now)s, %(now)s FROM accounts_builderprofile
                WHERE slug = 'ada-moreno' OR hashtext(slug) %% 3 = 0
                """,
                {"at": plan.now - timedelta(days=60), "now": plan.now},
            )
    demo_work.seed(plan)
    listings.recount()
    count = BuilderListing.objects.count()
    plan.tell("listings", count, count)
