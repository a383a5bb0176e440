"""Countries, those of the European Union, and the format of their VAT numbers."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale
from babel.core import get_global

# Without the country's prefix, as the European Commission lists them; then some countries outside of the Union.
VAT_FORMATS = {
    "AT": r"U\d{8}", "BE": r"[01]\d{9}", "BG": r"\d{9,10}", "CY": r"\d{8}[A-Z]", "CZ": r"\d{8,10}", "DE": r"\d{9}",
    "DK": r"\d{8}", "EE": r"\d{9}", "EL": r"\d{9}", "ES": r"[A-Z0-9]\d{7}[A-Z0-9]", "FI": r"\d{8}",
    "FR": r"[A-HJ-NP-Z0-9]{2}\d{9}", "HR": r"\d{11}", "HU": r"\d{8}",
    "IE": r"\d[A-Z0-9+*]\d{5}[A-Z]{1,2}", "IT": r"\d{11}", "LT": r"\d{9}(\d{3})?", "LU": r"\d{8}", "LV": r"\d{11}",
    "MT": r"\d{8}", "NL": r"[A-Z0-9+*]{10}\d{2}", "PL": r"\d{10}", "PT": r"\d{9}", "RO": r"\d{2,10}", "SE": r"\d{12}",
    "SI": r"\d{8}", "SK": r"\d{10}", "XI": r"\d{9}(\d{3})?|GD\d{3}|HA\d{3}",
    "GB": r"\d{9}(\d{3})?|GD\d{3}|HA\d{3}", "CHE": r"\d{9}(MWST|TVA|IVA)?", "NO": r"\d{9}(MVA)?",
}  # fmt: skip
UNION = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
PREFIXES = {"GR": "EL", "CH": "CHE"}  # where the prefix is not the country's code
NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "XK"})


@cache
def names() -> dict[str, str]:
    """Returns the name of each country by its code of ISO 3166-1."""
    territories = Locale("en").territories
    return {code: str(name) for code, name in territories.items() if len(code) == 2 and code not in NO_COUNTRIES}


@cache
def choices() -> list[tuple[str, str]]:
    """Returns (code, name) of each country, by name, for forms."""
    return sorted(names().items(), key=lambda pair: pair[1])


def name_of(code: str) -> str:
    return names().get(code, code)


def country_of_zone(zone: str) -> str:
    """Returns the country that a time zone belongs to; an empty string for zones of no country, such as UTC."""
    code = get_global("zone_territories").get(zone, "")
    return code if code in names() else ""


def tidy_vat_number(text: str) -> str:
    """Returns the number in capitals, without spaces, dots and hyphens."""
    return re.sub(r"[\s.\-/]", "", text).upper()


def vat_number_problem(number: str, country: str) -> str:
    """Returns why this is no VAT number of the country, in plain words; an empty string if it looks like one.

    Only the format is checked: whether a number is registered, the tax office knows.
    """
    if not re.fullmatch(r"[A-Z0-9+*]{4,18}", number):
        return "Enter a VAT number with its country in front, such as DE123456789."
    prefix = PREFIXES.get(country, country)
    pattern = VAT_FORMATS.get(prefix)
    if pattern is None:
        return ""
    allowed = {prefix: pattern} | ({"XI": VAT_FORMATS["XI"]} if country == "GB" else {})
    for start, rest in allowed.items():
        if number.startswith(start):
            is_right = re.fullmatch(rest, number[len(start) :])
            return "" if is_right else f"That is not how VAT numbers of {name_of(country)} look. Check the digits."
    return f"A VAT number of {name_of(country)} begins with {prefix}."
