"""Factories for the models of marketplace."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from factory.declarations import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from core import clock
from marketplace.models import (
    BuilderListing,
    BuilderMetrics,
    Favourite,
    FirstSteps,
    LetterChoice,
    ListedWord,
    Moderation,
    OpeningNotice,
    PortfolioAsset,
    SavedSearch,
    Specialisation,
    WeeklyLetter,
)
from tests.factories.accounts import BuilderProfileFactory, UserFactory
from tests.factories.pathways import PathwayFactory


class BuilderMetricsFactory(DjangoModelFactory[BuilderMetrics]):
    class Meta:
        model = BuilderMetrics

    builder = SubFactory(BuilderProfileFactory)
    computed_at = LazyFunction(clock.now)


class ListedWordFactory(DjangoModelFactory[ListedWord]):
    class Meta:
        model = ListedWord

    word = Sequence(lambda number: f"word{number}")


class FirstStepsFactory(DjangoModelFactory[FirstSteps]):
    class Meta:
        model = FirstSteps

    builder = SubFactory(BuilderProfileFactory)


class SpecialisationFactory(DjangoModelFactory[Specialisation]):
    class Meta:
        model = Specialisation

    builder = SubFactory(BuilderProfileFactory)
    pathway = SubFactory(PathwayFactory)


class BuilderListingFactory(DjangoModelFactory[BuilderListing]):
    """Makes the row as it is; `marketplace.listings.refresh` makes it from the builder's data."""

    class Meta:
        model = BuilderListing

    builder = SubFactory(BuilderProfileFactory)
    score = 4.0
    review_count = 0
    completed_sessions = 0
    refreshed_at = LazyFunction(clock.now)
    is_verified = False
    is_featured = False
    is_listed = True
    hourly_dollars = Decimal(90)
    services = ["mixing"]
    roles = ["musician"]
    skill_slugs = ["set-up-your-tools"]
    pathways = ["play"]
    categories = ["SPECIALIZED"]
    slug = SelfAttribute("builder.slug")
    name = SelfAttribute("builder.user.display_name")
    sort_name = SelfAttribute("builder.sort_name")
    headline = SelfAttribute("builder.headline")
    excerpt = SelfAttribute("builder.bio")
    place = "Berlin, Germany"
    timezone = SelfAttribute("builder.user.timezone")
    avatar = "avatars/none.webp"
    service_names = ["Mixing"]
    role_names = ["Musician"]
    skills = [{"slug": "set-up-your-tools", "name": "Set up your tools", "isFundamental": True}]
    specialisations = [
        {"slug": "play", "name": "Play", "look": "spark", "isActive": True, "active": 0, "completed": 0, "left": 0}
    ]
    currency = "USD"
    search = LazyAttribute(lambda listing: SearchVector(Value(listing.name)))
    words = SelfAttribute("name")


class ModerationFactory(DjangoModelFactory[Moderation]):
    class Meta:
        model = Moderation

    builder = SubFactory(BuilderProfileFactory)


class FavouriteFactory(DjangoModelFactory[Favourite]):
    class Meta:
        model = Favourite

    person = SubFactory(UserFactory)
    builder = SubFactory(BuilderProfileFactory)


class PortfolioAssetFactory(DjangoModelFactory[PortfolioAsset]):
    """Makes a video."""

    class Meta:
        model = PortfolioAsset

    builder = SubFactory(BuilderProfileFactory)
    kind = PortfolioAsset.Kind.VIDEO
    title = "Film"
    url = "https://vimeo.com/1"


class SavedSearchFactory(DjangoModelFactory[SavedSearch]):
    class Meta:
        model = SavedSearch

    person = SubFactory(UserFactory)
    name = "Mixing in the evening"
    query = "q=mixing"


class OpeningNoticeFactory(DjangoModelFactory[OpeningNotice]):
    class Meta:
        model = OpeningNotice

    person = SubFactory(UserFactory)
    builder = SubFactory(BuilderProfileFactory)
    search = SubFactory(SavedSearchFactory, person=SelfAttribute("..person"))
    stretch = "2026-12-01 evening"
    starts_at = LazyFunction(clock.now)


class LetterChoiceFactory(DjangoModelFactory[LetterChoice]):
    class Meta:
        model = LetterChoice

    person = SubFactory(UserFactory)


class WeeklyLetterFactory(DjangoModelFactory[WeeklyLetter]):
    class Meta:
        model = WeeklyLetter

    person = SubFactory(UserFactory)
    week = LazyFunction(lambda: clock.now().date())
    was_sent = True
