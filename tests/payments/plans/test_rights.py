"""What plans allow, who may make them, and what happens when people leave."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Notification, User
from accounts.personal_data.erasure import erase
from accounts.roles import Role
from accounts.services import revoke
from bookings.agreement.services import complete, start
from core import clock
from core.errors import Refused
from payments import services as payments
from payments.credits.queries import left_of
from payments.models import CreditGrant, Plan, ProviderCustomer, Refund, SavedCard
from payments.plans import services
from payments.plans.features import BadFeature, allowances, cleaned
from payments.plans.services import PlanFields
from payments.states import Provider
from sandbox.stripe.service import StripeSandbox
from tests.bookings.cast import builder_of, confirmed, shop
from tests.cast import make_person
from tests.payments.cast import claim
from tests.payments.payouts.cast import signed_in_client
from tests.payments.plans.cast import builder_plan, current, findings, pass_time, platform_plan, subscribed, work

pytestmark = pytest.mark.django_db
PRO = PlanFields(name="Pro", price=Decimal(20), currency="EUR", features={"fee_percent": "5", "session_types": 3})


def test_only_admins_make_plans_of_the_platform(ada: User, cleo: User, alex: User) -> None:
    for person in (ada, cleo):
        with pytest.raises(Refused):
            services.create_plan(owner=None, fields=PRO, by=person)
    assert services.create_plan(owner=None, fields=PRO, by=alex).features == {"fee_percent": "5", "session_types": 3}


def test_clients_make_no_plans_and_builders_none_for_others(ada: User, cleo: User, boris: User) -> None:
    fields = PlanFields(name="Two", price=Decimal(90), currency="EUR", sessions_per_period=2)
    for owner, person in ((cleo, cleo), (boris, ada)):
        with pytest.raises(Refused):
            services.create_plan(owner=owner, fields=fields, by=person)
    assert services.create_plan(owner=ada, fields=fields, by=ada).owner == ada


@pytest.mark.parametrize(
    "features", [{"fee_percent": "100"}, {"fee_percent": "1.234"}, {"fee_percent": "x"}, {"session_types": 0},
                 {"session_types": True}, {"session_types": "3"}, {"free_coffee": 1}],
)  # fmt: skip
def test_features_that_there_are_not_are_refused(features: dict[str, object]) -> None:
    with pytest.raises(BadFeature):
        cleaned(features)


def test_a_payment_has_the_fee_of_the_plan_that_the_builder_had_when_it_began(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    before = payments.payment_of(claim(ada, cleo), Provider.STRIPE)
    subscribed(sandbox, platform_plan(), ada)
    after = payments.payment_of(claim(ada, cleo), Provider.STRIPE)
    before.refresh_from_db()
    assert [before.fee_percent, after.fee_percent] == [10, 5]


def test_losing_the_builder_role_ends_plans_and_stops_renewals(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    own, pro = subscribed(sandbox, builder_plan(ada), cleo), subscribed(sandbox, platform_plan(), ada)
    revoke(user=ada, role=Role.BUILDER, by=None, reason="test")
    assert not Plan.objects.offered().filter(owner=ada).exists()
    assert current(own).cancel_requested_at is not None
    assert (current(pro).status, current(pro).end_reason) == ("canceled", "closed")
    notification = Notification.objects.get(person=cleo, title__contains="ends on")
    assert "the sessions that are left are refunded tomorrow" in notification.text


def test_what_is_left_of_a_plan_is_refunded_a_day_after_its_builder_has_left(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    hour, sam = shop(ada), make_person("Sam Lee")
    used, kept = subscribed(sandbox, builder_plan(ada), cleo), subscribed(sandbox, builder_plan(ada, "80.00", 4), sam)
    booking = confirmed(hour, cleo, use_credit=True)
    complete(booking=start(booking=booking, by=builder_of(booking)), by=builder_of(booking))
    revoke(user=ada, role=Role.BUILDER, by=None, reason="test")

    pass_time(sandbox, clock.now() + timedelta(hours=23))
    assert not Refund.objects.exists()
    pass_time(sandbox, clock.now() + timedelta(hours=25))
    pass_time(sandbox, clock.now() + timedelta(hours=26))

    assert sorted(Refund.objects.values_list("amount", "status")) == [(Decimal(45), "done"), (Decimal(80), "done")]
    assert [current(row).end_reason for row in (used, kept)] == ["closed", "closed"]
    assert sum(left_of(CreditGrant.objects.all()).values()) == 0
    assert Notification.objects.filter(person=sam, title__startswith="Refund of €80.00").exists()
    assert findings() == []


def test_erasing_a_client_ends_subscriptions_and_deletes_cards_at_the_provider(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    customer = ProviderCustomer.objects.get(person=cleo).provider_id
    erase(user=cleo)
    work()
    assert (current(subscription).status, current(subscription).end_reason) == ("canceled", "closed")
    assert not SavedCard.objects.exists()
    assert customer not in sandbox.books.objects
    assert findings(clock.now()) == []


def test_the_number_of_published_session_types_is_limited_by_the_plan(
    sandbox: StripeSandbox, ada: User, settings: Any
) -> None:
    from coaching.services import set_active
    from tests.scheduling.cast import offer, rates

    settings.FREE_SESSION_TYPES = 1
    rates(ada)
    first, second = offer(ada), offer(ada, title="Another", is_active=False)
    assert first.is_active
    with pytest.raises(Refused, match="You can publish 1 session type"):
        set_active(session_type=second, is_active=True, by=ada)
    subscribed(sandbox, platform_plan(), ada)
    Plan.objects.update(features={"session_types": 2})
    assert allowances(ada.pk).session_types == 2
    set_active(session_type=second, is_active=True, by=ada)
    second.refresh_from_db()
    assert second.is_active


def test_an_admin_makes_and_changes_a_plan_of_the_platform(alex: User) -> None:
    fields = {
        "name": "Studio", "description": "", "price": "59", "currency": "EUR", "interval": "month", "trial_days": "0",
        "fee_percent": "3", "session_types": "80",
    }  # fmt: skip

    answer = signed_in_client(alex).post("/admin/payments/plan/add/", fields)

    assert answer.status_code == 302
    plan = Plan.objects.get()
    assert (plan.name, plan.owner, plan.features) == ("Studio", None, {"fee_percent": "3", "session_types": 80})

    answer = signed_in_client(alex).post(f"/admin/payments/plan/{plan.pk}/change/", fields | {"fee_percent": "4"})

    assert answer.status_code == 302
    plan.refresh_from_db()
    assert plan.features == {"fee_percent": "4", "session_types": 80}
