"""What can happen to people: roles granted and revoked, profiles made, tokens issued."""

from __future__ import annotations

import unicodedata

from django.db import transaction
from django.utils.text import slugify

from accounts.models import BuilderProfile, RoleGrant, User
from accounts.roles import Role
from core import clock
from core.errors import Refusal, Refused


@transaction.atomic
def grant(*, user: User, role: Role, by: User | None, reason: str) -> RoleGrant:
    """Gives a role; harmless when it is held already. `by` is None for the system."""
    held = RoleGrant.objects.live().filter(user=user, role=role).first()
    if held:
        return held
    user.__dict__.pop("roles", None)
    return RoleGrant.objects.create(user=user, role=role, granted_by=by, reason=reason)


@transaction.atomic
def revoke(*, user: User, role: Role, by: User | None, reason: str) -> None:
    """Takes a role away and keeps the row; the last admin cannot lose theirs."""
    live = RoleGrant.objects.live().select_for_update().filter(role=role)
    holders = {held.user_id: held for held in live}
    if user.pk not in holders:
        return
    if role == Role.ADMIN and len(holders) == 1:
        raise Refused(Refusal.LAST_ADMIN)
    held = holders[user.pk]
    held.revoked_at, held.revoked_by, held.revoke_reason = clock.now(), by, reason
    held.save(update_fields=["revoked_at", "revoked_by", "revoke_reason", "changed_at"])
    user.__dict__.pop("roles", None)


@transaction.atomic
def make_builder(*, user: User, headline: str, bio: str, by: User | None, reason: str) -> BuilderProfile:
    """Gives the builder role and the public profile that goes with it."""
    grant(user=user, role=Role.BUILDER, by=by, reason=reason)
    profile, _ = BuilderProfile.objects.get_or_create(
        user=user,
        defaults={
            "slug": free_slug(user.display_name),
            "headline": headline,
            "bio": bio,
            "sort_name": sort_name(user.display_name),
        },
    )
    return profile


@transaction.atomic
def update_person(*, user: User, display_name: str, timezone: str) -> User:
    """Changes what a person says of themselves."""
    user.display_name, user.timezone = display_name, timezone
    user.save(update_fields=["display_name", "timezone", "changed_at"])
    BuilderProfile.objects.filter(user=user).update(sort_name=sort_name(display_name))
    return user


@transaction.atomic
def update_builder(*, profile: BuilderProfile, headline: str, bio: str, is_published: bool) -> BuilderProfile:
    profile.headline, profile.bio, profile.is_published = headline, bio, is_published
    profile.save(update_fields=["headline", "bio", "is_published", "changed_at"])
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
