"""Tests finding duplicates, merging them and taking a merge back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from accounts.members import duplicates, services
from accounts.members.queries import open_duplicates
from accounts.models import Member, MemberDuplicate, MemberMerge, User
from core.errors import Refused
from core.models import AuditEntry
from core.personal import registered
from tests.accounts.members.cast import saved
from tests.factories.accounts import MemberFactory, UserFactory
from tests.reading import visible_text

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]
PAGE = "/operations/members/duplicates/"


def reasons() -> dict[str, str]:
    """Returns the reason of each pair by the keys of its members."""
    return {
        " ".join(sorted([pair.first.member_key, pair.second.member_key])): pair.reason for pair in open_duplicates()
    }


def test_pairs_are_found_by_key_licence_and_likely_names(alex: User) -> None:
    saved(alex, member_key="A1")
    saved(alex, member_key="a1", full_name="Bob Okafor", license_number="9", company_name="Bay Homes")
    saved(alex, member_key="B2", full_name="Chidi Mwangi", license_number="tx 0712345", company_name="Lake Homes")
    saved(alex, member_key="C3", full_name="Inês  DUARTE", license_number="8", company_name="Hill Country Realty")
    saved(alex, member_key="D4", full_name="Ines Duarte", license_number="7", company_name="Somewhere Else Homes")
    saved(
        alex, member_key="E5", full_name="Tom Reyes", license_number="TX-0712345", license_state="OK", company_name="X"
    )

    assert reasons() == {"A1 a1": "key", "A1 B2": "license", "A1 C3": "name"}

    services.save(member=Member.objects.get(member_key="a1"), values={"member_key": "A9"}, by=alex)
    assert "key" not in reasons().values(), "a pair goes when its reason does"
    duplicates.refresh_all()
    assert reasons() == {"A1 B2": "license", "A1 C3": "name"}


def test_an_admin_merges_takes_it_back_and_tells_others_apart(
    alex: User, suri: User, ada: User, browser_of: Browser
) -> None:
    kept = saved(alex, member_key="A1", office_name="", license_expires="2190-05-31", designations="GRI")
    dropped = saved(ada, person=ada, member_key="A1", office_name="Austin", email="")
    Member.objects.filter(pk=kept.pk).update(email="")
    admin = browser_of(alex)
    assert "Same member key" in visible_text(browser_of(suri).get(PAGE))
    address = f"/operations/members/{kept.pk}/merge/{dropped.pk}/"
    assert browser_of(suri).get(address).status_code == 403
    assert "Say why" in visible_text(admin.post(address, {"keep": str(kept.pk)}))

    admin.post(address, {"keep": str(kept.pk), "reason": "Both are Ines."})

    kept.refresh_from_db()
    dropped.refresh_from_db()
    assert (kept.office_name, kept.person, kept.member_key) == ("Austin", ada, "A1")
    assert len(kept.designations) == 2
    assert (dropped.merged_into, dropped.person) == (kept, None)
    assert reasons() == {}
    assert "This member was merged into" in visible_text(admin.get(dropped.get_absolute_url()))
    with pytest.raises(Refused):
        services.save(member=dropped, values={"office_name": "x"}, by=alex)

    services.save(member=kept, values={"full_name": "Ines Duarte Reyes"}, by=ada)
    merged = MemberMerge.objects.get()
    assert "Both are Ines." in visible_text(admin.get(kept.get_absolute_url()))
    for _ in range(2):  # the second changes nothing
        assert admin.post(f"/operations/members/merges/{merged.pk}/undo/").status_code == 302

    kept.refresh_from_db()
    dropped.refresh_from_db()
    assert (kept.office_name, kept.person, len(kept.designations)) == ("", None, 1)
    assert kept.full_name == "Ines Duarte Reyes", "what was changed since the merge stays"
    assert (dropped.merged_into, dropped.person, dropped.office_name) == (None, ada, "Austin")
    assert reasons() == {"A1 A1": "key"}
    actions = AuditEntry.objects.filter(subject=f"accounts.member:{kept.pk}").values_list("action", flat=True)
    assert {"members merged", "merge of members taken back"} <= set(actions)

    pair = MemberDuplicate.objects.get()
    assert browser_of(suri).post(PAGE, {"pair": str(pair.pk)}).status_code == 403
    admin.post(PAGE, {"pair": str(pair.pk)})
    duplicates.refresh_all()
    assert reasons() == {}, "people who were told apart stay so"


def test_members_of_two_people_are_not_merged(alex: User) -> None:
    first, second = (MemberFactory.create(person=UserFactory.create()) for _ in range(2))

    with pytest.raises(Refused) as refused:
        services.merge(keep=first, drop=second, by=alex, reason="Same name")

    assert refused.value.refusal.code == "members_of_two_people"
    with pytest.raises(Refused):
        services.merge(keep=first, drop=first, by=alex, reason="Same name")


def test_a_merge_mixes_no_two_licences(alex: User) -> None:
    kept = MemberFactory.create(license_number="TX-1", license_state="TX", license_expires=None)
    other = MemberFactory.create(license_number="CA-2", license_state="CA", license_expires=date(2190, 5, 31))
    same = MemberFactory.create(license_number="tx 1", license_state="TX", license_expires=date(2191, 5, 31))

    services.merge(keep=kept, drop=other, by=alex, reason="One person")
    kept.refresh_from_db()
    assert (kept.license_number, kept.license_state, kept.license_expires) == ("TX-1", "TX", None)

    services.merge(keep=kept, drop=same, by=alex, reason="One person")
    kept.refresh_from_db()
    assert kept.license_expires == date(2191, 5, 31)


def test_what_was_merged_into_somebody_else_is_not_erased_with_an_address(ada: User, cleo: User, alex: User) -> None:
    kept, dropped = MemberFactory.create(person=ada), MemberFactory.create(email=cleo.email)
    services.merge(keep=kept, drop=dropped, by=alex, reason="One person")

    members = next(registration for registration in registered() if registration.model is Member)
    assert list(members.rows(cleo)) == []
    assert set(members.rows(ada)) == {kept, dropped}
