"""The admin in the project's name, reached through the normal sign-in."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from core.requests import own_path


class AdminSite(admin.AdminSite):
    site_header = "Waymark"
    site_title = "Waymark admin"
    index_title = "Catalogue and operations"
    site_url = "/"
    enable_nav_sidebar = True

    def password_change(self, request: HttpRequest, extra_context: object = None) -> Any:
        """One's password is changed where everybody's is."""
        return redirect("account_change_password")

    @method_decorator([never_cache, login_not_required])
    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """No second sign-in page with rules of its own: strangers go to the one, others hear no."""
        if request.user.is_authenticated:
            raise PermissionDenied
        target = own_path(request.GET.get("next", ""), reverse("admin:index"))
        return redirect_to_login(target, reverse("account_login"))
