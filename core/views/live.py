"""The stream of live events at `/live/`; a page opens one stream for all its topics."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.db import connections as databases
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from core import live
from core.access import public

MOST_TOPICS = 20


@public
@require_GET
async def stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Streams the events of the topics that this person may read; answers 204 for none, so that browsers do not retry."""
    requested = [topic for topic in request.GET.get("topics", "").split(",") if topic][:MOST_TOPICS]
    topics = await sync_to_async(_allowed)(request, requested)
    if not topics:
        return HttpResponse(status=204)
    response = StreamingHttpResponse(live.hub.stream(topics), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


def _allowed(request: HttpRequest, topics: list[str]) -> list[str]:
    try:
        return live.allowed(request.user, topics)
    finally:
        databases.close_all()  # a stream may stay open for hours and needs no database
