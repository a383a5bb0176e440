"""Services for people: roles, access to the account, personal details and builders' profiles."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify

from accounts.models import BuilderProfile, ClientProfile, Place, ProfessionalRole, RoleGrant, User
from accounts.notifications import NewNotification, notify
from accounts.refusals import AccountRefusal
from accounts.roles import Role
from accounts.signals import meeting_link_changed, role_lost, shown_changed
from accounts.tokens import services as tokens
from core import audit, clock
from core.errors import Refused
from core.hour_format import HourFormat
from core.locks import lock_until_commit

ZONE_FIELDS = ("timezone", "zone_is_chosen", "declined_zones")
BUILDER_FACTS = (
    "headline", "bio", "is_published", "latitude", "longitude", "calendly_url", "meeting_url", "phone", "shows_email",
    "languages", "how_to_pay",
)  # fmt: skip
MAX_DECLINED_ZONES = 20
SWITCHES = ("wants_notifications", "wants_mail", "wants_reminders")


def lock_person(person: UUID) -> None:
    """Locks the person's row until the transaction ends, so that two changes to what they have run one after the other."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=person)


def keep_an_admin(*, leaving: User) -> None:
    """Refuses if `leaving` is the last active admin.

    Callers call it before they lock any row: of two admins who remove each other at once, the second waits for this
    lock and is refused.
    """
    lock_until_commit("admins")
    active = User.objects.filter(grants__role=Role.ADMIN, grants__revoked_at__isnull=True, is_active=True)
    if set(active.values_list("pk", flat=True)) == {leaving.pk}:
        raise Refused(AccountRefusal.LAST_ADMIN)


@transaction.atomic
def grant(*, user: User, role: Role, by: User | None, reason: str) -> RoleGrant:
    """Grants a role and returns its grant, also if the person has it already. `by` is None for the system."""
    lock_person(user.pk)
    existing = RoleGrant.objects.live().filter(user=user, role=role).first()
    if existing:
        return existing
    user.__dict__.pop("roles", None)
    new_grant = RoleGrant.objects.create(user=user, role=role, granted_by=by, reason=reason)
    audit.record(actor=by, action="role granted", subject=user, before=None, after={"role": role, "reason": reason})
    return new_grant


@transaction.atomic
def revoke(*, user: User, role: Role, by: User | None, reason: str, is_notified: bool = True) -> None:
    """Ends the person's grant of a role and keeps its row; refuses for the last admin.

    Does nothing if the person does not have the role. The person is notified unless `is_notified` is false.
    """
    if role == Role.ADMIN:
        keep_an_admin(leaving=user)
    lock_person(user.pk)
    ended = RoleGrant.objects.live().filter(user=user, role=role).first()
    if ended is None:
        return
    ended.revoked_at, ended.revoked_by, ended.revoke_reason = clock.now(), by, reason
    ended.save(update_fields=["revoked_at", "revoked_by", "revoke_reason", "changed_at"])
    user.__dict__.pop("roles", None)
    audit.record(actor=by, action="role revoked", subject=user, before={"role": role}, after={"reason": reason})
    role_lost.send(RoleGrant, user=user, role=role)
    if role == Role.BUILDER:
        _hide_profile(user)
    if not is_notified:
        return
    notify(
        user,
        NewNotification(
            kind="role",
            event=f"role revoked:{ended.pk}",
            title=f"You are no longer {role.label.lower()} at Waymark",
            text=f"Reason: {reason}",
            path=reverse("accounts:settings"),
            call="Your account",
            is_important=True,
        ),
    )


@transaction.atomic
def change_roles(*, user: User, grants: list[Role], revokes: list[Role], by: User, reason: str) -> None:
    """Grants and revokes roles, all or none. Granting `builder` also creates the public profile."""
    if Role.ADMIN in revokes:
        keep_an_admin(leaving=user)
    for role in grants:
        if role == Role.BUILDER:
            make_builder(user=user, headline=f"{user.display_name} at Waymark", bio="", by=by, reason=reason)
        else:
            grant(user=user, role=role, by=by, reason=reason)
    for role in revokes:
        revoke(user=user, role=role, by=by, reason=reason)


@transaction.atomic
def make_builder(*, user: User, headline: str, bio: str, by: User | None, reason: str) -> BuilderProfile:
    """Grants the builder role and returns the person's public profile, which is created if there is none."""
    grant(user=user, role=Role.BUILDER, by=by, reason=reason)
    profile = BuilderProfile.objects.filter(user=user).first() or _create_profile(user, headline, bio)
    shown_changed.send(BuilderProfile, builder=profile.pk)
    return profile


@transaction.atomic
def prepare_profile(*, user: User, headline: str) -> BuilderProfile:
    """Returns the profile of an applicant with this headline, which nobody else sees until they are a builder."""
    profile = BuilderProfile.objects.filter(user=user).first() or _create_profile(user, headline, "")
    return update_builder(profile=profile, headline=headline, is_published=False)


def _create_profile(user: User, headline: str, bio: str) -> BuilderProfile:
    """Creates a profile with a slug of its own. The lock keeps two builders of the same name from choosing one slug."""
    lock_until_commit("builders' addresses")
    name = user.display_name
    return BuilderProfile.objects.create(
        user=user, slug=free_slug(name), headline=headline, bio=bio, sort_name=sort_name(name)
    )


@transaction.atomic
def set_active(*, user: User, is_active: bool, by: User, reason: str = "") -> None:
    """Switches an account on, or switches it off and ends its API tokens; refuses to switch off the last admin."""
    if not is_active:
        keep_an_admin(leaving=user)
        tokens.revoke_all(user=user, by=by, because="account switched off")
    lock_person(user.pk)
    changed = User.objects.filter(pk=user.pk, is_active=not is_active).update(is_active=is_active)
    user.is_active = is_active
    if not changed:
        return
    action = "person switched on" if is_active else "person switched off"
    after = {"reason": reason} if reason else None
    audit.record(actor=by, action=action, subject=user, before=None, after=after)
    _send_shown_changed(user)


@transaction.atomic
def update_person(
    *,
    user: User,
    display_name: str,
    timezone: str,
    place: Place | None,
    hour_format: str = "",
    about: str | None = None,
    **wants: bool,
) -> User:
    """Changes a person's details, and in `wants` which notifications they want."""
    user.display_name, user.place = display_name, place
    _choose_zone(user, timezone)
    user.hour_format = hour_format or user.hour_format
    for switch in SWITCHES:
        setattr(user, switch, wants.get(switch, getattr(user, switch)))
    user.save(update_fields=["display_name", *ZONE_FIELDS, "hour_format", "place", *SWITCHES, "changed_at"])
    BuilderProfile.objects.filter(user=user).update(sort_name=sort_name(display_name))
    if about is not None:
        ClientProfile.objects.update_or_create(user=user, defaults={"about": about})
    _send_shown_changed(user)
    return user


@transaction.atomic
def set_zone(*, user: User, zone: str) -> None:
    """Changes the time zone of the account."""
    _choose_zone(user, zone)
    user.save(update_fields=[*ZONE_FIELDS, "changed_at"])
    _send_shown_changed(user)


def keep_zone(*, user: User, instead_of: str) -> None:
    """Keeps the account's zone, and remembers that the person declined `instead_of`, so that they are not asked again."""
    _choose_zone(user, user.timezone)
    others = [zone for zone in user.declined_zones if zone != instead_of]
    user.declined_zones = [*others, instead_of][-MAX_DECLINED_ZONES:]
    user.save(update_fields=[*ZONE_FIELDS, "changed_at"])


def _choose_zone(user: User, zone: str) -> None:
    user.timezone, user.zone_is_chosen = zone, True
    user.declined_zones = [declined for declined in user.declined_zones if declined != zone]


def set_hour_format(*, user: User, hour_format: HourFormat) -> None:
    """Changes whether the person sees times with 12 or 24 hours."""
    user.hour_format = hour_format
    user.save(update_fields=["hour_format", "changed_at"])


@transaction.atomic
def set_avatar(*, user: User, picture: ContentFile[bytes] | None) -> None:
    """Replaces the person's picture by one that `core.images` made, or removes it; deletes the old file on commit."""
    lock_person(user.pk)
    old, storage = User.objects.values_list("avatar", flat=True).get(pk=user.pk), user.avatar.storage
    if picture is None:
        user.avatar = ""
    else:
        user.avatar.save("avatar.webp", picture, save=False)
    user.save(update_fields=["avatar", "changed_at"])
    _send_shown_changed(user)
    if old:
        transaction.on_commit(lambda: storage.delete(old))


def _hide_profile(user: User) -> None:
    """Unpublishes the profile of a person who loses the builder role."""
    BuilderProfile.objects.filter(user=user).update(is_published=False)
    _send_shown_changed(user)


def _send_shown_changed(user: User) -> None:
    """Sends `shown_changed` if the person has a builder's profile."""
    if BuilderProfile.objects.filter(user=user).exists():
        shown_changed.send(BuilderProfile, builder=user.pk)


@transaction.atomic
def update_builder(
    *, profile: BuilderProfile, roles: Iterable[ProfessionalRole] | None = None, **facts: Any
) -> BuilderProfile:
    """Changes some of the fields in `BUILDER_FACTS`, and the professional roles unless they are None. Refuses to publish
    the profile of somebody who is not a builder."""
    if facts.get("is_published") and Role.BUILDER not in profile.user.roles:
        raise Refused(AccountRefusal.NOT_APPROVED)
    before = profile.meeting_url
    for name, value in facts.items():
        if name not in BUILDER_FACTS:
            raise TypeError(f"a profile has no {name} to change")
        setattr(profile, name, value)
    profile.save(update_fields=[*facts, "changed_at"])
    if roles is not None:
        profile.roles.set(roles)
    shown_changed.send(BuilderProfile, builder=profile.pk)
    if profile.meeting_url != before:
        meeting_link_changed.send(BuilderProfile, builder=profile.pk, session_type=None, before=before)
    return profile


@transaction.atomic
def set_builder_place(*, profile: BuilderProfile, place: Place | None) -> None:
    """Changes the town of a builder. Exact coordinates end with the former town, which they lay in."""
    user = profile.user
    if user.place == place:
        return
    user.place, profile.latitude, profile.longitude = place, None, None
    user.save(update_fields=["place", "changed_at"])
    profile.save(update_fields=["latitude", "longitude", "changed_at"])
    shown_changed.send(BuilderProfile, builder=profile.pk)


def sort_name(name: str) -> str:
    """Returns the name as it is sorted: in lower case and without accents."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()[:80]


def free_slug(name: str) -> str:
    """Returns a slug for the name that no other profile has."""
    base = slugify(sort_name(name))[:60] or "builder"
    taken = set(BuilderProfile.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidate, number = base, 2
    while candidate in taken:
        candidate, number = f"{base}-{number}", number + 1
    return candidate
