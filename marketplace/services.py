"""Moderation of builders by staff, requests for verification, favourites, and pausing a pathway."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.models import BuilderProfile, User
from accounts.notifications import NewNotification, notify, notify_in_app
from accounts.queries import staff
from core import audit, clock
from core.errors import Refusal, Refused
from core.names import as_sentence
from marketplace import listings
from marketplace.models import Favourite, Moderation, Specialisation
from marketplace.rules import reason_for_builder


def set_embed_sites(*, profile: BuilderProfile, sites: list[str]) -> None:
    """Saves the sites whose pages may show the builder's times; an empty list lets every site show them."""
    profile.embed_sites = sites
    profile.save(update_fields=["embed_sites", "changed_at"])


@transaction.atomic
def request_verification(*, profile: BuilderProfile) -> Moderation:
    """Records that a builder asks to be verified and notifies staff; repeating it before a decision does nothing."""
    moderation = _lock_moderation(profile)
    if moderation.verified_at is not None:
        raise Refused(Refusal.INVALID_TRANSITION, "You are verified already.", allowed=[])
    if moderation.asked_at is None:
        moderation.asked_at = clock.now()
        moderation.save(update_fields=["asked_at", "changed_at"])
        for person in staff():
            notify_in_app(
                person,
                NewNotification(
                    "listing", f"verify:{profile.pk}:{moderation.asked_at:%Y%m%d%H%M%S}", f"{profile} asks to be verified",
                    profile.headline, f"{reverse('admin:marketplace_builderlisting_changelist')}?q={profile.slug}", "Look",
                ),
            )  # fmt: skip
    return moderation


@transaction.atomic
def verify(*, profile: BuilderProfile, by: User, is_verified: bool) -> None:
    """Verifies the builder, who is notified, or withdraws it."""
    moderation = _lock_moderation(profile)
    if (moderation.verified_at is not None) == is_verified:
        return
    moderation.verified_at, moderation.asked_at = (clock.now() if is_verified else None), None
    _save_decision(moderation, by, "verified" if is_verified else "no longer verified")
    if is_verified:
        notify(
            profile.user,
            NewNotification(
                kind="listing",
                event=f"verified:{profile.pk}:{moderation.verified_at:%Y%m%d%H%M%S}",
                title="You are verified",
                text="Your card and your page say so from now on.",
                path=reverse("marketplace:listing"),
                call="See your card",
            ),
        )


@transaction.atomic
def feature(*, profile: BuilderProfile, by: User, is_featured: bool) -> None:
    moderation = _lock_moderation(profile)
    if (moderation.featured_at is not None) != is_featured:
        moderation.featured_at = clock.now() if is_featured else None
        _save_decision(moderation, by, "featured" if is_featured else "no longer featured")


@transaction.atomic
def hide(*, profile: BuilderProfile, by: User, reason: str) -> None:
    """Hides the builder everywhere and stops new bookings, and notifies them of the reason. Existing bookings stay."""
    builder = BuilderProfile.objects.select_for_update(no_key=True).get(pk=profile.pk)
    if builder.hidden_at is not None:
        return
    builder.hidden_at, builder.hidden_reason = clock.now(), reason_for_builder(reason)
    _save_visibility(builder, by, "hidden", reason)
    text = f"{as_sentence(builder.hidden_reason)} Write to us if this is wrong, or to find out more."
    contact = (reverse("core:contact"), "Write to support")
    _notify_builder(builder, "Your listing is hidden", text, builder.hidden_at, contact)


@transaction.atomic
def show(*, profile: BuilderProfile, by: User) -> None:
    builder = BuilderProfile.objects.select_for_update(no_key=True).get(pk=profile.pk)
    if builder.hidden_at is not None:
        before, builder.hidden_at, builder.hidden_reason = builder.hidden_at, None, ""
        _save_visibility(builder, by, "shown again")
        _notify_builder(builder, "Your listing is shown again", "", before)


@transaction.atomic
def set_favourite(*, person: User, profile: BuilderProfile, is_kept: bool) -> None:
    """Adds the builder to a person's favourites or removes them. Repeating it changes nothing."""
    if is_kept:
        Favourite.objects.bulk_create([Favourite(person=person, builder=profile)], ignore_conflicts=True)
    else:
        Favourite.objects.filter(person=person, builder=profile).delete()


@transaction.atomic
def set_pathway_active(*, profile: BuilderProfile, pathway: str, is_active: bool) -> None:
    """Sets whether the builder takes new clients on a pathway. Current clients continue."""
    Specialisation.objects.filter(builder=profile, pathway__slug=pathway).update(is_active=is_active)
    listings.refresh_soon(profile.pk)


def _lock_moderation(profile: BuilderProfile) -> Moderation:
    moderation, _ = Moderation.objects.select_for_update().get_or_create(builder=profile)
    return moderation


def _save_decision(moderation: Moderation, by: User, what: str) -> None:
    moderation.save()
    _record(moderation.builder, by, {"listing": what})


def _save_visibility(profile: BuilderProfile, by: User, what: str, reason: str = "") -> None:
    profile.save(update_fields=["hidden_at", "hidden_reason", "changed_at"])
    _record(profile, by, {"listing": what} | ({"reason": reason} if reason else {}))


def _record(profile: BuilderProfile, by: User, what: dict[str, str]) -> None:
    audit.record(actor=by, action="listing moderated", subject=profile, before=None, after=what)
    listings.refresh_soon(profile.pk)


def _notify_builder(
    profile: BuilderProfile, title: str, text: str, at: datetime, button: tuple[str, str] | None = None
) -> None:
    event = f"{title}:{profile.pk}:{at:%Y%m%d%H%M%S}"
    path, call = button or (reverse("marketplace:listing"), "See your listing")
    notify(profile.user, NewNotification("listing", event, title, text, path, call))
