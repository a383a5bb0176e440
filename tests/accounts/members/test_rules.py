"""Tests how values are read, what each type needs, and that the rule in SQL is the same."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.members import rules, services
from accounts.members.lookups import MEMBER_TYPES, designation_of, state_of, type_of
from accounts.models import Member
from core.errors import Refused
from tests.accounts.members.cast import texts_of
from tests.factories.accounts import MemberFactory


def problems_of(**values: str) -> dict[str, list[str]]:
    try:
        services.parsed(texts_of(**values))
    except Refused as refused:
        return refused.fields or {}
    return {}


def test_values_are_read_as_reso_and_spreadsheets_write_them() -> None:
    values = services.parsed(
        texts_of(
            member_status="ACTIVE",
            member_type="realtorSalesperson",
            license_state="texas",
            license_expires="5/31/2190",
            designations="GRI, ABR; Graduate, REALTOR Institute / GRI | e-PRO",
            email="Ines@HillCountry.test",
        )
    )

    assert values["member_status"], values["member_type"] == ("Active", "REALTOR Salesperson")
    assert values["license_state"] == "TX"
    assert values["license_expires"] == date(2190, 5, 31)
    assert values["email"] == "ines@hillcountry.test"
    assert values["designations"] == [
        "Accredited Buyer's Representative / ABR", "e-PRO", "Graduate, REALTOR Institute / GRI",
    ]  # fmt: skip


def test_lookups_take_names_codes_and_compressed_members() -> None:
    assert (state_of("on"), state_of("Newfoundland and Labrador"), state_of("NL")) == ("ON", "NF", "NF")
    assert state_of("Bavaria") is None
    assert type_of("NonMemberVendor") == "Non Member/Vendor"
    assert designation_of("c-rets") == "Certified Real Estate Team Specialist / C-RETS"
    assert len(MEMBER_TYPES) == 19


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("member_key", "20 45", "without spaces"),
        ("member_key", "K" * 256, "at most 255 characters"),
        ("member_status", "Retired", "Choose Active or Inactive"),
        ("member_type", "King", "not a member type"),
        ("full_name", "see www.example.com", "without web addresses"),
        ("email", "nobody", "like name@example.com"),
        ("designations", "ABR; KING", "“KING” is not a designation"),
        ("license_number", "TX_1", "letters, digits"),
        ("license_number", "1" * 51, "at most 50"),
        ("license_state", "Bavaria", "not a state"),
        ("license_expires", "31.05.2027", "like 2027-05-31"),
        ("license_expires", "13/31/2027", "like 2027-05-31"),
        ("company_name", "A\0B", "cannot be saved"),
        ("office_name", "O" * 256, "at most 255"),
        ("member_key", "", "Member key is required."),
        ("license_number", "", "required for the type REALTOR Salesperson"),
    ],
)
def test_a_wrong_value_is_refused_with_what_to_do(field: str, text: str, words: str) -> None:
    problems = problems_of(**{field: text})

    assert list(problems) == [field]
    assert words in problems[field][0]


def test_each_type_needs_its_own_fields() -> None:
    assert problems_of(member_type="Photographer", license_number="", company_name="") == {}
    assert list(problems_of(member_type="Office Manager", license_number="", office_name="")) == ["office_name"]
    assert list(problems_of(license_expires="", company_name="")) == ["license_expires", "company_name"]


@pytest.mark.django_db
def test_what_is_incomplete_is_the_same_in_sql() -> None:
    fields = ("license_number", "license_state", "company_name", "office_name", "full_name")
    for member_type in MEMBER_TYPES:
        MemberFactory.create(member_type=member_type, office_name="Austin")
        MemberFactory.create(member_type=member_type, license_expires=None)
        for name in fields:
            MemberFactory.create(member_type=member_type, **{name: ""})

    by_rule = {member.pk for member in Member.objects.all() if rules.missing(vars(member))}

    assert by_rule == set(Member.objects.incomplete().values_list("pk", flat=True))
    assert 0 < len(by_rule) < Member.objects.count()
