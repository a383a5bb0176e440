"""`/api/bookings/{id}/deliverables`: files and links that a session results in."""

from __future__ import annotations

from ninja import Router, Status

from accounts.access import SignedInRequest
from bookings.api.access import as_builder, find, link, own_booking, wrong
from bookings.deliverables import services as deliverables
from bookings.deliverables.schemas import DeliverableAnswer, DeliverableOut, LinkIn
from core import uploads
from core.api import parsed

router = Router(tags=["Bookings"])


@router.post(
    "/bookings/{id}/deliverables",
    response={201: DeliverableAnswer},
    auth=own_booking,
    by_alias=True,
    summary="Add a deliverable",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": LinkIn.model_json_schema(by_alias=True)},
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "properties": {"file": {"type": "string", "format": "binary"}, "title": {"type": "string"}},
                    }
                },
            },
        }
    },
    operation_id="bookings_after_api_deliverable",
)
def deliverable(request: SignedInRequest, id: str) -> Status[DeliverableAnswer]:
    """A file (multipart) or a link (JSON), by the builder, while the session runs or once it is completed."""
    booking = find(request.user, id)
    by = as_builder(request.user, booking)
    if request.content_type == "multipart/form-data":
        sent = request.FILES.get("file")
        title = str(request.POST.get("title", ""))[:120]
        if sent is None or set(request.FILES) | set(request.POST) > {"file", "title"}:
            raise wrong("file", "Send one file, and its title if you like.")
        try:
            file = uploads.accepted(sent)
        except uploads.BadUpload as error:
            raise wrong("file", str(error)) from None
        added = deliverables.add(booking=booking, by=by, title=title, file=file)
    else:
        payload = parsed(request, LinkIn)  # not declared, as the endpoint takes two kinds of body
        added = deliverables.add(booking=booking, by=by, title=payload.title, url=link(payload.url))
    return Status(201, DeliverableAnswer(deliverable=DeliverableOut.of(added)))
