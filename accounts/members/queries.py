"""Reads for the pages and the API of members, each with the number of queries it costs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404

from accounts.members import rules
from accounts.members.lookups import STATES, MemberStatus
from accounts.models import Member, MemberDuplicate, User
from accounts.models.members import MemberQuerySet
from accounts.places import folded as plain
from core import charts
from core.charts import Chart, ChartSeries, Labels, Table
from core.ids import parse_uuid

REMIND_AT = (60, 30, 7)  # days before a licence expires
MOST_WORDS = 6
MOST_OFFICES = 20
MOST_LISTED = 50
MONTHS_AHEAD = 12
NO_OFFICE = "(none)"


@dataclass(frozen=True)
class MemberFilters:
    """Which members a list has. `expiring` is a number of days, or -1 for licences that have expired."""

    q: str = ""
    status: str = ""
    member_type: str = ""
    office: str = ""
    expiring: int | None = None
    show: str = ""  # incomplete, duplicate, or an empty text

    @property
    def is_set(self) -> bool:
        return self != MemberFilters()


def filtered(filters: MemberFilters, today: date) -> MemberQuerySet:
    """Returns the members that match, by name. Words are looked for in name, key, address, licence, company and office."""
    members = Member.objects.current()
    for word in plain(filters.q).split()[:MOST_WORDS]:
        members = members.filter(words__contains=word)
    if filters.status:
        members = members.filter(member_status=filters.status)
    if filters.member_type:
        members = members.filter(member_type=filters.member_type)
    if filters.office:
        members = members.filter(Q(office_name__iexact=filters.office) | Q(company_name__iexact=filters.office))
    if filters.expiring is not None and filters.expiring < 0:
        members = members.expired(today)
    elif filters.expiring is not None:
        members = members.expiring(today, today + timedelta(days=filters.expiring))
    if filters.show == "incomplete":
        members = members.incomplete()
    if filters.show == "duplicate":
        pairs = open_duplicates().filter(Q(first=OuterRef("pk")) | Q(second=OuterRef("pk")))
        members = members.filter(Exists(pairs))
    return members


def open_duplicates() -> QuerySet[MemberDuplicate]:
    """Returns the pairs that nobody has merged or dismissed, the likeliest first, with both members."""
    pairs = MemberDuplicate.objects.filter(
        dismissed_at=None, first__merged_into__isnull=True, second__merged_into__isnull=True
    )
    return pairs.select_related("first__person", "second__person")


def member_or_404(identity: object) -> Member:
    """Returns the member with this id, or the member data of the person with this id. One query."""
    key = parse_uuid(identity)
    matching = Member.objects.filter(Q(pk=key) | Q(person=key)) if key is not None else Member.objects.none()
    member = matching.select_related("person", "merged_into").first()
    if member is None:
        raise Http404
    return member


def member_of(person: User) -> Member | None:
    """Returns the member data of a person, or None. One query."""
    return Member.objects.filter(person=person).first()


def public_facts(member: Member | None, today: date) -> list[tuple[str, str]]:
    """Returns what a builder's page shows of a member who wants that: company, office and a licence that has not expired."""
    if member is None or not member.shows_on_profile or member.member_status != MemberStatus.ACTIVE:
        return []
    facts = [("Company", member.company_name), ("Office", member.office_name)]
    if member.license_number and (member.license_expires is None or member.license_expires >= today):
        state = STATES.get(member.license_state, "")
        facts.append(("Licence", f"{member.license_number} ({state})" if state else member.license_number))
    facts.append(("Designations", ", ".join(member.designations)))
    return [(label, value) for label, value in facts if value]


# The report --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MemberReport:
    """Members by status and type, by office, whose licence expires, and who lack a field."""

    total: int
    by_status: Table
    by_type: Chart
    by_office: Table
    expiries: Chart
    expiring: list[tuple[str, str, int]]  # label, value of the filter, how many
    expiring_first: list[Member]
    incomplete: list[tuple[Member, list[str]]]
    incomplete_count: int
    with_account: int


def report(today: date) -> MemberReport:
    """Returns the report of all members. Six queries."""
    members = Member.objects.current()
    counts = members.values_list("member_status", "member_type").annotate(count=Count("pk")).order_by()
    statuses, types = Counter[str](), Counter[str]()
    for status, member_type, count in counts:
        statuses[status] += count
        types[member_type] += count
    spans = {f"in_{days}": Count("pk", filter=_expiring_within(today, days)) for days in REMIND_AT}
    totals = members.aggregate(
        **spans,
        expired=Count("pk", filter=Q(member_status=MemberStatus.ACTIVE, license_expires__lt=today)),
        with_account=Count("person"),
    )
    incomplete = members.incomplete()
    listed = list(incomplete[:MOST_LISTED])
    return MemberReport(
        total=statuses.total(),
        by_status=Table(("Status", "Members"), [(name, charts.number(statuses[name])) for name in MemberStatus.values]),
        by_type=_types_chart(types),
        by_office=_office_table(members),
        expiries=_expiry_chart(members, today),
        expiring=[
            ("Expired", "-1", totals["expired"]),
            *((f"Within {days} days", str(days), totals[f"in_{days}"]) for days in sorted(REMIND_AT)),
        ],
        expiring_first=list(members.filter(_expiring_within(today, max(REMIND_AT))).order_by("license_expires", "id")[:MOST_LISTED]),
        incomplete=[(member, missing_labels(member)) for member in listed],
        incomplete_count=len(listed) if len(listed) < MOST_LISTED else incomplete.count(),
        with_account=totals["with_account"],
    )  # fmt: skip


def missing_labels(member: Member) -> list[str]:
    """Returns the labels of the fields that the member lacks."""
    return [rules.BY_NAME[name].label for name in rules.missing(vars(member))]


def _expiring_within(today: date, days: int) -> Q:
    return Q(member_status=MemberStatus.ACTIVE, license_expires__range=(today, today + timedelta(days=days)))


def _types_chart(types: Counter[str]) -> Chart:
    rows = [(name, charts.number(count)) for name, count in types.most_common()]
    finding = f"Members by type; the most are {rows[0][0]} with {rows[0][1]}" if rows else "There are no members yet"
    return charts.bars(
        "types", finding, table=Table(("Type", "Members"), rows), values=[count for _, count in types.most_common()]
    )


def _office_table(members: MemberQuerySet) -> Table:
    offices = members.values_list("company_name", "office_name").annotate(
        count=Count("pk"), active=Count("pk", filter=Q(member_status=MemberStatus.ACTIVE))
    )
    rows: Any = offices.order_by("-count", "company_name", "office_name")[:MOST_OFFICES]
    return Table(
        ("Company", "Office", "Members", "Active"),
        [
            (company or NO_OFFICE, office or NO_OFFICE, str(count), str(active))
            for company, office, count, active in rows
        ],
    )


def _expiry_chart(members: MemberQuerySet, today: date) -> Chart:
    """Returns how many licences expire in this month and each of the next."""
    months = [_month_after(today, number) for number in range(MONTHS_AHEAD)]
    last = _month_after(today, MONTHS_AHEAD)
    days = members.filter(
        member_status=MemberStatus.ACTIVE, license_expires__gte=today, license_expires__lt=last
    ).values_list("license_expires", flat=True)
    counts = Counter(day.replace(day=1) for day in days if day)
    values = [counts[month] for month in months]
    finding = (
        f"{sum(values)} licences expire in the next {MONTHS_AHEAD} months, {values[0]} of them still in {months[0]:%B}"
    )
    return charts.columns(
        "expiries",
        finding,
        labels=Labels("Month", [f"{month:%b}" for month in months], [f"{month:%B %Y}" for month in months]),
        series=[ChartSeries("licences", values)],
    )


def _month_after(day: date, number: int) -> date:
    """Returns the first day of the month that is so many after the one of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    return date(year, month + 1, 1)
