"""Factories for the models of accounts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from allauth.account.models import EmailAddress
from factory.declarations import LazyAttribute, LazyFunction, RelatedFactory, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory, Password

from accounts.models import (
    ActingSession,
    AddressChange,
    ApiToken,
    BuilderApplication,
    BuilderProfile,
    ClientProfile,
    DataExport,
    Notification,
    Place,
    ProfessionalRole,
    RoleGrant,
    SignUp,
    User,
)
from accounts.roles import Role
from core import clock
from core.scopes import Scope

PASSWORD = "correct-horse-battery"


class EmailAddressFactory(DjangoModelFactory[EmailAddress]):
    class Meta:
        model = EmailAddress

    user = SubFactory("tests.factories.accounts.UserFactory", address=None)
    email = SelfAttribute("user.email")
    verified = True
    primary = True


class UserFactory(DjangoModelFactory[User]):
    """Makes a person with a confirmed address and `PASSWORD`; `address=None` leaves the address out."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    display_name = Sequence(lambda number: f"Person {number}")
    email = LazyAttribute(lambda user: f"{user.display_name.lower().replace(' ', '.')}@people.test")
    password = Password(PASSWORD)
    timezone = "Europe/London"
    address = RelatedFactory(EmailAddressFactory, "user")


class PlaceFactory(DjangoModelFactory[Place]):
    class Meta:
        model = Place

    id = Sequence(lambda number: 2_000_000_000 + number)  # beyond the ids of real towns, which are there already
    name = Sequence(lambda number: f"Town {number}")
    country = "Germany"
    country_code = "DE"
    latitude = Decimal("52.5")
    longitude = Decimal("13.4")
    timezone = "Europe/Berlin"
    population = 20_000
    names = LazyAttribute(lambda place: f"|{place.name.lower()}|")


class ProfessionalRoleFactory(DjangoModelFactory[ProfessionalRole]):
    class Meta:
        model = ProfessionalRole

    slug = Sequence(lambda number: f"role-{number}")
    name = Sequence(lambda number: f"Role {number}")


class BuilderProfileFactory(DjangoModelFactory[BuilderProfile]):
    class Meta:
        model = BuilderProfile

    user = SubFactory(UserFactory, timezone="Europe/Berlin")
    slug = LazyAttribute(lambda profile: profile.user.display_name.lower().replace(" ", "-"))
    headline = "Builds things"
    bio = "With care."
    sort_name = LazyAttribute(lambda profile: profile.user.display_name.lower())


class ClientProfileFactory(DjangoModelFactory[ClientProfile]):
    class Meta:
        model = ClientProfile

    user = SubFactory(UserFactory)
    about = "I am building an app."


class RoleGrantFactory(DjangoModelFactory[RoleGrant]):
    class Meta:
        model = RoleGrant

    user = SubFactory(UserFactory)
    role = Role.BUILDER
    reason = "test"


class BuilderFactory(UserFactory):
    """Makes a person who has the role and the profile of a builder."""

    timezone = "Europe/Berlin"
    profile = RelatedFactory(BuilderProfileFactory, "user")
    grant = RelatedFactory(RoleGrantFactory, "user")


class BuilderApplicationFactory(DjangoModelFactory[BuilderApplication]):
    class Meta:
        model = BuilderApplication

    user = SubFactory(UserFactory)
    headline = "Builds things"
    message = "I have built things for years."


class SignUpFactory(DjangoModelFactory[SignUp]):
    class Meta:
        model = SignUp

    email = Sequence(lambda number: f"newcomer-{number}@people.test")
    display_name = "Nora New"
    password = Password(PASSWORD)
    browser = "0" * 64


class AddressChangeFactory(DjangoModelFactory[AddressChange]):
    class Meta:
        model = AddressChange

    user = SubFactory(UserFactory)
    email = Sequence(lambda number: f"changed-{number}@people.test")


class ApiTokenFactory(DjangoModelFactory[ApiToken]):
    """Makes a token that no request can use, because its secret is unknown."""

    class Meta:
        model = ApiToken

    user = SubFactory(UserFactory)
    name = "laptop"
    digest = Sequence(lambda number: f"{number:064x}")
    hint = "wm_abcd"
    scopes = [Scope.READ]
    expires_at = LazyFunction(lambda: clock.now() + timedelta(days=90))


class NotificationFactory(DjangoModelFactory[Notification]):
    class Meta:
        model = Notification

    person = SubFactory(UserFactory)
    event = Sequence(lambda number: f"tests.event:{number}")
    kind = "reminder"
    title = "Your session begins soon"
    url = "/bookings/"


class DataExportFactory(DjangoModelFactory[DataExport]):
    class Meta:
        model = DataExport

    person = SubFactory(UserFactory)


class ActingSessionFactory(DjangoModelFactory[ActingSession]):
    class Meta:
        model = ActingSession

    staff = SubFactory(UserFactory)
    person = SubFactory(UserFactory)
    reason = "They cannot find their booking."
    ends_at = LazyFunction(lambda: clock.now() + timedelta(minutes=30))
