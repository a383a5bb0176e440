"""The pages on which a builder, or an admin for the whole site, has other services told of events."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.roles import Role
from connections.outgoing import services
from connections.outgoing.forms import EndpointForm
from connections.outgoing.models import WebhookEndpoint, WebhookMessage
from connections.outgoing.sending import body_of
from connections.outgoing.sources import kind_choices
from core import clock
from core.access import role_required
from core.errors import Refused
from core.forms import add_refusal

allowed = role_required(Role.BUILDER, Role.ADMIN)
SHOWN = 50  # deliveries in the log


@require_safe
@allowed
def endpoints(request: SignedInRequest) -> HttpResponse:
    return render(
        request,
        "connections/webhooks.html",
        {
            "endpoints": WebhookEndpoint.objects.managed_by(request.user),
            "is_builder": Role.BUILDER in request.user.roles,
            "most": services.MOST_ENDPOINTS,
            "demo_page": f"{settings.SANDBOX_URL}/receiver/" if settings.DEMO and settings.SANDBOX_URL else "",
        },
    )


@allowed
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest) -> HttpResponse:
    """Adds an address. Its secret is shown only in the answer to the request that added it."""
    is_builder, is_admin = Role.BUILDER in request.user.roles, Role.ADMIN in request.user.roles
    form = EndpointForm(request.POST or None, may_choose_site=is_admin, is_builder=is_builder)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        owner = None if values.get("is_for_site") or not is_builder else request.user
        try:
            endpoint, secret = services.add_endpoint(
                owner=owner, address=values["address"], kinds=values["kinds"], by=request.user
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return _page(request, endpoint, secret=secret)
    return render(request, "connections/webhook_new.html", {"form": form}, status=422 if form.errors else 200)


@allowed
@require_http_methods(["GET", "HEAD", "POST"])
def endpoint(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows one endpoint with its log, and saves its address and kinds."""
    current = _managed(request, pk)
    if request.method != "POST":
        return _page(request, current)
    form = EndpointForm(request.POST)
    if form.is_valid():
        try:
            services.change_endpoint(
                endpoint=current,
                address=form.cleaned_data["address"],
                kinds=form.cleaned_data["kinds"],
                by=request.user,
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "Saved.")
            return redirect(current)
    return _page(request, current, form=form)


@allowed
@require_POST
def switch(request: SignedInRequest, pk: UUID) -> HttpResponse:
    current = _managed(request, pk)
    is_on = request.POST.get("is_on") == "1"
    services.switch(endpoint=current, is_on=is_on, by=request.user)
    messages.success(request, "Switched on." if is_on else "Switched off. Events are not sent until you switch it on.")
    return redirect(current)


@allowed
@require_POST
def rotate(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows a new secret, only in the answer to this request."""
    current = _managed(request, pk)
    secret = services.rotate_secret(endpoint=current, by=request.user)
    return _page(request, _managed(request, pk), secret=secret, is_new=False)


@allowed
@require_POST
def test(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Sends a test message while the person waits, for at most ten seconds, and shows what came back."""
    current = _managed(request, pk)
    outcome = services.send_test(endpoint=current)
    if outcome.is_delivered:
        messages.success(
            request, f"The test arrived: {current.host} answered {outcome.status} after {outcome.milliseconds} ms."
        )
    else:
        messages.error(request, f"The test did not arrive at {current.host}. {outcome.error}")
    return redirect(current)


@allowed
@require_POST
def replay(request: SignedInRequest, pk: UUID, delivery: UUID) -> HttpResponse:
    current = _managed(request, pk)
    again = get_object_or_404(WebhookMessage, endpoint=current, pk=delivery)
    try:
        services.replay(delivery=again, by=request.user)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, "The message is sent once more. Its result appears in the log.")
    return redirect(current)


@require_safe
@allowed
def delivery(request: SignedInRequest, pk: UUID, delivery: UUID) -> HttpResponse:
    """Shows one message: its attempts, and its body as it would be sent now."""
    current = _managed(request, pk)
    shown = get_object_or_404(WebhookMessage.objects.prefetch_related("tries"), endpoint=current, pk=delivery)
    body = body_of(shown)
    context = {"endpoint": current, "delivery": shown, "label": _label(shown), "body": body.decode() if body else ""}
    return render(request, "connections/webhook_delivery.html", context)


@allowed
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    current = _managed(request, pk)
    if request.method == "POST":
        services.delete_endpoint(endpoint=current, by=request.user)
        messages.success(request, f"The webhook to {current.host} is deleted.")
        return redirect("connections:webhooks")
    return render(request, "connections/webhook_delete.html", {"endpoint": current})


def _managed(request: SignedInRequest, pk: UUID) -> WebhookEndpoint:
    return get_object_or_404(WebhookEndpoint.objects.managed_by(request.user), pk=pk)


def _label(delivery: WebhookMessage) -> str:
    return dict(kind_choices()).get(delivery.kind, delivery.kind)


def _page(
    request: SignedInRequest,
    endpoint: WebhookEndpoint,
    *,
    form: EndpointForm | None = None,
    secret: str = "",
    is_new: bool = True,
) -> HttpResponse:
    recent = endpoint.deliveries.prefetch_related("tries")[:SHOWN]
    context = {
        "endpoint": endpoint,
        "form": form or EndpointForm(initial={"address": endpoint.address, "kinds": endpoint.kinds}),
        "deliveries": [(delivery, _label(delivery)) for delivery in recent],
        "secret": secret,
        "is_new": is_new,
        "is_rotating": endpoint.former_until is not None and clock.now() < endpoint.former_until,
    }
    answer = render(request, "connections/webhook.html", context, status=422 if form and form.errors else 200)
    if secret:
        answer["Cache-Control"] = "no-store"
    return answer
