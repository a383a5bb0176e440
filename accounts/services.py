"""What can happen to people: roles granted and revoked, profiles made, tokens issued."""

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
from accounts.roles import Role, losses_of
from accounts.signals import shown_changed
from accounts.tokens import services as tokens
from core import audit, clock
from core.errors import Refusal, Refused
from core.hour_format import HourFormat
from core.locks import lock_until_commit

ZONE_FIELDS = ("timezone", "zone_is_chosen", "declined_zones")
BUILDER_FACTS = ("headline", "bio", "is_published", "latitude", "longitude")
MOST_DECLINED = 20  # zones of devices that a person is not asked for again
SWITCHES = ("wants_notifications", "wants_mail", "wants_reminders")


def lock_person(person: UUID) -> None:
    """Locks the person's row until the transaction ends, so that two acts on what they have follow each other."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=person)


def keep_an_admin(*, leaving: User) -> None:
    """Refuses to let the last active admin go. Whoever takes an admin away calls this before any row is locked, so that
    two admins who remove each other at once wait here, and the second is refused."""
    lock_until_commit("admins")
    active = User.objects.filter(grants__role=Role.ADMIN, grants__revoked_at__isnull=True, is_active=True)
    if set(active.values_list("pk", flat=True)) == {leaving.pk}:
        raise Refused(Refusal.LAST_ADMIN)


@transaction.atomic
def grant(*, user: User, role: Role, by: User | None, reason: str) -> RoleGrant:
    """Gives a role; harmless when the person has it already. `by` is None for the system."""
    lock_person(user.pk)
    present = RoleGrant.objects.live().filter(user=user, role=role).first()
    if present:
        return present
    user.__dict__.pop("roles", None)
    new_grant = RoleGrant.objects.create(user=user, role=role, granted_by=by, reason=reason)
    audit.record(actor=by, action="role granted", subject=user, before=None, after={"role": role, "reason": reason})
    return new_grant


@transaction.atomic
def revoke(*, user: User, role: Role, by: User | None, reason: str, is_told: bool = True) -> None:
    """Takes a role away and keeps the row; the last admin cannot lose theirs."""
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
    for answer in losses_of(role):
        answer(user)
    if not is_told:
        return
    notify(
        user,
        NewNotification(
            kind="role",
            event=f"role revoked:{ended.pk}",
            title=f"You are no longer {role.label.lower()} at Waymark",
            text=f"The reason given: {reason}",
            path=reverse("accounts:settings"),
            call="Your account",
        ),
    )


@transaction.atomic
def change_roles(*, user: User, grants: list[Role], revokes: list[Role], by: User, reason: str) -> None:
    """All of it or nothing. Granting `builder` makes the profile that the role cannot be without."""
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
    """Gives the builder role and the public profile that goes with it."""
    grant(user=user, role=Role.BUILDER, by=by, reason=reason)
    profile = BuilderProfile.objects.filter(user=user).first() or _new_profile(user, headline, bio)
    shown_changed.send(BuilderProfile, builder=profile.pk)
    return profile


def _new_profile(user: User, headline: str, bio: str) -> BuilderProfile:
    """A profile at an address of its own; two builders of one name wait for each other."""
    lock_until_commit("builders' addresses")
    name = user.display_name
    return BuilderProfile.objects.create(
        user=user, slug=free_slug(name), headline=headline, bio=bio, sort_name=sort_name(name)
    )


@transaction.atomic
def set_active(*, user: User, is_active: bool, by: User) -> None:
    """Lets a person sign in, or stops them and ends their API tokens; the last admin cannot be stopped."""
    if not is_active:
        keep_an_admin(leaving=user)
        tokens.revoke_all(user=user, by=by, because="account switched off")
    lock_person(user.pk)
    changed = User.objects.filter(pk=user.pk, is_active=not is_active).update(is_active=is_active)
    user.is_active = is_active
    if not changed:
        return
    action = "person switched on" if is_active else "person switched off"
    audit.record(actor=by, action=action, subject=user, before=None, after=None)
    _shown(user)


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
    """Changes what a person says of themselves, and how they want to be reached."""
    user.display_name, user.place = display_name, place
    _choose_zone(user, timezone)
    user.hour_format = hour_format or user.hour_format
    for switch in SWITCHES:
        setattr(user, switch, wants.get(switch, getattr(user, switch)))
    user.save(update_fields=["display_name", *ZONE_FIELDS, "hour_format", "place", *SWITCHES, "changed_at"])
    BuilderProfile.objects.filter(user=user).update(sort_name=sort_name(display_name))
    if about is not None:
        ClientProfile.objects.update_or_create(user=user, defaults={"about": about})
    _shown(user)
    return user


@transaction.atomic
def set_zone(*, user: User, zone: str) -> None:
    """Shows this person times in `zone` from now on."""
    _choose_zone(user, zone)
    user.save(update_fields=[*ZONE_FIELDS, "changed_at"])
    _shown(user)


def keep_zone(*, user: User, instead_of: str) -> None:
    """Keeps the account's zone, and remembers for which zone of a device not to ask again."""
    _choose_zone(user, user.timezone)
    others = [zone for zone in user.declined_zones if zone != instead_of]
    user.declined_zones = [*others, instead_of][-MOST_DECLINED:]
    user.save(update_fields=[*ZONE_FIELDS, "changed_at"])


def _choose_zone(user: User, zone: str) -> None:
    user.timezone, user.zone_is_chosen = zone, True
    user.declined_zones = [declined for declined in user.declined_zones if declined != zone]


def set_hour_format(*, user: User, hour_format: HourFormat) -> None:
    """Hours of twelve or of twenty-four, from now on."""
    user.hour_format = hour_format
    user.save(update_fields=["hour_format", "changed_at"])


@transaction.atomic
def set_avatar(*, user: User, picture: ContentFile[bytes] | None) -> None:
    """Puts a picture that `core.images` has made in place of the present one, or none."""
    lock_person(user.pk)
    old, storage = User.objects.values_list("avatar", flat=True).get(pk=user.pk), user.avatar.storage
    if picture is None:
        user.avatar = ""
    else:
        user.avatar.save("avatar.webp", picture, save=False)
    user.save(update_fields=["avatar", "changed_at"])
    _shown(user)
    if old:
        transaction.on_commit(lambda: storage.delete(old))


def hide_profile(user: User) -> None:
    """What losing the builder role does to a profile."""
    BuilderProfile.objects.filter(user=user).update(is_published=False)
    _shown(user)


def _shown(user: User) -> None:
    """For whoever shows builders. Nothing is sent for people who are none."""
    if BuilderProfile.objects.filter(user=user).exists():
        shown_changed.send(BuilderProfile, builder=user.pk)


@transaction.atomic
def update_builder(
    *, profile: BuilderProfile, roles: Iterable[ProfessionalRole] | None = None, **facts: Any
) -> BuilderProfile:
    """Changes the given ones of `BUILDER_FACTS`, and the professional roles where they are given."""
    for name, value in facts.items():
        if name not in BUILDER_FACTS:
            raise TypeError(f"a profile has no {name} to change")
        setattr(profile, name, value)
    profile.save(update_fields=[*facts, "changed_at"])
    if roles is not None:
        profile.roles.set(roles)
    shown_changed.send(BuilderProfile, builder=profile.pk)
    return profile


def sort_name(name: str) -> str:
    """`name` as it sorts: no accents, no capitals."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()[:80]


def free_slug(name: str) -> str:
    """An address for `name` that nobody has."""
    base = slugify(sort_name(name))[:60] or "builder"
    taken = set(BuilderProfile.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidate, number = base, 2
    while candidate in taken:
        candidate, number = f"{base}-{number}", number + 1
    return candidate
