"""The kinds of documents, places of supply and categories of tax."""

from __future__ import annotations

from django.db import models


class DocumentKind(models.TextChoices):
    INVOICE = "invoice", "Invoice"
    CREDIT_NOTE = "credit_note", "Credit note"


class SupplyPlace(models.TextChoices):
    """Where something is supplied, by the kind of session."""

    REMOTE = "remote", "Online"
    AT_SELLER = "at_seller", "In person, at the seller’s place"
    AT_BUYER = "at_buyer", "In person, at the buyer’s place"


class TaxCategory(models.TextChoices):
    """The values are the codes of EN 16931."""

    STANDARD = "S", "Taxed at a rate"
    ZERO = "Z", "Taxed at 0 %"
    EXEMPT = "E", "Exempt from tax"
    REVERSE_CHARGE = "AE", "Reverse charge"
    NOT_TAXED = "O", "Not subject to tax"


# What an operator can enter for a country. The reverse charge follows from the two sides of an invoice.
RATE_CATEGORIES = [
    (category.value, category.label) for category in TaxCategory if category != TaxCategory.REVERSE_CHARGE
]
