"""Members and files of them."""

from __future__ import annotations

from typing import Any

from accounts.members import services
from accounts.models import Member, User

SALESPERSON: dict[str, str] = {
    "member_key": "204517",
    "member_status": "Active",
    "member_type": "REALTOR Salesperson",
    "full_name": "Ines Duarte",
    "email": "ines@hillcountry.test",
    "designations": "ABR",
    "license_number": "TX-0712345",
    "license_state": "TX",
    "license_expires": "2190-05-31",
    "company_name": "Hill Country Realty, LLC",
    "office_name": "Austin",
}
HEADER = "memberKey,memberStatus,memberType,fullName,licenseNumber,licenseState,licenseExpires,companyName"


def texts_of(**values: str) -> dict[str, str]:
    """Returns the texts of a salesperson, some of them other ones."""
    return {**SALESPERSON, **values}


def saved(by: User, person: User | None = None, **values: str) -> Member:
    return services.save(member=None, values=services.parsed(texts_of(**values)), by=by, person=person)


def form_of(**values: Any) -> dict[str, Any]:
    """Returns what a browser sends for a salesperson."""
    return {**SALESPERSON, "designations": ["Accredited Buyer's Representative / ABR"], **values}


def csv_file(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def csv_row(number: int, **values: str) -> str:
    """Returns the row of a salesperson with a name unlike those of other numbers."""
    name = f"{chr(65 + number % 26) * 3}{number:o} {chr(97 + number // 26 % 26) * 4}{number:x}"
    cells = {
        "key": f"K{number}", "status": "Active", "type": "REALTORSalesperson", "name": name,
        "license": f"L{number}", "state": "Texas", "expires": "2190-05-31", "company": f"{name[::-1]} Homes",
    }  # fmt: skip
    return ",".join((cells | values).values())
