"""Listings and portfolios, favourites, saved searches, and the weekly letter."""

from marketplace.models.listings import (
    NEVER,
    NO_RATE,
    BuilderListing,
    BuilderMetrics,
    Favourite,
    FirstSteps,
    ListedWord,
    ListingQuerySet,
    Moderation,
    PortfolioAsset,
    PortfolioQuerySet,
    Specialisation,
    portfolio_name,
)
from marketplace.models.searches import (
    LetterChoice,
    OpeningNotice,
    SavedSearch,
    SavedSearchQuerySet,
    WeeklyLetter,
)

__all__ = [
    "NEVER",
    "NO_RATE",
    "BuilderListing",
    "BuilderMetrics",
    "Favourite",
    "FirstSteps",
    "LetterChoice",
    "ListedWord",
    "ListingQuerySet",
    "Moderation",
    "OpeningNotice",
    "PortfolioAsset",
    "PortfolioQuerySet",
    "SavedSearch",
    "SavedSearchQuerySet",
    "Specialisation",
    "WeeklyLetter",
    "portfolio_name",
]
