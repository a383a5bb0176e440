"""Asking for an address that takes a large file straight into the bucket."""

from __future__ import annotations

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from core import direct_uploads
from core.access import signed_in
from core.errors import Refused


@signed_in
@require_POST
def uploads(request: HttpRequest) -> JsonResponse:
    """Returns where the browser sends one file, and the token that it then sends with its form."""
    if not direct_uploads.are_possible():
        raise Http404
    size = request.POST.get("size", "")
    number = int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0
    try:
        answer = direct_uploads.begin(person=request.user, name=request.POST.get("name", ""), size=number)
    except Refused as refused:
        return JsonResponse({"error": refused.text}, status=refused.refusal.status)
    return JsonResponse(answer)
