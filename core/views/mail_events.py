"""The webhook at which a mail provider reports what became of emails."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.access import public


@public
@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def mail_events(request: HttpRequest) -> HttpResponseBase:
    """Takes in events of the provider that EMAIL_URL names, if it has a secret for them. Providers try HEAD first."""
    if not settings.MAIL_PROVIDER or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise Http404
    from core.mail_log.providers import events_view  # needs a package that is only there where it is used

    return events_view()(request)
