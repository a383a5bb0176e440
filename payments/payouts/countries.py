"""The countries in which builders can be paid through Stripe."""

from __future__ import annotations

from babel import Locale

CODES = (
    "AE", "AT", "AU", "BE", "BG", "BR", "CA", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HK", "HR",
    "HU", "IE", "IN", "IT", "JP", "LI", "LT", "LU", "LV", "MT", "MX", "MY", "NL", "NO", "NZ", "PL", "PT", "RO", "SE", "SG",
    "SI", "SK", "TH", "US",
)  # fmt: skip


def countries() -> list[tuple[str, str]]:
    """Returns (code, name) of each, by name, for form choices."""
    names = Locale("en").territories
    return sorted(((code, str(names[code])) for code in CODES), key=lambda pair: pair[1])
