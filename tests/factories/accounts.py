"""Factories for the models of accounts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from allauth.account.models import EmailAddress
from factory.declarations import LazyAttribute, LazyFunction, RelatedFactory, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory, Password

from accounts.members.folding import fold_key, fold_license
from accounts.models import (
    ActingSession,
    AddressChange,
    ApiToken,
    BuilderApplication,
    BuilderProfile,
    ClientProfile,
    DataExport,
    JoinInvitation,
    Member,
    MemberChange,
    MemberDuplicate,
    MemberImport,
    MemberMerge,
    Notification,
    Place,
    ProfessionalRole,
    RoleGrant,
    SignUp,
    User,
)
from accounts.roles import Role
from core import clock
from core.ids import uuid7
from core.scopes import Scope

PASSWORD = "correct-horse-battery"
NAMES = ("Lindqvist", "Okafor", "Duarte", "Haddad", "Mwangi", "Petrov", "Castillo", "Nguyen")  # not alike


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


class JoinInvitationFactory(DjangoModelFactory[JoinInvitation]):
    """Makes an invitation that works for an hour."""

    class Meta:
        model = JoinInvitation

    email = Sequence(lambda number: f"invited-{number}@people.test")
    expires_at = LazyFunction(lambda: clock.now() + timedelta(hours=1))


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


class MemberFactory(DjangoModelFactory[Member]):
    """Makes a complete member without an account."""

    class Meta:
        model = Member

    member_key = Sequence(lambda number: f"M{number:06}")
    member_type = "REALTOR Salesperson"
    full_name = Sequence(lambda number: f"{NAMES[number % len(NAMES)]} {number:x}")
    license_number = Sequence(lambda number: f"TX{number:06}")
    license_state = "TX"
    license_expires = date(2199, 5, 31)
    company_name = Sequence(lambda number: f"{NAMES[-number % len(NAMES)]} {number:x} Realty")

    key_folded = LazyAttribute(lambda row: fold_key(row.member_key))
    license_folded = LazyAttribute(lambda row: fold_license(row.license_number))
    name_folded = LazyAttribute(lambda row: row.full_name.lower())
    company_folded = LazyAttribute(lambda row: row.company_name.lower())
    words = LazyAttribute(
        lambda row: f"{row.full_name} {row.member_key} {row.license_number} {row.company_name}".lower()
    )


class MemberChangeFactory(DjangoModelFactory[MemberChange]):
    class Meta:
        model = MemberChange

    member = SubFactory(MemberFactory)
    field = "office_name"
    after = "Austin"
    source = MemberChange.Source.STAFF


class MemberDuplicateFactory(DjangoModelFactory[MemberDuplicate]):
    class Meta:
        model = MemberDuplicate

    first = SubFactory(MemberFactory)
    second = SubFactory(MemberFactory, id=LazyFunction(lambda: UUID(int=uuid7().int | 1 << 127)))  # the larger id
    reason = MemberDuplicate.Reason.NAME


class MemberMergeFactory(DjangoModelFactory[MemberMerge]):
    class Meta:
        model = MemberMerge

    kept = SubFactory(MemberFactory)
    dropped = SubFactory(MemberFactory)
    reason = "The same person, entered twice."
    merged_by = SubFactory(UserFactory)


class MemberImportFactory(DjangoModelFactory[MemberImport]):
    class Meta:
        model = MemberImport

    imported_by = SubFactory(UserFactory)
    name = "members.csv"
