"""Credits: given, used, returned, expired and refunded, each once, and never more than there are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from accounts.models import Notification, User
from core import clock
from core.errors import Refused
from core.ids import uuid7
from core.models import OutboxMessage
from core.money import Money
from core.registry import integrity_findings
from payments import ledger
from payments.credits import notifications, queries, services
from payments.credits.models import CreditGrant
from payments.models import LedgerEntry, LedgerLeg
from tests.factories.payments import CreditGrantFactory

pytestmark = pytest.mark.django_db
TYPE = UUID(int=7)


@pytest.fixture
def credits_of_cleo(ada: User, cleo: User) -> CreditGrant:
    return CreditGrantFactory.create(holder=cleo, builder=ada)


def left(grant: CreditGrant) -> int:
    return queries.left_of([grant])[grant.pk]


def use(cleo: User, ada: User, *, at: datetime | None = None, **other: Any) -> UUID:
    values: dict[str, Any] = {
        "session_type_id": TYPE,
        "minutes": 60,
        "starts_at": at or clock.now() + timedelta(days=1),
    } | other
    use_id = uuid7()
    services.use(holder=cleo, builder_id=ada.pk, use_id=use_id, **values)
    return use_id


def test_a_credit_is_used_and_comes_back(credits_of_cleo: CreditGrant, ada: User, cleo: User) -> None:
    use_id = use(cleo, ada)
    assert left(credits_of_cleo) == 4

    services.give_back(grant_id=credits_of_cleo.pk, use_id=use_id, by_builder=False)
    services.give_back(grant_id=credits_of_cleo.pk, use_id=use_id, by_builder=False)

    assert left(credits_of_cleo) == 5, "it comes back once"
    assert list(integrity_findings(clock.now())) == []


def test_the_same_source_gives_credits_once(credits_of_cleo: CreditGrant, ada: User, cleo: User) -> None:
    CreditGrantFactory.create(holder=cleo, builder=ada, source_id=credits_of_cleo.source_id)

    assert left(credits_of_cleo) == 5
    assert CreditGrant.objects.count() == 1


def test_the_ledger_counts_credits_apart_from_money(credits_of_cleo: CreditGrant, ada: User) -> None:
    legs = LedgerLeg.objects.filter(entry__provider_id=credits_of_cleo.ledger_key)

    assert {leg.account.currency for leg in legs} == {"CRD"}
    assert ledger.balances(ada.pk) == {}, "a builder's money is shown without credits"
    assert ledger.in_words(1, "CRD") == "1 credit"


def test_none_is_left_after_the_last(ada: User, cleo: User) -> None:
    CreditGrantFactory.create(holder=cleo, builder=ada, sessions=1)
    use(cleo, ada)

    with pytest.raises(Refused) as refused:
        use(cleo, ada)
    assert refused.value.refusal.code == "no_credit"


def test_credits_that_expire_first_are_used_first(ada: User, cleo: User) -> None:
    late = CreditGrantFactory.create(holder=cleo, builder=ada, expires_at=clock.now() + timedelta(days=90))
    early = CreditGrantFactory.create(holder=cleo, builder=ada, expires_at=clock.now() + timedelta(days=9))

    use(cleo, ada)

    assert (left(early), left(late)) == (4, 5)


@pytest.mark.parametrize(
    "other",
    [{"minutes": 90}, {"session_type_id": UUID(int=8)}, {"starts_at": datetime(2100, 1, 1, tzinfo=UTC)}],
    ids=["another length", "another session type", "after it expires"],
)
def test_a_credit_pays_only_for_what_was_bought(other: dict[str, Any], ada: User, cleo: User) -> None:
    CreditGrantFactory.create(holder=cleo, builder=ada, usable_for=[TYPE])

    with pytest.raises(Refused):
        use(cleo, ada, **other)


def test_what_comes_back_keeps_its_expiry(credits_of_cleo: CreditGrant, ada: User, cleo: User) -> None:
    before, use_id = credits_of_cleo.expires_at, use(cleo, ada)

    grant = services.give_back(grant_id=credits_of_cleo.pk, use_id=use_id, by_builder=False)

    assert grant.expires_at == before


def test_what_comes_back_because_of_the_builder_can_be_used_for_a_month(ada: User, cleo: User) -> None:
    soon = clock.now() + timedelta(days=3)
    grant = CreditGrantFactory.create(holder=cleo, builder=ada, expires_at=soon)
    use_id = use(cleo, ada)

    returned = services.give_back(grant_id=grant.pk, use_id=use_id, by_builder=True)

    assert returned.expires_at is not None
    assert returned.expires_at > clock.now() + timedelta(days=29)


def test_unused_credits_are_worth_their_part_of_the_price(ada: User, cleo: User) -> None:
    grant = CreditGrantFactory.create(holder=cleo, builder=ada, sessions=3, price=Decimal(100))
    use(cleo, ada)

    assert services.withdraw(grant_id=grant.pk, key=uuid7()) == Money(Decimal("66.66"), "USD")
    assert left(grant) == 0
    with pytest.raises(Refused):
        services.withdraw(grant_id=grant.pk, key=uuid7())


def test_credits_expire_once(ada: User, cleo: User) -> None:
    grant = CreditGrantFactory.create(holder=cleo, builder=ada, expires_at=clock.now() - timedelta(hours=1))

    assert notifications.expire_all(clock.now()) == 5
    assert notifications.expire_all(clock.now()) == 0

    assert left(grant) == 0
    assert Notification.objects.filter(person=cleo, title="5 credits with Ada Moreno have expired").count() == 1
    assert list(integrity_findings(clock.now())) == []


def test_people_are_reminded_a_month_and_a_week_before(credits_of_cleo: CreditGrant, cleo: User) -> None:
    assert credits_of_cleo.expires_at is not None
    for days in (31, 30, 20, 7, 6, 1):
        notifications.remind(credits_of_cleo.expires_at - timedelta(days=days))

    mails = OutboxMessage.objects.filter(channel="mail", event__startswith="credits_end:")
    assert mails.count() == 2
    assert Notification.objects.filter(person=cleo, kind="credit_reminder").count() == 2


def test_nobody_is_reminded_of_credits_that_are_used_up(ada: User, cleo: User) -> None:
    grant = CreditGrantFactory.create(holder=cleo, builder=ada, sessions=1)
    use(cleo, ada)

    assert grant.expires_at is not None
    assert notifications.remind(grant.expires_at - timedelta(days=2)) == 0


def test_audit_integrity_finds_credits_that_were_never_given(
    credits_of_cleo: CreditGrant, ada: User, cleo: User
) -> None:
    movement = ledger.Movement(
        ledger.AccountName(ledger.Kind.CREDITS, cleo.pk), ledger.AccountName(ledger.Kind.CREDITS_USED, ada.pk),
        ledger.Credits(6),
    )  # fmt: skip
    ledger.post(
        reference="planted", kind=LedgerEntry.Kind.CREDIT_USED, occurred_at=clock.now(), movements=[movement],
        provider_id=credits_of_cleo.ledger_key,
    )  # fmt: skip

    assert [finding for finding in integrity_findings(clock.now()) if "-1 of 5 are left" in str(finding)]
