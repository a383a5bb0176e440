"""The lookups of the RESO Data Dictionary 2.0 that member data uses, and reading their values from what people send."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django.db import models


class MemberStatus(models.TextChoices):
    ACTIVE = "Active"
    INACTIVE = "Inactive"


MEMBER_TYPES = (
    "Affiliate",
    "Assistant",
    "Association Staff",
    "Designated REALTOR Appraiser",
    "Designated REALTOR Participant",
    "Leasing Agent",
    "Licensed Assistant",
    "MLS Only Appraiser",
    "MLS Only Broker",
    "MLS Only Broker Associate",
    "MLS Only Salesperson",
    "MLS Staff",
    "Non Member/Vendor",
    "Office Manager",
    "Photographer",
    "REALTOR Appraiser",
    "REALTOR Broker Associate",
    "REALTOR Salesperson",
    "Unlicensed Assistant",
)

DESIGNATIONS = (
    "Accredited Buyer's Representative / ABR",
    "Accredited Land Consultant / ALC",
    "At Home With Diversity / AHWD",
    "Certified Commercial Investment Member / CCIM",
    "Certified Distressed Property Expert / CDPE",
    "Certified International Property Specialist / CIPS",
    "Certified Property Manager / CPM",
    "Certified Real Estate Brokerage Manager / CRB",
    "Certified Real Estate Team Specialist / C-RETS",
    "Certified Residential Specialist / CRS",
    "Counselor of Real Estate / CRE",
    "e-PRO",
    "General Accredited Appraiser / GAA",
    "Graduate, REALTOR Institute / GRI",
    "Military Relocation Professional / MRP",
    "NAR's Green Designation / GREEN",
    "Performance Management Network / PMN",
    "Pricing Strategy Advisor / PSA",
    "Real Estate Negotiation Expert / RENE",
    "REALTOR Association Certified Executive / RCE",
    "Residential Accredited Appraiser / RAA",
    "Resort & Second-Home Property Specialist / RSPS",
    "Seller Representative Specialist / SRS",
    "Seniors Real Estate Specialist / SRES",
    "Short Sales & Foreclosure Resource / SFR",
    "Society of Industrial and Office REALTORS / SIOR",
    "Transnational Referral Certification / TRC",
)

# RESO's StateOrProvince: the states of the USA with Washington, D.C. and the Virgin Islands, and Canada's provinces.
STATES = {
    "AB": "Alberta", "AK": "Alaska", "AL": "Alabama", "AR": "Arkansas", "AZ": "Arizona", "BC": "British Columbia",
    "CA": "California", "CO": "Colorado", "CT": "Connecticut", "DC": "District of Columbia", "DE": "Delaware",
    "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "IA": "Iowa", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana",
    "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "MA": "Massachusetts", "MB": "Manitoba", "MD": "Maryland",
    "ME": "Maine", "MI": "Michigan", "MN": "Minnesota", "MO": "Missouri", "MS": "Mississippi", "MT": "Montana",
    "NB": "New Brunswick", "NC": "North Carolina", "ND": "North Dakota", "NE": "Nebraska",
    "NF": "Newfoundland and Labrador", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico",
    "NS": "Nova Scotia", "NT": "Northwest Territories", "NU": "Nunavut", "NV": "Nevada", "NY": "New York", "OH": "Ohio",
    "OK": "Oklahoma", "ON": "Ontario", "OR": "Oregon", "PA": "Pennsylvania", "PE": "Prince Edward Island",
    "QC": "Quebec", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota", "SK": "Saskatchewan",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VA": "Virginia", "VI": "Virgin Islands", "VT": "Vermont",
    "WA": "Washington", "WI": "Wisconsin", "WV": "West Virginia", "WY": "Wyoming", "YT": "Yukon",
}  # fmt: skip
OTHER_STATES = {"NL": "NF", "Newfoundland": "NF", "Québec": "QC", "Washington, D.C.": "DC", "D.C.": "DC"}
STATE_CHOICES = sorted(STATES.items(), key=lambda state: state[1])
SEPARATORS = re.compile(r"[;|\n]")


def folded(text: str) -> str:
    """Returns the letters and digits of the text in lower case: "REALTOR Salesperson" and the "REALTORSalesperson" of
    systems with enum types are then the same."""
    return "".join(character for character in text.casefold() if character.isalnum())


def _index(values: Iterable[str], others: Mapping[str, str] | None = None) -> dict[str, str]:
    return {folded(value): value for value in values} | {folded(name): value for name, value in (others or {}).items()}


_STATUSES = _index(MemberStatus.values)
_TYPES = _index(MEMBER_TYPES)
_STATES = _index(STATES, {name: code for code, name in STATES.items()} | OTHER_STATES)
_DESIGNATIONS = _index(
    DESIGNATIONS, {part: value for value in DESIGNATIONS if " / " in value for part in value.split(" / ")}
)


def status_of(text: str) -> str | None:
    """Returns the status that the text names, or None."""
    return _STATUSES.get(folded(text))


def type_of(text: str) -> str | None:
    """Returns the type that the text names, or None."""
    return _TYPES.get(folded(text))


def state_of(text: str) -> str | None:
    """Returns the code of the state or province that the text names, or None."""
    return _STATES.get(folded(text))


def designation_of(text: str) -> str | None:
    """Returns the designation that the text names, as a whole, by its name or by its abbreviation; or None."""
    return _DESIGNATIONS.get(folded(text))


def split_designations(text: str) -> list[str]:
    """Returns the designations in a cell, separated by semicolons, bars or, where no designation has one, commas."""
    parts: list[str] = []
    for part in SEPARATORS.split(text):
        is_list = "," in part and designation_of(part) is None
        parts += part.split(",") if is_list else [part]
    return [part.strip() for part in parts if part.strip()]
