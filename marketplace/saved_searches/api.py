"""`/api/saved-searches`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Body, Router, Status

from accounts.access import SignedInRequest
from core.api import SuccessBody, renamed_fields, signed_in
from marketplace.models import SavedSearch
from marketplace.saved_searches import services
from marketplace.saved_searches.schemas import (
    SavedSearchAnswer,
    SavedSearchChange,
    SavedSearchesAnswer,
    SavedSearchIn,
    SavedSearchOut,
    minute_of,
)
from marketplace.saved_searches.services import SearchDetails

router = Router(tags=["Saved searches"])
RENAMED = {"from_minute": "after", "to_minute": "before"}


@router.get("/saved-searches", response=SavedSearchesAnswer, auth=signed_in, by_alias=True, summary="My saved searches")
def my_saved_searches(request: SignedInRequest) -> SavedSearchesAnswer:
    """The oldest first; at most 20."""
    rows = SavedSearch.objects.filter(person=request.user)
    return SavedSearchesAnswer(saved_searches=[SavedSearchOut.of(saved) for saved in rows])


@router.post(
    "/saved-searches", response={201: SavedSearchAnswer}, auth=signed_in, by_alias=True, summary="Save a search"
)
def new_saved_search(request: SignedInRequest, payload: Body[SavedSearchIn]) -> Status[SavedSearchAnswer]:
    """Its owner is told when a time opens up that was not available before. The same search again is the one saved before."""
    with renamed_fields(**RENAMED):
        saved = services.save_search(person=request.user, details=SearchDetails(**_columns(payload.model_dump())))
    return Status(201, SavedSearchAnswer(saved_search=SavedSearchOut.of(saved)))


@router.patch(
    "/saved-searches/{uuid:id}",
    response=SavedSearchAnswer,
    auth=signed_in,
    by_alias=True,
    summary="Change a saved search",
)
def change_saved_search(request: SignedInRequest, id: UUID, payload: Body[SavedSearchChange]) -> SavedSearchAnswer:
    saved, named = _own(request, id), payload.named()
    is_paused = named.pop("paused", None)
    if named:
        with renamed_fields(**RENAMED):
            saved = services.change_search(saved=saved, details=services.details_of(saved, **_columns(named)))
    if is_paused is not None:
        saved = services.pause_search(saved=saved, is_paused=is_paused)
    return SavedSearchAnswer(saved_search=SavedSearchOut.of(saved))


@router.delete(
    "/saved-searches/{uuid:id}", response=SuccessBody, auth=signed_in, by_alias=True, summary="Delete a saved search"
)
def delete_saved_search(request: SignedInRequest, id: UUID) -> SuccessBody:
    services.delete_search(saved=_own(request, id))
    return SuccessBody()


def _own(request: SignedInRequest, id: UUID) -> SavedSearch:
    return get_object_or_404(SavedSearch.objects.select_related("person"), pk=id, person=request.user)


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    """Returns what was sent under the names of the columns."""
    columns = {name: value for name, value in values.items() if name not in ("after", "before", "weekdays")}
    if "weekdays" in values:
        columns["weekdays"] = tuple(values["weekdays"])
    if "after" in values:
        columns["from_minute"] = minute_of(values["after"])
    if "before" in values:
        columns["to_minute"] = minute_of(values["before"])
    return columns
