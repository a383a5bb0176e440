"""Listings and portfolios in the admin site, with the actions by which staff moderate them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import BuilderProfile, User
from core.admin import ReadOnlyAdmin, StaffActs
from core.big_tables import BigTable
from core.errors import Refused
from marketplace import listings, portfolio, services
from marketplace.models import BuilderListing, LetterChoice, OpeningNotice, PortfolioAsset, SavedSearch, WeeklyLetter

HIDDEN = "It breaks our rules."


@admin.register(BuilderListing)
class BuilderListingAdmin(BigTable, StaffActs):
    list_display = ["name", "headline", "rating", "review_count", "is_listed", "is_verified", "is_featured", "asks"]
    list_filter = [
        "is_listed",
        "is_verified",
        "is_featured",
        ("builder__moderation__asked_at", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["builder__moderation"]
    search_fields = ["slug", "name", "headline"]
    exclude = ["search", "words"]
    actions = ["verify", "take_back", "feature", "no_longer_feature", "hide", "show", "recount"]

    @admin.display(description="Asks to be verified")
    def asks(self, listing: BuilderListing) -> Any:
        moderation = getattr(listing.builder, "moderation", None)
        return moderation.asked_at if moderation else None

    @admin.action(description="Verify", permissions=["act"])
    def verify(self, request: HttpRequest, queryset: QuerySet[BuilderListing]) -> None:
        self._apply(request, queryset, lambda profile, by: services.verify(profile=profile, by=by, is_verified=True))

    @admin.action(description="No longer verified", permissions=["act"])
    def take_back(self, request: HttpRequest, queryset: QuerySet[BuilderListing]) -> None:
        self._apply(request, queryset, lambda profile, by: services.verify(profile=profile, by=by, is_verified=False))

    @admin.action(description="Feature", permissions=["act"])
    def feature(self, request: HttpRequest, queryset: QuerySet[BuilderListing]) -> None:
        self._apply(request, queryset, lambda profile, by: services.feature(profile=profile, by=by, is_featured=True))

    @admin.action(description="No longer feature", permissions=["act"])
    def no_longer_feature(self, request: HttpRequest, queryset: QuerySet[BuilderListing]) -> None:
        self._apply(request, queryset, lambda profile, by: services.feature(profile=profile, by=by, is_featured=False))

    @admin.action(description="Hide, and tell the builder", permissions=["act"])
    def hide(self, request: HttpRequest, queryset: QuerySet[BuilderListing]) -> None:
        self._apply(request, queryset, lambda profile, by: services.hide(profile=profile, by=by, reason=HIDDEN))

    @admin.action(description="Show again", permissions=["act"])
    def show(self, request: HttpRequest, queryset: QuerySet[BuilderListing]) -> None:
        self._apply(request, queryset, lambda profile, by: services.show(profile=profile, by=by))

    @admin.action(description="Recalculate", permissions=["act"])
    def recount(self, request: HttpRequest, queryset: QuerySet[BuilderListing]) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        listings.recount(ids)
        self.message_user(request, f"{len(ids)} recalculated.")

    def _apply(
        self, request: HttpRequest, queryset: QuerySet[BuilderListing], act: Callable[[BuilderProfile, User], None]
    ) -> None:
        """Runs `act` for each listing, warns about those that are refused, and says how many were done."""
        assert isinstance(request.user, User)
        done = 0
        for listing in queryset.select_related("builder__user"):
            try:
                act(listing.builder, request.user)
                done += 1
            except Refused as error:
                self.message_user(request, f"{listing}: {error.sentence}", messages.WARNING)
        self.message_user(request, f"{done} done.")


@admin.register(PortfolioAsset)
class PortfolioAssetAdmin(StaffActs):
    """Pieces of work in portfolios, newest first, for staff to review."""

    list_display = ["looks", "title", "builder", "kind", "created_at", "is_looked_at", "is_shown"]
    list_display_links = ["title"]
    list_filter = [("reviewed_at", admin.EmptyFieldListFilter), ("hidden_at", admin.EmptyFieldListFilter), "kind"]
    list_select_related = ["builder__user"]
    search_fields = ["title", "description", "builder__slug", "builder__user__display_name"]
    ordering = ["-created_at"]
    exclude = ["file", "small"]
    actions = ["pass_review", "take_down"]

    @admin.display(description="")
    def looks(self, piece: PortfolioAsset) -> SafeString:
        if piece.small:
            small = reverse("marketplace:small_piece", args=[piece.pk])
            return format_html(
                '<a href="{}"><img src="{}" alt="{}" width="96"></a>', piece.get_absolute_url(), small, piece.alt
            )
        return format_html(
            '<a href="{}" rel="noopener nofollow ugc">{}</a>', piece.get_absolute_url(), piece.host or piece.name
        )

    @admin.display(boolean=True, description="Looked at")
    def is_looked_at(self, piece: PortfolioAsset) -> bool:
        return piece.reviewed_at is not None

    @admin.display(boolean=True, description="Shown")
    def is_shown(self, piece: PortfolioAsset) -> bool:
        return piece.hidden_at is None

    @admin.action(description="Nothing is wrong with it, show it", permissions=["act"])
    def pass_review(self, request: HttpRequest, queryset: QuerySet[PortfolioAsset]) -> None:
        assert isinstance(request.user, User)
        for piece in queryset:
            portfolio.pass_review(piece=piece, by=request.user)
        self.message_user(request, f"{len(queryset)} checked.")

    @admin.action(description="Remove, and tell the builder", permissions=["act"])
    def take_down(self, request: HttpRequest, queryset: QuerySet[PortfolioAsset]) -> None:
        assert isinstance(request.user, User)
        for piece in queryset.select_related("builder__user"):
            portfolio.take_down(piece=piece, by=request.user, reason=HIDDEN)
        self.message_user(request, f"{len(queryset)} removed.")


PERSON = ["person__email", "person__display_name"]


@admin.register(SavedSearch)
class SavedSearchAdmin(ReadOnlyAdmin):
    list_display = ["name", "person", "query", "created_at", "paused_at"]
    list_filter = [("paused_at", admin.EmptyFieldListFilter)]
    list_select_related = ["person"]
    search_fields = ["name", *PERSON]


@admin.register(OpeningNotice)
class OpeningNoticeAdmin(ReadOnlyAdmin):
    """Which openings people were told of, and which they are still to be told of."""

    list_display = ["person", "builder", "stretch", "search", "created_at", "told_at"]
    list_filter = [("told_at", admin.EmptyFieldListFilter)]
    list_select_related = ["person", "builder__user", "search"]
    search_fields = [*PERSON, "builder__slug"]


@admin.register(LetterChoice)
class LetterChoiceAdmin(ReadOnlyAdmin):
    list_display = ["person", "is_wanted", "weekday", "changed_at"]
    list_filter = ["is_wanted", "weekday"]
    list_select_related = ["person"]
    search_fields = PERSON


@admin.register(WeeklyLetter)
class WeeklyLetterAdmin(ReadOnlyAdmin):
    list_display = ["person", "week", "was_sent", "created_at"]
    list_filter = ["was_sent"]
    list_select_related = ["person"]
    search_fields = PERSON
