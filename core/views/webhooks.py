"""The addresses that outside services send webhooks to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core import webhooks
from core.access import public


@public
@csrf_exempt  # the signature proves who sent it
@never_cache
@require_POST
def webhook(request: HttpRequest, source: str, reference: str = "") -> HttpResponse:
    """Answers 200 for what is stored, now or before, and 401 for what the service did not sign.

    404 for a source without a secret."""
    registered = webhooks.source_of(source)
    if registered is None:
        return HttpResponse("No such webhook.", status=404, content_type="text/plain")
    body = request.read(registered.most_bytes + 1)
    if len(body) > registered.most_bytes:
        return HttpResponse("That is too large.", status=413, content_type="text/plain")
    try:
        answer = webhooks.receive(registered, webhooks.Incoming(body, request.headers, reference[:100]))
    except webhooks.Rejected as rejected:
        return HttpResponse(f"{rejected}.", status=401, content_type="text/plain")
    return HttpResponse(status=200) if answer is None else JsonResponse(answer)
