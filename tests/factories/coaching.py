"""Factories for the models of coaching."""

from __future__ import annotations

from decimal import Decimal

from factory.declarations import Sequence, SubFactory
from factory.django import DjangoModelFactory

from coaching.models import (
    CancellationTier,
    Offer,
    OfferedDuration,
    PriceShare,
    Question,
    Service,
    SessionDuration,
    SessionType,
)
from coaching.packages.models import Package, PackagePurchase
from tests.factories.accounts import BuilderFactory, UserFactory


class ServiceFactory(DjangoModelFactory[Service]):
    class Meta:
        model = Service

    slug = Sequence(lambda number: f"service-{number}")
    name = Sequence(lambda number: f"Service {number}")


class OfferFactory(DjangoModelFactory[Offer]):
    class Meta:
        model = Offer

    builder = SubFactory(BuilderFactory)


class OfferedDurationFactory(DjangoModelFactory[OfferedDuration]):
    class Meta:
        model = OfferedDuration

    offer = SubFactory(OfferFactory)
    minutes = 60
    price = Decimal(90)


class SessionTypeFactory(DjangoModelFactory[SessionType]):
    """Makes a session type without lengths, so that it has those of its builder's offer."""

    class Meta:
        model = SessionType

    builder = SubFactory(BuilderFactory)
    title = "Coaching hour"


class SessionDurationFactory(DjangoModelFactory[SessionDuration]):
    class Meta:
        model = SessionDuration

    session_type = SubFactory(SessionTypeFactory)
    minutes = 60


class CancellationTierFactory(DjangoModelFactory[CancellationTier]):
    class Meta:
        model = CancellationTier

    session_type = SubFactory(SessionTypeFactory)
    hours = 24
    percent = 50


class QuestionFactory(DjangoModelFactory[Question]):
    class Meta:
        model = Question

    session_type = SubFactory(SessionTypeFactory)
    label = "What are you working on?"


class PriceShareFactory(DjangoModelFactory[PriceShare]):
    """Makes a share that the other builder has not answered yet."""

    class Meta:
        model = PriceShare

    session_type = SubFactory(SessionTypeFactory)
    builder = SubFactory(BuilderFactory)
    percent = Decimal(40)


class PackageFactory(DjangoModelFactory[Package]):
    """Makes a package of five hours for 405 dollars."""

    class Meta:
        model = Package

    builder = SubFactory(BuilderFactory)
    title = "Five hours"
    minutes = 60
    sessions = 5
    price = Decimal(405)
    currency = "USD"


class PackagePurchaseFactory(DjangoModelFactory[PackagePurchase]):
    """Makes a purchase that has not been paid."""

    class Meta:
        model = PackagePurchase

    package = SubFactory(PackageFactory)
    buyer = SubFactory(UserFactory)
    reference = Sequence(lambda number: f"WP-{number:06}")
    title = "Five hours"
    minutes = 60
    sessions = 5
    price = Decimal(405)
    currency = "USD"
