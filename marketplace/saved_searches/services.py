"""Saving a search, changing, pausing and deleting it, and whether a favourite notifies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.http import QueryDict

from accounts.models import BuilderProfile, User
from accounts.services import lock_person
from core import clock
from core.errors import Refusal, Refused
from marketplace.models import Favourite, SavedSearch
from marketplace.saved_searches.looking import look_for_favourite, look_for_search, reader

MOST_SEARCHES = 20
LONGEST_QUERY = 1000
TOO_LONG = "This search has too many filters to be saved."


@dataclass(frozen=True)
class SearchDetails:
    """What a person saves of a search: its filters, and the days and hours at which a time has to begin."""

    name: str
    query: str = ""
    weekdays: tuple[int, ...] = ()
    from_minute: int = 0
    to_minute: int = 24 * 60


@transaction.atomic
def save_search(*, person: User, details: SearchDetails) -> SavedSearch:
    """Saves a search, and remembers what is free now, which is no news. The same search again is the one saved before,
    which goes on if it was paused."""
    fields = _checked(details)
    lock_person(person.pk)
    own = SavedSearch.objects.filter(person=person)
    same = own.filter(**{name: value for name, value in fields.items() if name != "name"}).first()
    if same is not None:
        return pause_search(saved=same, is_paused=False)
    if own.count() >= MOST_SEARCHES:
        raise Refused(Refusal.INVALID, f"You can save up to {MOST_SEARCHES} searches. Delete one of them first.")
    saved = SavedSearch.objects.create(person=person, **fields)
    look_for_search(saved.pk, clock.now())
    saved.refresh_from_db()
    return saved


@transaction.atomic
def change_search(*, saved: SavedSearch, details: SearchDetails) -> SavedSearch:
    """Changes a search. What is free by its new filters is no news; a new name alone changes nothing else."""
    fields, saved = _checked(details), _locked(saved)
    is_other = any(getattr(saved, name) != value for name, value in fields.items() if name != "name")
    for name, value in fields.items():
        setattr(saved, name, value)
    if is_other:
        return _look_afresh(saved)
    saved.save(update_fields=["name", "changed_at"])
    return saved


@transaction.atomic
def pause_search(*, saved: SavedSearch, is_paused: bool) -> SavedSearch:
    """Pauses a search or goes on with it. What opened up meanwhile is no news."""
    saved = _locked(saved)
    if (saved.paused_at is not None) != is_paused:
        saved.paused_at = clock.now() if is_paused else None
        _look_afresh(saved)
    return saved


def _locked(saved: SavedSearch) -> SavedSearch:
    """Returns the search as it is now, locked, so that one that was deleted meanwhile does not come back."""
    row = SavedSearch.objects.select_for_update(of=("self",)).select_related("person").filter(pk=saved.pk).first()
    if row is None:
        raise Refused(Refusal.NOT_FOUND)
    return row


def delete_search(*, saved: SavedSearch) -> None:
    saved.delete()


@transaction.atomic
def set_notifies(*, person: User, profile: BuilderProfile, notifies: bool) -> None:
    """Sets whether the person is told when the builder has time again, who becomes a favourite with that."""
    favourite = Favourite.objects.filter(person=person, builder=profile).first()
    if favourite is None:
        if not notifies:
            return
        Favourite.objects.bulk_create([Favourite(person=person, builder=profile)], ignore_conflicts=True)
    rows = Favourite.objects.filter(person=person, builder=profile).exclude(notifies=notifies)
    if rows.update(notifies=notifies, seen=[], seen_until=None) and notifies:
        look_for_favourite(Favourite.objects.get(person=person, builder=profile).pk, clock.now())


def _look_afresh(saved: SavedSearch) -> SavedSearch:
    saved.seen, saved.seen_until = {}, None
    saved.save()
    saved.notices.filter(told_at=None).delete()
    look_for_search(saved.pk, clock.now())
    saved.refresh_from_db()
    return saved


def _checked(details: SearchDetails) -> dict[str, Any]:
    """Returns the values of the columns; raises Refused for what cannot be saved."""
    problems: dict[str, list[str]] = {}
    name = " ".join(details.name.split())
    if not name or len(name) > 80:
        problems["name"] = ["Enter a name of up to 80 characters."]
    query = ""
    if len(details.query) > LONGEST_QUERY:
        problems["query"] = [TOO_LONG]
    else:
        query = reader().kept_query(parameters_of(details.query))
        if len(query) > LONGEST_QUERY:  # longer than it was typed, because letters are escaped
            problems["query"] = [TOO_LONG]
    if not all(0 <= day <= 6 for day in details.weekdays):
        problems["weekdays"] = ["Days are numbers from 0 for Monday to 6 for Sunday."]
    if not 0 <= details.from_minute < details.to_minute <= 24 * 60:
        problems["to_minute"] = ["This must be after the start."]
    if problems:
        raise Refused(Refusal.INVALID, fields=problems)
    return {
        "name": name,
        "query": query,
        "weekdays": sorted(set(details.weekdays)),
        "from_minute": details.from_minute,
        "to_minute": details.to_minute,
    }


def parameters_of(query: str) -> QueryDict:
    """Returns the parameters in the address of a search; none where there are too many, or they cannot be read."""
    try:
        return QueryDict(query[:LONGEST_QUERY])
    except (SuspiciousOperation, UnicodeError):
        return QueryDict()


def details_of(saved: SavedSearch, **changes: Any) -> SearchDetails:
    """Returns the details of a search with some of them changed."""
    present: Mapping[str, Any] = {
        "name": saved.name,
        "query": saved.query,
        "weekdays": tuple(saved.weekdays),
        "from_minute": saved.from_minute,
        "to_minute": saved.to_minute,
    }
    return SearchDetails(**{**present, **changes})
