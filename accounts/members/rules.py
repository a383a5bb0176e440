"""What a member needs and how its fields are written. Pure functions; the texts are shown to whoever typed the value."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from accounts.members import lookups
from core.characters import REFUSAL as CHARACTER_REFUSAL
from core.characters import is_allowed
from core.dates import parse_date
from core.names import tidy, validate_name

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]*")
LICENSE_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .#/-]*(, [A-Za-z0-9][A-Za-z0-9 .#/-]*)*")
US_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")

REQUIRED_ALWAYS = ("member_key", "member_status", "member_type", "full_name")
LICENSE = ("license_number", "license_state", "license_expires")
_LICENSE_AND_COMPANY = (*LICENSE, "company_name")
_LICENSED = (
    "Designated REALTOR Appraiser",
    "Designated REALTOR Participant",
    "Leasing Agent",
    "Licensed Assistant",
    "MLS Only Appraiser",
    "MLS Only Broker",
    "MLS Only Broker Associate",
    "MLS Only Salesperson",
    "REALTOR Appraiser",
    "REALTOR Broker Associate",
    "REALTOR Salesperson",
)
# What a type needs beside the fields that all need. A type that is not here needs nothing else.
REQUIRED_BY_TYPE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_LICENSED, _LICENSE_AND_COMPANY),
    **dict.fromkeys(("Assistant", "Office Manager", "Unlicensed Assistant"), ("company_name", "office_name")),
    **dict.fromkeys(("Affiliate", "Association Staff", "MLS Staff", "Non Member/Vendor"), ("company_name",)),
}


class BadValue(ValueError):
    """A text that a field does not accept; its message is the sentence to show."""


@dataclass(frozen=True)
class MemberField:
    """A field of a member, as it is shown, sent and read from a text."""

    name: str
    label: str
    reso: str  # its name in RESO's Data Dictionary, or an empty text
    longest: int
    read: Callable[[str], Any]  # may raise BadValue
    empty: Any = ""

    @property
    def wire(self) -> str:
        """Its name in the API and in CSV files."""
        first, *others = self.name.split("_")
        return first + "".join(part.title() for part in others)


def _key(text: str) -> str:
    if not KEY.fullmatch(text):
        raise BadValue("A member key has letters, digits and . _ : / - only, without spaces.")
    return text


def _status(text: str) -> str:
    status = lookups.status_of(text)
    if status is None:
        raise BadValue(f"“{text[:40]}” is not a status. Choose Active or Inactive.")
    return status


def _type(text: str) -> str:
    member_type = lookups.type_of(text)
    if member_type is None:
        raise BadValue(f"“{text[:40]}” is not a member type of RESO, such as REALTOR Salesperson.")
    return member_type


def _name(text: str) -> str:
    try:
        validate_name(text)
    except ValidationError as error:
        raise BadValue(error.message) from None
    return text


def _email(text: str) -> str:
    try:
        EmailValidator()(text)
    except ValidationError:
        raise BadValue("Enter an email address like name@example.com.") from None
    return text.lower()


def _designations(text: str) -> list[str]:
    designations = []
    for part in lookups.split_designations(text):
        designation = lookups.designation_of(part)
        if designation is None:
            raise BadValue(f"“{part[:60]}” is not a designation of RESO, such as ABR or GRI.")
        designations.append(designation)
    return ordered(designations)


def _license(text: str) -> str:
    if not LICENSE_NUMBER.fullmatch(text):
        raise BadValue("A licence number has letters, digits, spaces and . # / - only. Separate several with “, ”.")
    return text


def _state(text: str) -> str:
    state = lookups.state_of(text)
    if state is None:
        raise BadValue(f"“{text[:40]}” is not a state or province, such as TX or Texas.")
    return state


def _date(text: str) -> date:
    """Reads 2027-05-31 and, as spreadsheets in the USA write it, 5/31/2027."""
    if american := US_DATE.fullmatch(text):
        month, day, year = (int(part) for part in american.groups())
        text = f"{year}-{month:02}-{day:02}"
    parsed = parse_date(text)
    if parsed is None:
        raise BadValue("Enter a date like 2027-05-31.")
    return parsed


def _text(text: str) -> str:
    return text


FIELDS: tuple[MemberField, ...] = (
    MemberField("member_key", "Member key", "MemberKey", 255, _key),
    MemberField("member_status", "Status", "MemberStatus", 8, _status),
    MemberField("member_type", "Type", "MemberType", 40, _type),
    MemberField("full_name", "Name", "MemberFullName", 150, _name),
    MemberField("email", "Email address", "MemberEmail", 80, _email),
    MemberField("designations", "Designations", "MemberDesignation", 2000, _designations, []),
    MemberField("license_number", "Licence number", "MemberStateLicense", 50, _license),
    MemberField("license_state", "Licence state", "MemberStateLicenseState", 30, _state),
    MemberField("license_expires", "Licence expires", "MemberStateLicenseExpirationDate", 10, _date, None),
    MemberField("company_name", "Company", "OfficeName", 255, _text),
    MemberField("office_name", "Office", "", 255, _text),
)
BY_NAME = {field.name: field for field in FIELDS}
NAMES = tuple(BY_NAME)


def ordered(designations: Collection[str]) -> list[str]:
    """Returns the designations without repeats, in the order of the lookup."""
    return [name for name in lookups.DESIGNATIONS if name in designations]


def read_value(field: MemberField, text: str) -> Any:
    """Returns the value that the text means, which is the field's empty value for a blank text. Raises BadValue."""
    if not is_allowed(text):
        raise BadValue(CHARACTER_REFUSAL)
    tidied = text.strip() if field.name == "designations" else tidy(text)
    if not tidied:
        return field.empty
    if len(tidied) > field.longest:
        raise BadValue(f"{field.label} can have at most {field.longest} characters. This has {len(tidied)}.")
    return field.read(tidied)


def written(value: Any) -> str:
    """Returns the value as CSV files, the history and forms show it."""
    if value is None:
        return ""
    return "; ".join(value) if isinstance(value, list) else str(value)


def required_by(member_type: str) -> tuple[str, ...]:
    """Returns the names of the fields that a member of this type needs."""
    return (*REQUIRED_ALWAYS, *REQUIRED_BY_TYPE.get(member_type, ()))


def missing(values: Mapping[str, Any]) -> list[str]:
    """Returns the names of the fields that are needed and empty: the same rule as `MemberQuerySet.incomplete`."""
    return [name for name in required_by(str(values.get("member_type") or "")) if not values.get(name)]


def missing_sentence(name: str, member_type: str) -> str:
    """Returns the sentence beside an empty field that this type of member needs."""
    field = BY_NAME[name]
    if name in REQUIRED_ALWAYS:
        return f"{field.label} is required."
    return f"{field.label} is required for the type {member_type}."
