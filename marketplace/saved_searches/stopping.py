"""The signed links by which a mail says how to stop further ones. Opening one changes nothing: its page has a button, and mail
programs have their own, which sends the POST of RFC 8058."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from core import clock
from core.ids import parse_uuid
from marketplace.models import Favourite, LetterChoice, SavedSearch

SALT = "marketplace.stop"
LETTER, SEARCH, FAVOURITE, ALL = "letter", "search", "favourite", "openings"
LONGEST = 300


@dataclass(frozen=True)
class StoppedMail:
    """What a link stops: mails of one kind to one person, or about one of their searches or favourites."""

    kind: str
    person: Any  # their id
    row: Any = None  # of the saved search, or the builder of the favourite

    @property
    def sentence(self) -> str:
        """Says what happens, as the page and its button ask."""
        return {
            LETTER: "Stop the weekly letter",
            SEARCH: "Pause the notices of this saved search",
            FAVOURITE: "Stop the notices about this favourite",
            ALL: "Stop all notices about times that open up",
        }[self.kind]


def path_of(stopped: StoppedMail) -> str:
    parts = [stopped.kind, stopped.person.hex, stopped.row.hex if stopped.row else ""]
    return reverse("marketplace:stop", args=[signing.dumps(parts, salt=SALT)])


def address_of_stop(stopped: StoppedMail) -> str:
    return f"{settings.SITE_URL}{path_of(stopped)}"


def opened_stop(token: str) -> StoppedMail | None:
    """Returns what the link stops; None for one that was not signed here."""
    if len(token) > LONGEST:
        return None
    try:
        kind, person, row = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return StoppedMail(kind, parse_uuid(person), parse_uuid(row) if row else None)


@transaction.atomic
def stop(*, stopped: StoppedMail) -> None:
    """Stops the mails. Doing it again changes nothing, and what no longer exists is stopped already."""
    searches = SavedSearch.objects.filter(person=stopped.person, paused_at=None)
    favourites = Favourite.objects.filter(person=stopped.person, notifies=True)
    if stopped.kind == LETTER:
        for person in User.objects.filter(pk=stopped.person):
            LetterChoice.objects.update_or_create(person=person, defaults={"is_wanted": False})
    elif stopped.kind == SEARCH:
        searches.filter(pk=stopped.row).update(paused_at=clock.now())
    elif stopped.kind == FAVOURITE:
        favourites.filter(builder=stopped.row).update(notifies=False)
    else:
        searches.update(paused_at=clock.now())
        favourites.update(notifies=False)
