"""Adding, describing, ordering and removing pieces of a builder's portfolio, and their review by staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from accounts.models import BuilderProfile, User
from accounts.notifications import NewNotification, notify
from bookings.deliverables.builder_files import BuilderFile, copy_of
from core import audit, clock
from core.compiled import CompiledQuery
from core.errors import Refusal, Refused
from core.images import Picture
from core.names import as_sentence
from core.ordering import put_in_order
from core.uploads import check_space
from marketplace.models import PortfolioAsset
from marketplace.rules import reason_for_builder

MAX_PIECES = 24
SIDES = (1600, 640)  # pixels of the longer side of a picture, large and small
_shown = CompiledQuery(lambda builder: PortfolioAsset.objects.shown().filter(builder=builder))
REVIEW_FIELDS = ["reviewed_at", "hidden_at", "hidden_reason", "changed_at"]


@dataclass(frozen=True)
class PieceText:
    """Title, alternative text and description of a piece."""

    title: str
    alt: str = ""
    description: str = ""


def shown_pieces(builder: UUID) -> list[PortfolioAsset]:
    """Returns the visible pieces of the builder. One query."""
    return _shown.rows(builder)


def visible_to(person: Any) -> Q:
    """Filters the pieces that this person may see: visible ones of public builders, their own, and all for staff."""
    shown = Q(hidden_at=None, builder__in=BuilderProfile.objects.public())
    if not person.is_authenticated:
        return shown
    return Q() if person.is_staff else shown | Q(builder=person.pk)


@transaction.atomic
def add_link(*, profile: BuilderProfile, text: PieceText, url: str) -> PortfolioAsset:
    return _save_new(
        PortfolioAsset(builder=profile, kind=PortfolioAsset.Kind.VIDEO, url=url, position=_next_position(profile)), text
    )


@transaction.atomic
def add_picture(
    *, profile: BuilderProfile, text: PieceText, large: Picture, small: Picture, name: str
) -> PortfolioAsset:
    piece = PortfolioAsset(
        builder=profile, kind=PortfolioAsset.Kind.IMAGE, position=_next_position(profile), width=large.width, height=large.height,
        name=name[:120], size=large.content.size + small.content.size,
    )  # fmt: skip
    check_space(profile.user, large.content, small.content)
    piece.file.save("large.webp", large.content, save=False)
    piece.small.save("small.webp", small.content, save=False)
    return _save_new(piece, text)


@transaction.atomic
def add_file(*, profile: BuilderProfile, text: PieceText, file: Any, is_audio: bool) -> PortfolioAsset:
    kind = PortfolioAsset.Kind.AUDIO if is_audio else PortfolioAsset.Kind.FILE
    position = _next_position(profile)
    check_space(profile.user, file)
    piece = PortfolioAsset(
        builder=profile, kind=kind, position=position, file=file, name=file.name[:120], size=file.size
    )
    return _save_new(piece, text)


def _next_position(profile: BuilderProfile) -> int:
    """Returns the position after the last piece; refuses if the portfolio is full. Called before a file is written."""
    pieces = _lock_pieces(profile)
    if len(pieces) >= MAX_PIECES:
        raise Refused(
            Refusal.INVALID, fields={"title": [f"A portfolio has {MAX_PIECES} pieces at most. Remove one first."]}
        )
    return max((piece.position for piece in pieces), default=-1) + 1


def _save_new(piece: PortfolioAsset, text: PieceText) -> PortfolioAsset:
    piece.title, piece.alt, piece.description = text.title, text.alt, text.description
    piece.save()
    return piece


@transaction.atomic
def describe(*, piece: PortfolioAsset, text: PieceText) -> None:
    """Changes the texts of a piece, which staff then review again."""
    _lock(piece)
    piece.title, piece.alt, piece.description, piece.reviewed_at = text.title, text.alt, text.description, None
    piece.save(update_fields=["title", "alt", "description", "reviewed_at", "changed_at"])


@transaction.atomic
def reorder(*, profile: BuilderProfile, order: Sequence[UUID]) -> None:
    """Puts the given pieces first, in that order; the others keep theirs after them."""
    pieces = put_in_order(_lock_pieces(profile), order)
    PortfolioAsset.objects.bulk_update(pieces, ["position"])


@transaction.atomic
def remove(*, piece: PortfolioAsset) -> None:
    """Deletes the piece, and its files after commit."""
    files = [file for file in (piece.file, piece.small) if file]
    piece.delete()
    for file in files:
        transaction.on_commit(partial(file.delete, save=False))


def _lock_pieces(profile: BuilderProfile) -> list[PortfolioAsset]:
    """Returns the builder's pieces after locking the profile, so that two added at once get different positions."""
    BuilderProfile.objects.select_for_update(no_key=True).get(pk=profile.pk)
    return list(PortfolioAsset.objects.filter(builder=profile))


def _lock(piece: PortfolioAsset) -> PortfolioAsset:
    """Returns the piece as it is now, locked; refuses if it has been removed."""
    current = PortfolioAsset.objects.select_for_update().filter(pk=piece.pk).first()
    if current is None:
        raise Refused(Refusal.NOT_FOUND)
    return current


# Review by staff -----------------------------------------------------------------------------------------------


@transaction.atomic
def pass_review(*, piece: PortfolioAsset, by: User) -> None:
    """Marks the piece as reviewed. One that was taken down is shown again, and its builder is notified."""
    was_hidden = _lock(piece).hidden_at is not None
    piece.reviewed_at, piece.hidden_at, piece.hidden_reason = clock.now(), None, ""
    piece.save(update_fields=REVIEW_FIELDS)
    audit.record(actor=by, action="portfolio piece passed", subject=piece, before=None, after=None)
    if was_hidden:
        _notify_builder(piece, f"“{piece.title}” is shown again", "")


@transaction.atomic
def take_down(*, piece: PortfolioAsset, by: User, reason: str) -> None:
    """Hides the piece from everybody but its builder and staff, and notifies the builder of the reason."""
    if _lock(piece).hidden_at is not None:
        return
    piece.hidden_at, piece.hidden_reason = clock.now(), reason_for_builder(reason)
    piece.reviewed_at = piece.hidden_at
    piece.save(update_fields=REVIEW_FIELDS)
    audit.record(actor=by, action="portfolio piece taken down", subject=piece, before=None, after={"reason": reason})
    text = f"{as_sentence(piece.hidden_reason)} Write to us if this is wrong, or to find out more."
    _notify_builder(piece, f"“{piece.title}” is taken down", text, (reverse("core:contact"), "Write to support"))


def _notify_builder(piece: PortfolioAsset, title: str, text: str, button: tuple[str, str] | None = None) -> None:
    path, call = button or (reverse("marketplace:portfolio"), "See your portfolio")
    event = f"piece:{piece.pk}:{piece.reviewed_at:%Y%m%d%H%M%S}"
    notify(piece.builder.user, NewNotification("listing", event, title, text, path, call))


def file_to_deliver(builder: User, identity: UUID) -> BuilderFile | None:
    """Returns a piece of the builder's portfolio, to be added to a booking; None if they have none with this id."""
    piece = PortfolioAsset.objects.filter(pk=identity, builder=builder.pk).first()
    return BuilderFile(piece.title, piece.url, copy_of(piece.file, piece.name or piece.title)) if piece else None
