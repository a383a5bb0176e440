"""Demo invoices: the demo builder and the platform have entered their details, there are rates for some countries, and the
paid sessions of the last year have invoices, one of them a credit note too."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from accounts.models import User
from core import outbox
from core.registry import DemoPlan
from payments.invoices import fees, following, services
from payments.invoices.models import SellerProfile, TaxKind, TaxRate
from payments.invoices.states import TaxCategory

RATES = {
    "DE": 19, "AT": 20, "FR": 20, "GB": 20, "ES": 21, "PT": 23, "IT": 22, "NL": 21, "PL": 23, "IE": 23, "DK": 25,
}  # fmt: skip
SINCE = date(2020, 1, 1)
ADDRESS = {
    "more": "", "country": "DE", "is_small_business": False, "tax_number": "", "tax_kind": None,
}  # fmt: skip


def add_invoices(plan: DemoPlan, ada: User, cleo: User) -> None:
    """Adds the details and the invoices, unless there are some. Rates in the demo are examples."""
    if SellerProfile.objects.exists():
        return
    _add_rates()
    platform = {
        "name": "Waymark Demo", "street": "Marktplatz 1", "postal_code": "10117", "city": "Berlin",
        "vat_number": "DE111111125", "number_prefix": "WAYMARK",
    }  # fmt: skip
    services.save_seller(owner=None, values=ADDRESS | platform, agrees=True)
    seller = {
        "name": "Ada Moreno Coaching", "street": "Lindenweg 5", "postal_code": "10115", "city": "Berlin",
        "vat_number": "DE136695976", "number_prefix": "ADA",
    }  # fmt: skip
    services.save_seller(owner=ada, values=ADDRESS | seller, agrees=True)
    buyer = {
        "name": "Cleo Park", "street": "12 Harbour Street", "more": "", "postal_code": "E1 6AN", "city": "London",
        "country": "GB", "vat_number": "",
    }  # fmt: skip
    services.save_buyer(owner=cleo, values=buyer)
    payments = list(following.without_invoice(plan.now).filter(payee=ada))
    for batch in plan.batches("invoices", payments, 50):
        for payment in batch:
            services.bring_into_line(payment.pk)
    outbox.deliver_due(following.CHANNEL)
    fees.invoice_last_month(plan.now)


def _add_rates() -> None:
    kind = TaxKind.objects.create(
        name="Coaching", slug="coaching", is_standard=True, remote_place=TaxKind.RemotePlace.SELLER
    )
    rates = [
        TaxRate(kind=kind, country=code, percent=Decimal(percent), valid_from=SINCE) for code, percent in RATES.items()
    ]
    reason = "Not subject to VAT: supplied outside of the European Union."
    outside = [
        TaxRate(kind=kind, country=code, category=TaxCategory.NOT_TAXED, reason=reason, valid_from=SINCE)
        for code in ("US", "CL", "NP", "CA", "AU")
    ]
    TaxRate.objects.bulk_create([*rates, *outside])
