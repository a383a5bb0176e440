"""`/api/coach/packages`, `/api/packages/{id}/buy` and `/api/credits`."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from ninja import Body, Router, Status
from pydantic import Field

from accounts.access import SignedInRequest, builder_only
from accounts.models import BuilderProfile, User
from coaching.packages import checkout, services
from coaching.packages.models import FEWEST, LONGEST_VALIDITY, MOST, SHORTEST_VALIDITY, Package
from coaching.packages.refusals import PackageRefusal
from coaching.packages.services import NewPackage
from coaching.terms import offer_of
from core import clock, flags
from core.api import Amount, In, Line, Out, SuccessBody, Truth, Whole, renamed_fields, signed_in
from core.errors import Refusal, Refused
from core.openapi import InstantText
from core.requests import find_or_404
from core.scopes import Scope, needs
from payments.account_credit.queries import credit_of
from payments.credits.queries import HeldCredits, held
from payments.flags import PAYMENTS
from payments.models import CreditGrant
from payments.schemas import instant_text

router = Router(tags=["Packages"])


def builder_with_payments(request: HttpRequest) -> User:
    """Authenticates a builder; while payments are switched off, there are no packages."""
    person = builder_only(request)
    _check_flag(request)
    return person


def own_package(request: HttpRequest) -> User:
    """Authenticates a request for one of the builder's packages, which is found before the body is checked."""
    person = builder_with_payments(request)
    match = request.resolver_match
    assert match is not None
    find_or_404(_own(person), match.kwargs["id"])
    return person


def buyer_of_package(request: HttpRequest) -> User:
    """Authenticates a request for a package that is on sale."""
    person: User = signed_in(request)
    _check_flag(request)
    match = request.resolver_match
    assert match is not None
    find_or_404(_on_sale(), match.kwargs["id"])
    return person


def person_with_credits(request: HttpRequest) -> User:
    person: User = signed_in(request)
    _check_flag(request)
    return person


def _check_flag(request: HttpRequest) -> None:
    if not flags.is_on(request, PAYMENTS):
        raise Http404


class PackageOut(Out):
    """`session_type_ids` is empty for a package whose credits pay for any session of its length."""

    id: UUID
    title: str
    session_type_ids: list[UUID]
    duration_minutes: int
    sessions: int
    price: str
    currency: str
    valid_days: int
    active: bool

    @classmethod
    def of(cls, package: Package) -> PackageOut:
        return cls(
            id=package.pk, title=package.title, session_type_ids=package.session_types,
            duration_minutes=package.minutes, sessions=package.sessions, price=package.money.on_the_wire(),
            currency=package.currency, valid_days=package.valid_days, active=package.is_active,
        )  # fmt: skip


class PackageAnswer(SuccessBody):
    package: PackageOut


class PackagesAnswer(SuccessBody):
    packages: list[PackageOut]


class PackageCheckoutOut(Out):
    url: str
    expires_at: InstantText


class PackageCheckoutAnswer(SuccessBody):
    checkout: PackageCheckoutOut


class CreditsBuilder(Out):
    id: UUID
    slug: str
    display_name: str


class CreditsOut(Out):
    package_id: UUID | None
    title: str
    builder: CreditsBuilder
    session_type_ids: list[UUID]
    duration_minutes: int | None
    left: int
    of_: int = Field(alias="of")
    expires_at: InstantText | None

    @classmethod
    def of(cls, row: HeldCredits, package_id: UUID | None) -> CreditsOut:
        grant = row.grant
        builder = grant.builder
        return cls.model_validate(
            {
                "package_id": package_id,
                "title": grant.title,
                "builder": CreditsBuilder(
                    id=builder.pk, slug=builder.builder_profile.slug, display_name=builder.display_name
                ),
                "session_type_ids": grant.usable_for,
                "duration_minutes": grant.minutes,
                "left": row.left,
                "of": grant.sessions,
                "expires_at": instant_text(grant.expires_at) if grant.expires_at else None,
            }
        )


class MoneyOut(Out):
    amount: str
    currency: str


class CreditsAnswer(SuccessBody):
    """`balances` is money that was refunded as credit, in each currency."""

    credits: list[CreditsOut]
    balances: list[MoneyOut]


Sessions = Annotated[Whole, Field(ge=FEWEST, le=MOST)]
ValidDays = Annotated[Whole, Field(ge=SHORTEST_VALIDITY, le=LONGEST_VALIDITY)]
Minutes = Annotated[Whole, Field(ge=5, le=1440)]


class PackageIn(In):
    """Without `duration_minutes` it is the usual length of the builder's sessions."""

    title: Annotated[Line, Field(min_length=1, max_length=80)]
    session_type_ids: list[UUID] = []
    duration_minutes: Minutes | None = None
    sessions: Sessions
    price: Amount
    currency: str | None = None
    valid_days: ValidDays = 365
    active: Truth = True


class PackageChange(In):
    id: UUID | None = None
    title: Annotated[Line, Field(min_length=1, max_length=80)] | None = None
    session_type_ids: list[UUID] | None = None
    duration_minutes: Minutes | None = None
    sessions: Sessions | None = None
    price: Amount | None = None
    currency: str | None = None
    valid_days: ValidDays | None = None
    active: Truth | None = None


@router.get(
    "/coach/packages", response=PackagesAnswer, auth=builder_with_payments, by_alias=True, summary="My packages"
)
def packages(request: SignedInRequest) -> PackagesAnswer:
    """Those on sale and those that are archived."""
    return PackagesAnswer(packages=[PackageOut.of(package) for package in _own(request.user)])


@router.post(
    "/coach/packages",
    response={201: PackageAnswer},
    auth=builder_with_payments,
    by_alias=True,
    summary="Sell a package",
)
def create_package(request: SignedInRequest, payload: Body[PackageIn]) -> Any:
    offer = offer_of(request.user.pk)
    _check_currency(payload.currency, offer.currency)
    new = NewPackage(
        payload.title, payload.session_type_ids, payload.duration_minutes or offer.default_duration, payload.sessions,
        payload.price, offer.currency, payload.valid_days,
    )  # fmt: skip
    with renamed_fields(session_types="session_type_ids", minutes="duration_minutes"):
        package = services.save(package=None, new=new, by=request.user)
    if not payload.active:
        services.set_active(package=package, is_active=False, by=request.user)
    return Status(201, PackageAnswer(package=PackageOut.of(package)))


@router.get("/coach/packages/{id}", response=PackageAnswer, auth=own_package, by_alias=True, summary="One package")
def one_package(request: SignedInRequest, id: str) -> PackageAnswer:
    return PackageAnswer(package=PackageOut.of(find_or_404(_own(request.user), id)))


@router.patch("/coach/packages/{id}", response=PackageAnswer, auth=own_package, by_alias=True, summary="Change one")
def change_package(request: SignedInRequest, id: str, payload: Body[PackageChange]) -> PackageAnswer:
    """What was bought keeps its terms."""
    package = find_or_404(_own(request.user), id)
    if payload.id is not None and payload.id != package.pk:
        raise Refused(Refusal.INVALID, fields={"id": ["This cannot be changed."]})
    currency = offer_of(request.user.pk).currency
    _check_currency(payload.currency, currency)
    sent = payload.model_fields_set - {"active", "id", "currency"}
    if sent:
        new = NewPackage(
            _or(payload.title, package.title), _or(payload.session_type_ids, package.session_types),
            _or(payload.duration_minutes, package.minutes), _or(payload.sessions, package.sessions),
            _or(payload.price, package.price), currency, _or(payload.valid_days, package.valid_days),
        )  # fmt: skip
        with renamed_fields(session_types="session_type_ids", minutes="duration_minutes"):
            package = services.save(package=package, new=new, by=request.user)
    if payload.active is not None and payload.active != package.is_active:
        services.set_active(package=package, is_active=payload.active, by=request.user)
    return PackageAnswer(package=PackageOut.of(package))


@router.delete("/coach/packages/{id}", response=PackageAnswer, auth=own_package, by_alias=True, summary="Archive one")
def archive_package(request: SignedInRequest, id: str) -> PackageAnswer:
    """It is no longer on sale. Archiving it again changes nothing."""
    package = find_or_404(_own(request.user), id)
    if package.is_active:
        services.set_active(package=package, is_active=False, by=request.user)
    return PackageAnswer(package=PackageOut.of(package))


class BuyIn(In):
    """`price` is what the client was shown, and only compared. The link of a gift is on the page of credits."""

    gift: Truth = False
    price: Amount | None = None


@router.post(
    "/packages/{id}/buy",
    response=PackageCheckoutAnswer,
    auth=buyer_of_package,
    by_alias=True,
    summary="Buy a package",
)
@needs(Scope.BOOK)
def buy(request: SignedInRequest, id: str, payload: Body[BuyIn]) -> PackageCheckoutAnswer:
    """Returns the page to pay on. The credits exist once it is paid."""
    package = find_or_404(_on_sale(), id)
    if payload.price is not None and payload.price != package.price:
        raise Refused(PackageRefusal.PACKAGE_CHANGED, f"The price is {package.money.shown()} now.")
    purchase = services.buy(package=package, buyer=request.user, is_gift=payload.gift)
    page = checkout.start_paying(purchase=purchase)
    return PackageCheckoutAnswer(
        checkout=PackageCheckoutOut(url=page.address, expires_at=instant_text(page.expires_at))
    )


@router.get("/credits", response=CreditsAnswer, auth=person_with_credits, by_alias=True, summary="My credits")
def credits_(request: SignedInRequest) -> CreditsAnswer:
    """Those that can be used, the ones that expire first at the top."""
    mine = CreditGrant.objects.filter(holder=request.user, is_waiting=False)
    now = clock.now()
    rows = held(mine.select_related("builder__builder_profile", "purchase").order_by("expires_at", "id"))
    live = [row for row in rows if row.left > 0 and (row.grant.expires_at is None or row.grant.expires_at > now)]
    balances = [MoneyOut(amount=sum_.on_the_wire(), currency=sum_.currency) for sum_ in credit_of(request.user.pk)]
    return CreditsAnswer(credits=[CreditsOut.of(row, _package_of(row.grant)) for row in live], balances=balances)


def _package_of(grant: CreditGrant) -> UUID | None:
    purchase = getattr(grant, "purchase", None)
    return purchase.package_id if purchase is not None else None


def _own(person: User) -> QuerySet[Package]:
    return Package.objects.filter(builder=person).order_by("id")


def _on_sale() -> QuerySet[Package]:
    return Package.objects.on_sale().filter(builder__builder_profile__in=BuilderProfile.objects.public())


def _check_currency(sent: str | None, own: str) -> None:
    if sent is not None and sent.upper() != own:
        raise Refused(Refusal.INVALID, fields={"currency": [f"Your prices are in {own}."]})


def _or(sent: Any, stored: Any) -> Any:
    """Returns what was sent, or else what is stored."""
    return stored if sent is None else sent
