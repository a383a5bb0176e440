"""Demo data of the marketplace: verified builders, portfolios, and listings counted from the other apps' demo data."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.db.models import Q

from accounts.models import BuilderProfile, User
from core.registry import DemoPlan
from marketplace import demo_work, listings
from marketplace.letters import services as letters
from marketplace.models import BuilderListing, Favourite, Moderation
from marketplace.saved_searches import services as saved_searches
from marketplace.saved_searches.services import SearchDetails


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
        _add_favourites()
    demo_work.seed(plan)
    listings.recount()
    _add_searches(plan)
    count = BuilderListing.objects.count()
    plan.tell("listings", count, count)


def _add_favourites() -> None:
    """Makes Ada and two other builders favourites of the demo's client."""
    client = User.objects.get(email="client@demo.test")
    builders = BuilderProfile.objects.exclude(user=client).annotate(is_ada=Q(slug="ada-moreno"))
    for builder in builders.order_by("-is_ada", "created_at", "pk")[:3]:
        Favourite.objects.get_or_create(person=client, builder=builder)


def _add_searches(plan: DemoPlan) -> None:
    """Saves a search of the demo's client, who is told when Ada is free again, and sends the client this week's letter."""
    client = User.objects.get(email="client@demo.test")
    evenings = SearchDetails("Mixing in the evening", "service=mixing", (0, 1, 2, 3, 4), 18 * 60)
    saved_searches.save_search(person=client, details=evenings)
    ada = BuilderProfile.objects.get(slug="ada-moreno")
    saved_searches.set_notifies(person=client, profile=ada, notifies=True)
    letters.send(person=client, now=plan.now)
