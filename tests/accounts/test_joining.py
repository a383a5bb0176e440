"""Who may join: everybody, people with an invitation, or nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import JoinInvitation, User
from core.models import SignUpPolicy
from core.policies import state
from tests.accounts.pages import link_in, sent_emails
from tests.factories.core import SignUpPolicyFactory

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]
FORM = {"email": "nia@people.test", "display_name": "Nia Newcomer", "password1": "a short sentence is fine"}


def test_an_admin_lets_people_join_by_invitation_only(alex: User, browser_of: Browser) -> None:
    admin, visitor, stranger = browser_of(alex), browser_of(None), browser_of(None)
    admin.post(reverse("operations:sign_up_policy"), {"mode": "invitation", "message": "We open in spring."})
    admin.post(reverse("operations:invite"), {"email": "nia@people.test", "note": "From the fair"})
    invited = link_in(sent_emails()[0].text)

    closed = visitor.get("/account/signup/")
    assert closed.status_code == 403
    assert "We open in spring." in closed.content.decode()
    assert visitor.post("/account/signup/", FORM).status_code == 403
    assert visitor.post(invited, FORM).status_code == 302
    confirmed = link_in(sent_emails()[0].text)
    visitor.post(confirmed)

    invitation = JoinInvitation.objects.get()
    assert invitation.used_by == User.objects.get(email="nia@people.test")
    assert stranger.post(invited, FORM | {"email": "sam@people.test"}).status_code == 403
    assert "Used by Nia Newcomer" in admin.get(reverse("operations:sign_up_policy")).content.decode()


def test_a_revoked_invitation_and_one_that_is_used_twice_do_not_work(alex: User, browser_of: Browser) -> None:
    admin, first, second = browser_of(alex), browser_of(None), browser_of(None)
    admin.post(reverse("operations:sign_up_policy"), {"mode": "invitation"})
    admin.post(reverse("operations:invite"), {"email": "nia@people.test"})
    invited = link_in(sent_emails()[0].text)

    first.post(invited, FORM)
    link_of_first = link_in(sent_emails()[0].text)
    second.post(invited, FORM | {"email": "sam@people.test"})
    link_of_second = link_in(sent_emails()[0].text)
    first.post(link_of_first)
    assert second.post(link_of_second).status_code == 403
    assert not User.objects.filter(email="sam@people.test").exists()

    admin.post(reverse("operations:invite"), {})
    pending = JoinInvitation.objects.get(used_at=None)
    admin.post(reverse("operations:revoke_invitation", args=[pending.pk]))
    pending.refresh_from_db()
    assert pending.revoked_at is not None


def test_nobody_joins_while_it_is_closed_and_support_cannot_change_that(suri: User, browser_of: Browser) -> None:
    staff = browser_of(suri)
    SignUpPolicyFactory.create(mode=SignUpPolicy.Mode.CLOSED)

    state.forget()

    assert browser_of(None).get("/account/signup/").status_code == 403
    assert staff.post(reverse("operations:sign_up_policy"), {"mode": "open"}).status_code == 403
