"""Applications to become a builder: a person applies, an admin decides with a reason, and each is notified."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import BuilderApplication, User
from accounts.notifications import NewNotification, notify
from accounts.refusals import AccountRefusal
from accounts.roles import Role
from accounts.services import make_builder, update_builder
from core import audit, clock
from core.errors import Refusal, Refused

State = BuilderApplication.State
SHORTEST_MESSAGE = 40
TOO_SHORT = f"Say what you do, in at least {SHORTEST_MESSAGE} characters."


@transaction.atomic
def apply(*, user: User, headline: str, message: str) -> BuilderApplication:
    """Opens an application and notifies the admins.

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
    notification = NewNotification(
        kind="application",
        event=f"application:{application.pk}",
        title=f"{user.display_name} asks to become a builder",
        text=headline,
        path=reverse("admin:accounts_builderapplication_change", args=[application.pk]),
        call="Read and decide",
    )
    for admin in User.objects.filter(grants__role=Role.ADMIN, grants__revoked_at__isnull=True, is_active=True):
        notify(admin, notification)
    return application


@transaction.atomic
def decide(*, application: BuilderApplication, by: User, granted: bool, reason: str) -> BuilderApplication:
    """Grants or declines an open application and notifies the applicant; refuses one that is decided already.

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


def _make_builder(application: BuilderApplication, by: User, reason: str) -> None:
    profile = make_builder(user=application.user, headline=application.headline, bio="", by=by, reason=reason)
    # A person who was a builder before still has their old profile, which may be hidden.
    update_builder(profile=profile, headline=application.headline, is_published=True)


def _decision_notification(application: BuilderApplication) -> NewNotification:
    if application.state == State.GRANTED:
        return NewNotification(
            kind="application",
            event=f"application decided:{application.pk}",
            title="You are a builder now",
            text=application.reason,
            path=reverse("marketplace:dashboard"),
            call="Open your dashboard",
        )
    return NewNotification(
        kind="application",
        event=f"application decided:{application.pk}",
        title="Your application was declined",
        text=f"The reason given: {application.reason}",
        path=reverse("accounts:apply"),
        call="See what you can do",
    )
