""" "Erase me": what names a person goes at once and for good; what others need stays without a name."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import BuilderProfile, User
from accounts.roles import Role
from accounts.services import revoke
from core import audit, personal
from core.locks import lock_until_commit

REASON = "The person erased their account."
NAME = "Somebody who left"


@transaction.atomic
def erase(*, user: User) -> None:
    """Ends every role, then lets each app forget the person. Doing it again changes nothing."""
    lock_until_commit(f"erasure {user.pk}")
    user.refresh_from_db(fields=["is_active", "email"])
    if not user.is_active and user.email == address_of(user):
        return
    for role in sorted(user.grants.live().values_list("role", flat=True)):
        revoke(user=user, role=Role(role), by=None, reason=REASON, is_told=False)
    personal.erase_everything(user)
    audit.record(actor=None, action="person erased", subject=user, before=None, after=None)


def address_of(user: User) -> str:
    """An address that nobody can have, and that says nothing."""
    return f"{user.pk.hex}@erased.invalid"


def forget_person(user: User) -> None:
    """The row stays, since others' rows point at it: without a name, an address, a picture or a way in."""
    name, storage = user.avatar.name, user.avatar.storage
    if name:
        transaction.on_commit(lambda: storage.delete(name))
    User.objects.filter(pk=user.pk).update(
        email=address_of(user),
        display_name=NAME,
        timezone="UTC",
        zone_is_chosen=False,
        declined_zones=[],
        place=None,
        avatar="",
        password=make_password(None),
        is_active=False,
        wants_mail=False,
        wants_reminders=False,
        wants_notifications=False,
        last_login=None,
    )


def forget_profile(user: User) -> None:
    profile = BuilderProfile.objects.filter(user=user).first()
    if profile is not None:
        profile.roles.clear()
        BuilderProfile.objects.filter(user=user).update(
            slug=f"left-{user.pk.hex}",
            headline="",
            bio="",
            sort_name=NAME.casefold(),
            is_published=False,
            latitude=None,
            longitude=None,
        )


def end_sessions(user: Any) -> None:
    """Signed out everywhere, the browser that asks for it included."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in user.usersession_set.all():
        store(session.session_key).delete()
    user.usersession_set.all().delete()
