"""The refusals about packages."""

from core.errors import BaseRefusal


class PackageRefusal(BaseRefusal):
    NOT_ON_SALE = ("not_on_sale", 409, "This package is not on sale.")
    PACKAGE_CHANGED = ("package_changed", 409, "The price of this package has changed.")
    NOT_PAID = ("not_paid", 409, "This package has not been paid.")
    WHOLE_PACKAGE_ONLY = (
        "whole_package_only",
        409,
        "A package is refunded by its unused sessions. Leave the amount out.",
    )
