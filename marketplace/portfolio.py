"""A builder's portfolio: pieces are added, told about, put in order, taken away, and looked at by staff."""

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
from core import audit, clock
from core.errors import Refusal, Refused
from core.images import Picture
from core.ordering import put_in_order
from marketplace.models import PortfolioAsset

MOST = 24
REVIEWED = ["reviewed_at", "hidden_at", "hidden_reason", "changed_at"]


@dataclass(frozen=True)
class PieceText:
    """What is said about a piece."""

    title: str
    alt: str = ""
    description: str = ""


def by_builders(builders: Sequence[UUID]) -> dict[UUID, list[PortfolioAsset]]:
    """What visitors see of each of them: one query."""
    pieces: dict[UUID, list[PortfolioAsset]] = {pk: [] for pk in builders}
    for piece in PortfolioAsset.objects.shown().filter(builder__in=builders):
        pieces[piece.builder_id].append(piece)
    return pieces


def seen_by(person: Any) -> Q:
    """Pieces that are shown by builders who may be found; one's own and, for staff, all of them."""
    shown = Q(hidden_at=None, builder__in=BuilderProfile.objects.public())
    if not person.is_authenticated:
        return shown
    return Q() if person.is_staff else shown | Q(builder=person.pk)


@transaction.atomic
def add_link(*, profile: BuilderProfile, text: PieceText, url: str) -> PortfolioAsset:
    return _added(
        PortfolioAsset(builder=profile, kind=PortfolioAsset.Kind.VIDEO, url=url, position=_place(profile)), text
    )


@transaction.atomic
def add_picture(
    *, profile: BuilderProfile, text: PieceText, large: Picture, small: Picture, name: str
) -> PortfolioAsset:
    piece = PortfolioAsset(
        builder=profile, kind=PortfolioAsset.Kind.IMAGE, position=_place(profile), width=large.width, height=large.height,
        name=name[:120], size=large.content.size,
    )  # fmt: skip
    piece.file.save("large.webp", large.content, save=False)
    piece.small.save("small.webp", small.content, save=False)
    return _added(piece, text)


@transaction.atomic
def add_file(*, profile: BuilderProfile, text: PieceText, file: Any, is_audio: bool) -> PortfolioAsset:
    kind = PortfolioAsset.Kind.AUDIO if is_audio else PortfolioAsset.Kind.FILE
    piece = PortfolioAsset(
        builder=profile, kind=kind, position=_place(profile), file=file, name=file.name[:120], size=file.size
    )
    return _added(piece, text)


def _place(profile: BuilderProfile) -> int:
    """At the end, unless there are too many: asked before a file is written."""
    own = _own(profile)
    if len(own) >= MOST:
        raise Refused(Refusal.INVALID, fields={"title": [f"A portfolio has {MOST} pieces at most. Remove one first."]})
    return max((piece.position for piece in own), default=-1) + 1


def _added(piece: PortfolioAsset, text: PieceText) -> PortfolioAsset:
    piece.title, piece.alt, piece.description = text.title, text.alt, text.description
    piece.save()
    return piece


@transaction.atomic
def tell_about(*, piece: PortfolioAsset, text: PieceText) -> None:
    """Other words, which staff look at again."""
    _lock(piece)
    piece.title, piece.alt, piece.description, piece.reviewed_at = text.title, text.alt, text.description, None
    piece.save(update_fields=["title", "alt", "description", "reviewed_at", "changed_at"])


@transaction.atomic
def reorder(*, profile: BuilderProfile, order: Sequence[UUID]) -> None:
    """The named ones first, in that order; others keep theirs behind them."""
    own = put_in_order(_own(profile), order)
    PortfolioAsset.objects.bulk_update(own, ["position"])


@transaction.atomic
def remove(*, piece: PortfolioAsset) -> None:
    """With its files, once it is certain."""
    files = [file for file in (piece.file, piece.small) if file]
    piece.delete()
    for file in files:
        transaction.on_commit(partial(file.delete, save=False))


def _own(profile: BuilderProfile) -> list[PortfolioAsset]:
    """Locked together, by the builder: two that add at once get two places."""
    BuilderProfile.objects.select_for_update(no_key=True).get(pk=profile.pk)
    return list(PortfolioAsset.objects.filter(builder=profile))


def _lock(piece: PortfolioAsset) -> PortfolioAsset:
    """The piece as it is now, locked; refused once it is removed."""
    current = PortfolioAsset.objects.select_for_update().filter(pk=piece.pk).first()
    if current is None:
        raise Refused(Refusal.NOT_FOUND)
    return current


# What staff do -----------------------------------------------------------------------------------------------


@transaction.atomic
def pass_review(*, piece: PortfolioAsset, by: User) -> None:
    """Looked at, and nothing wrong with it; shown again where it was taken down."""
    was_hidden = _lock(piece).hidden_at is not None
    piece.reviewed_at, piece.hidden_at, piece.hidden_reason = clock.now(), None, ""
    piece.save(update_fields=REVIEWED)
    audit.record(actor=by, action="portfolio piece passed", subject=piece, before=None, after=None)
    if was_hidden:
        _tell_builder(piece, f"“{piece.title}” is shown again", "")


@transaction.atomic
def take_down(*, piece: PortfolioAsset, by: User, reason: str) -> None:
    """Nobody but its builder and staff sees it any more, and the builder is told why."""
    if _lock(piece).hidden_at is not None:
        return
    if not reason.strip():
        raise Refused(Refusal.INVALID, fields={"reason": ["Say why: the builder reads it."]})
    piece.hidden_at, piece.hidden_reason = clock.now(), reason.strip()[:500]
    piece.reviewed_at = piece.hidden_at
    piece.save(update_fields=REVIEWED)
    audit.record(actor=by, action="portfolio piece taken down", subject=piece, before=None, after={"reason": reason})
    _tell_builder(piece, f"“{piece.title}” is taken down", piece.hidden_reason)


def _tell_builder(piece: PortfolioAsset, title: str, text: str) -> None:
    event = f"piece:{piece.pk}:{piece.reviewed_at:%Y%m%d%H%M%S}"
    notify(
        piece.builder.user,
        NewNotification("listing", event, title, text, reverse("marketplace:portfolio"), "See your portfolio"),
    )
