"""Applications to become a builder: a person applies, an admin decides with a reason, and each is notified."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import BuilderApplication, User
from accounts.notifications import NewNotification, notify
from accounts.refusals import AccountRefusal
from accounts.roles import Role
from accounts.services import make_builder, prepare_profile, update_builder
from accounts.staff_pages import application_page
from core import audit, clock
from core.errors import Refusal, Refused

State = BuilderApplication.State
SHORTEST_MESSAGE = 40
AUTOMATICALLY = "automatically"  # a value of BUILDERS_APPROVED
TOO_SHORT = f"Describe what you do in at least {SHORTEST_MESSAGE} characters."


@transaction.atomic
def apply(*, user: User, headline: str, message: str) -> BuilderApplication:
    """Opens an application, and a profile that nobody else sees yet. Notifies the admins, or approves it at once if
    BUILDERS_APPROVED says so.

    Refuses builders, a message that is too short, and people who have an open application already.
    """
    if len(message) < SHORTEST_MESSAGE:
        raise Refused(Refusal.INVALID, fields={"message": [TOO_SHORT]})
    if Role.BUILDER in user.roles:
        raise Refused(AccountRefusal.ALREADY_BUILDER)
    try:
        with transaction.atomic():
            application = BuilderApplication.objects.create(user=user, headline=headline, message=message)
            application.refresh_from_db(fields=["created_at"])
    except IntegrityError:
        raise Refused(AccountRefusal.ALREADY_APPLIED) from None
    prepare_profile(user=user, headline=headline)
    if settings.BUILDERS_APPROVED == AUTOMATICALLY:
        return decide(application=application, by=None, granted=True, reason="Applications are approved at once.")
    _notify_admins(application)
    return application


def may_prepare(user: Any) -> bool:
    """Whether this person may prepare a builder's profile, hours and offers: builders, and people whose application is
    open. One query for others than builders."""
    if Role.BUILDER in getattr(user, "roles", ()):
        return True
    own = BuilderApplication.objects.filter(user=user.pk, state=State.OPEN, user__builder_profile__isnull=False)
    return own.exists()


def _notify_admins(application: BuilderApplication) -> None:
    notification = NewNotification(
        kind="application",
        event=f"application:{application.pk}",
        title=f"{application.user.display_name} would like to become a builder",
        text=application.headline,
        path=application_page(application.pk),
        call="Review the application",
    )
    for admin in User.objects.filter(grants__role=Role.ADMIN, grants__revoked_at__isnull=True, is_active=True):
        notify(admin, notification)


@transaction.atomic
def decide(*, application: BuilderApplication, by: User | None, granted: bool, reason: str) -> BuilderApplication:
    """Grants or declines an open application and notifies the applicant; refuses one that is decided already. `by` is
    None for the system.

    The conditional UPDATE lets only the first of two admins decide.
    """
    state = State.GRANTED if granted else State.DECLINED
    changed = BuilderApplication.objects.filter(pk=application.pk, state=State.OPEN).update(
        state=state, decided_by=by, decided_at=clock.now(), reason=reason
    )
    if not changed:
        raise Refused(AccountRefusal.ALREADY_DECIDED)
    application.refresh_from_db()
    if granted:
        _make_builder(application, by, reason)
    audit.record(
        actor=by,
        action=f"application {state}",
        subject=application,
        before={"state": State.OPEN},
        after={"reason": reason},
    )
    notify(application.user, _decision_notification(application))
    return application


def _make_builder(application: BuilderApplication, by: User | None, reason: str) -> None:
    """Makes the applicant a builder. Their profile is published, unless nobody has looked at it: then they publish it
    themselves."""
    profile = make_builder(user=application.user, headline=application.headline, bio="", by=by, reason=reason)
    if by is not None:
        update_builder(profile=profile, is_published=True)


def _decision_notification(application: BuilderApplication) -> NewNotification:
    if application.state == State.GRANTED:
        return NewNotification(
            kind="application",
            event=f"application decided:{application.pk}",
            title="You are now a builder",
            text=application.reason,
            path=reverse("marketplace:dashboard"),
            call="Open your dashboard",
        )
    return NewNotification(
        kind="application",
        event=f"application decided:{application.pk}",
        title="Your application was declined",
        text=f"Reason: {application.reason}",
        path=reverse("accounts:apply"),
        call="See what you can do",
    )
