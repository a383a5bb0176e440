"""The page on which builders edit their listing and see it as clients do."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services as people
from accounts.access import SignedInRequest
from accounts.forms import BuilderForm
from accounts.models import BuilderProfile
from accounts.roles import Role
from core.access import role_required
from core.errors import Refused
from marketplace import queries, services
from marketplace.card_cache import render_preview
from marketplace.first_steps import checklist_of
from marketplace.models import BuilderListing, Moderation, Specialisation
from marketplace.queries import BuilderCard
from marketplace.views.overview import own_profile


def _card(profile: BuilderProfile) -> BuilderCard | None:
    return next(iter(queries.cards_of(BuilderListing.objects.filter(pk=profile.pk))), None)


def _rendered(request: SignedInRequest, card: BuilderCard | None) -> dict[str, str]:
    """Returns the template variables of both cards."""
    return {} if card is None else dict(zip(("card", "plain_card"), render_preview(request, card), strict=True))


@role_required(Role.BUILDER)
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: SignedInRequest) -> HttpResponse:
    """Shows the form of the listing beside both cards, with the first steps, the pathways and the verification."""
    profile = own_profile(request)
    is_saving = request.POST.get("act") == "save"
    form = BuilderForm(request.POST if is_saving else None, instance=profile)
    if request.method == "POST" and (not is_saving or form.is_valid()):
        _change_listing(request, profile, form)
        return redirect("marketplace:listing")
    context = {
        "form": form,
        **_rendered(request, _card(profile)),
        "profile": profile,
        "moderation": Moderation.objects.filter(pk=profile.pk).first(),
        "checklist": checklist_of(profile),
        "specialisations": Specialisation.objects.filter(builder=profile)
        .select_related("pathway")
        .order_by("pathway__order"),
    }
    return render(request, "marketplace/listing.html", context, status=422 if form.errors else 200)


@role_required(Role.BUILDER)
@require_safe
def profile(request: SignedInRequest) -> HttpResponse:
    """Redirects from the former URL of the listing, which is still bookmarked."""
    return redirect("marketplace:listing")


@role_required(Role.BUILDER)
@require_POST
def preview(request: SignedInRequest) -> HttpResponse:
    """Renders both cards with the unsaved text of the form. Saves nothing."""
    profile = own_profile(request)
    form = BuilderForm(request.POST, instance=profile)
    form.is_valid()
    card = _card(profile)
    if card is not None:
        card.listing.headline = form.cleaned_data.get("headline", "") or "Your headline"
        card.listing.role_names = [str(role) for role in form.cleaned_data.get("roles", [])]
    return render(request, "marketplace/_cards.html", _rendered(request, card))


def _change_listing(request: SignedInRequest, profile: BuilderProfile, form: BuilderForm) -> None:
    act = request.POST.get("act", "")
    try:
        if act == "save":
            facts = dict(form.cleaned_data)
            people.set_builder_place(profile=profile, place=facts.pop("place"))
            people.update_builder(profile=profile, **facts)
            messages.success(request, "Saved. Your card and your page are updated.")
        elif act == "verify":
            services.request_verification(profile=profile)
            messages.success(request, "Request sent. Our support team will look at your profile and write to you.")
        elif act in ("pause", "resume"):
            services.set_pathway_active(
                profile=profile, pathway=request.POST.get("pathway", ""), is_active=act == "resume"
            )
            done = (
                "Resumed. New clients can find you on this pathway again."
                if act == "resume"
                else "Paused. Clients who are on it continue with you."
            )
            messages.success(request, done)
    except Refused as error:
        messages.error(request, error.sentence)
