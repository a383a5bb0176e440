"""Demo members: in every state, with a pair of duplicates, a merge that can be taken back, and an import with errors."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts.members import imports, services
from accounts.members.tables import HEADER
from accounts.models import Member, MemberChange, User
from accounts.roles import Role
from core.registry import DemoPlan

SALESPERSON, BROKER = "REALTOR Salesperson", "Designated REALTOR Participant"
HILL, BAY = "Hill Country Realty, LLC", "Bay & Harbor Homes Inc."
# key, name, type, days until the licence expires (None for no licence), company, office, and other values
MEMBERS: tuple[tuple[str, str, str, int | None, str, str, dict[str, str]], ...] = (
    ("TX-204517", "Ines Duarte", BROKER, 400, HILL, "Austin", {"designations": "ABR; CRS; GRI"}),
    ("TX-204518", "Tomas Reyes", SALESPERSON, 5, HILL, "Austin", {}),
    ("TX-204519", "Priya Sharma", SALESPERSON, 21, HILL, "Round Rock", {"designations": "e-PRO"}),
    ("TX-204520", "Kofi Mensah", "Licensed Assistant", 52, HILL, "Round Rock", {}),
    ("TX-204521", "Vera Novák", SALESPERSON, -12, HILL, "Austin", {}),
    ("TX-204522", "Diego Castillo", SALESPERSON, -200, HILL, "Austin", {"member_status": "Inactive"}),
    ("CA-88101", "Hanna Lindqvist", "MLS Only Broker", 250, BAY, "Oakland", {"designations": "SRES", "license_state": "CA"}),
    ("CA-88102", "Samir Haddad", "REALTOR Appraiser", 130, BAY, "Oakland", {"license_state": "CA"}),
    ("CA-88103", "Clara Moreau", "Office Manager", None, BAY, "Oakland", {}),
    ("CA-88104", "Theo Bauer", "Photographer", None, "", "", {}),
    ("CA-88105", "Naledi Adeyemi", "MLS Staff", None, "East Bay MLS", "", {}),
)  # fmt: skip
INCOMPLETE = {
    "member_key": "CA-88106", "full_name": "Emeka Okafor", "member_type": SALESPERSON, "member_status": "Active",
    "company_name": BAY, "office_name": "Berkeley",
}  # fmt: skip
DUPLICATE = {
    "member_key": "204517", "full_name": "Ines Duarte", "member_type": SALESPERSON, "member_status": "Active",
    "license_number": "0712300", "license_state": "TX", "company_name": "Hill Country Realty",
}  # fmt: skip
FORMER = {
    "member_key": "88101-OLD", "full_name": "Hanna Lindquist", "member_type": "MLS Only Broker", "member_status": "Active",
    "email": "hanna@bayharbor.test", "company_name": "Bay Harbor", "license_state": "CA",
}  # fmt: skip
FILE = f"""{",".join(HEADER)}
NV-3001,Active,REALTOR Salesperson,Aiko Tanaka,,,NV-55012,NV,2031-01-31,Desert Homes,Reno
NV-3002,Retired,REALTOR Salesperson,Bram Jensen,,,NV-55013,NV,2031-01-31,Desert Homes,Reno
NV-3003,Active,REALTOR Salesperson,Farah Alvarez,,ABR; KING,,NV,soon,Desert Homes,Reno
"""


def seed(plan: DemoPlan) -> None:
    """Adds the members unless there are some."""
    if Member.objects.exists():
        return
    admin = User.objects.filter(grants__role=Role.ADMIN, email="admin@demo.test").first()
    assert admin is not None
    people = _real_estate_builders()
    for number, (key, name, member_type, days, company, office, others) in enumerate(MEMBERS):
        values = {
            "member_key": key, "full_name": name, "member_type": member_type, "member_status": "Active",
            "company_name": company, "office_name": office,
        }  # fmt: skip
        if days is not None:
            expires = (plan.now + timedelta(days=days)).date().isoformat()
            values |= {"license_number": f"07123{number:02}", "license_state": "TX", "license_expires": expires}
        person = people[number - 1] if 1 <= number <= len(people) else None
        _add(admin, values | others, person=person, shows_on_profile=number == 1)
    _add(admin, INCOMPLETE, allows_incomplete=True)
    _add(admin, DUPLICATE, allows_incomplete=True)
    former = _add(admin, FORMER, allows_incomplete=True)
    kept = Member.objects.get(member_key="CA-88101")
    services.merge(keep=kept, drop=former, by=admin, reason="The same licence, spelt in another way.")
    services.save(member=kept, values={"office_name": "San Francisco"}, by=admin)
    imports.begin(content=FILE.encode(), name="nevada.csv", by=admin, allows_incomplete=False)


def _add(
    admin: User, texts: dict[str, str], *, person: User | None = None, shows_on_profile: bool = False, **options: Any
) -> Member:
    values = services.parsed(texts, **options)
    source = MemberChange.Source.OWN if person else MemberChange.Source.STAFF
    if person is not None:
        values["full_name"], values["email"] = person.display_name, person.email
    return services.save(
        member=None, values=values, by=person or admin, person=person, source=source, shows_on_profile=shows_on_profile
    )


def _real_estate_builders() -> list[User]:
    """Returns up to three builders with the professional role of real estate."""
    return list(User.objects.filter(builder_profile__roles="realtor", member=None).order_by("email")[:3])
