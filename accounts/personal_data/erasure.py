"""Erasing an account: what identifies the person is deleted at once; rows that others need stay without a name."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import BuilderProfile, User
from accounts.personal_data.names import NAME, acquaintances_of, remove_name
from accounts.roles import Role
from accounts.services import revoke
from core import audit, audit_chain, personal
from core.locks import lock_until_commit

REASON = "The person erased their account."


@transaction.atomic
def erase(*, user: User) -> None:
    """Ends every role, then erases what each app has registered for the person. Erasing again changes nothing."""
    lock_until_commit(f"erasure {user.pk}")
    user.refresh_from_db(fields=["is_active", "email", "display_name"])
    if not user.is_active and user.email == address_of(user):
        return
    for role in sorted(user.grants.live().values_list("role", flat=True)):
        revoke(user=user, role=Role(role), by=None, reason=REASON, is_notified=False)
    name, acquaintances = user.display_name, acquaintances_of(user)
    personal.erase_everything(user)
    remove_name(name, acquaintances)
    audit_chain.forget(subject=audit.name_of(user))
    audit.record(actor=None, action="person erased", subject=user, before=None, after=None)


def address_of(user: User) -> str:
    """Returns the address of an erased account: nobody can have it, and it identifies nobody."""
    return f"{user.pk.hex}@erased.invalid"


def clear_person(user: User) -> None:
    """Clears the person's row, which stays because other people's rows refer to it: no name, address, picture or password."""
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


def clear_profile(user: User) -> None:
    """Clears and unpublishes the builder's profile, if there is one."""
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
            calendly_url="",
            meeting_url="",
            phone="",
            how_to_pay="",
            shows_email=False,
            languages=[],
        )


def end_sessions(user: Any) -> None:
    """Signs the person out of all their sessions, including that of the current request."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in user.usersession_set.all():
        store(session.session_key).delete()
    user.usersession_set.all().delete()
