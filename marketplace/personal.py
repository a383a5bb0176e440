"""Registers the personal data that this app stores: what it shows of a builder, and how staff have moderated them."""

from __future__ import annotations

from typing import Any

from core.personal import register_personal
from core.uploads import register_stored_files
from marketplace import listings, portfolio
from marketplace.models import (
    BuilderListing,
    BuilderMetrics,
    Favourite,
    FirstSteps,
    LetterChoice,
    Moderation,
    OpeningNotice,
    PortfolioAsset,
    SavedSearch,
    Specialisation,
    WeeklyLetter,
)


def register() -> None:
    register_stored_files(lambda person: PortfolioAsset.objects.filter(builder=person.pk))
    register_personal(
        BuilderListing,
        rows=lambda person: BuilderListing.objects.filter(pk=person.pk),
        fields=("name", "headline", "place", "rating"),
        erase=forget_listing,
    )
    register_personal(
        BuilderMetrics,
        rows=lambda person: BuilderMetrics.objects.filter(pk=person.pk),
        fields=("total_sessions", "completed_sessions", "review_count", "response_minutes", "computed_at"),
        erase="delete",
    )
    register_personal(
        FirstSteps,
        rows=lambda person: FirstSteps.objects.filter(pk=person.pk),
        fields=("skipped", "hidden_at"),
        erase="delete",
    )
    register_personal(
        Specialisation,
        rows=lambda person: Specialisation.objects.filter(builder=person.pk),
        fields=("pathway", "is_active", "active_clients"),
        erase="delete",
    )
    register_personal(
        Favourite,
        rows=lambda person: Favourite.objects.filter(person=person),
        fields=("builder", "notifies", "created_at"),
        erase="delete",
    )
    _register_searches()
    register_personal(
        PortfolioAsset,
        rows=lambda person: PortfolioAsset.objects.filter(builder=person.pk),
        fields=("kind", "title", "alt", "description", "url", "name", "created_at", "hidden_at", "hidden_reason"),
        erase=forget_portfolio,
    )
    register_personal(
        Moderation,
        rows=lambda person: Moderation.objects.filter(pk=person.pk),
        fields=("asked_at", "verified_at", "featured_at"),
        erase=forget_moderation,
    )


def _register_searches() -> None:
    register_personal(
        SavedSearch,
        rows=lambda person: SavedSearch.objects.filter(person=person),
        fields=("name", "query", "weekdays", "from_minute", "to_minute", "paused_at", "created_at"),
        erase="delete",
    )
    register_personal(
        OpeningNotice,
        rows=lambda person: OpeningNotice.objects.filter(person=person),
        fields=("builder", "stretch", "starts_at", "told_at"),
        erase="delete",
    )
    register_personal(
        LetterChoice,
        rows=lambda person: LetterChoice.objects.filter(person=person),
        fields=("is_wanted", "weekday"),
        erase="delete",
    )
    register_personal(
        WeeklyLetter,
        rows=lambda person: WeeklyLetter.objects.filter(person=person),
        fields=("week", "was_sent"),
        erase="delete",
    )


def forget_listing(person: Any) -> None:
    """Deletes the listing, and the words that it alone had, such as the name."""
    BuilderListing.objects.filter(pk=person.pk).delete()
    listings.forget_words()


def forget_portfolio(person: Any) -> None:
    for piece in PortfolioAsset.objects.filter(builder=person.pk):
        portfolio.remove(piece=piece)


def forget_moderation(person: Any) -> None:
    Moderation.objects.filter(pk=person.pk).delete()
