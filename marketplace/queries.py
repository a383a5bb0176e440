"""What the marketplace reads, each with the number of queries it costs."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import BuilderProfile


def public_builders() -> QuerySet[BuilderProfile]:
    """Everyone who may be found, with their person: one query."""
    return BuilderProfile.objects.filter(is_published=True, user__is_active=True).select_related("user__place")


def search_builders(words: str) -> QuerySet[BuilderProfile]:
    """Builders in whose name, headline or text every word occurs."""
    found = public_builders()
    for word in words.split()[:8]:
        found = found.filter(
            Q(user__display_name__icontains=word) | Q(headline__icontains=word) | Q(bio__icontains=word)
        )
    return found
