"""People as the provider knows them, so that it can keep their cards."""

from __future__ import annotations

from accounts.models import User
from core.errors import Refused
from core.service_calls import ServiceDown
from payments.models import ProviderCustomer
from payments.refusals import PaymentRefusal


def customer_of(person: User) -> str:
    """Returns the id of the person at the provider, where they are created if need be. Refuses if it does not answer."""
    known = ProviderCustomer.objects.filter(person=person).first()
    if known is not None:
        return known.provider_id
    from payments.stripe import customers  # with the SDK, which takes a while to import
    from payments.stripe.errors import PaymentRefused

    try:
        created = customers.create_customer(person_id=person.pk, email=person.email, name=person.display_name)
    except ServiceDown:
        raise Refused(PaymentRefusal.PROVIDER_DOWN, retry_after=60) from None
    except PaymentRefused as refused:
        raise Refused(PaymentRefusal.NOT_PAYABLE, str(refused)) from None
    row, _ = ProviderCustomer.objects.get_or_create(person=person, defaults={"provider_id": created})
    return row.provider_id
