"""The admin site under Waymark's name, which uses the normal sign-in page."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache

from core.admin_lists import PlainList, download_as_csv
from core.requests import own_path


class AdminSite(admin.AdminSite):
    site_header = "Waymark"
    site_title = "Waymark admin"
    index_title = "Catalogue and operations"
    site_url = "/"
    enable_nav_sidebar = False  # it would take a fifth of the page from the columns of lists

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.add_action(download_as_csv)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Returns all models that the person may see, looked up when a page shows them: every page has them in its context."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Registers the admin of a model with what all lists have, whoever wrote it (`core.admin_lists`)."""
        base = admin_class or admin.ModelAdmin
        if not issubclass(base, PlainList):
            base = type(base.__name__, (PlainList, base), {"__module__": base.__module__, "__doc__": base.__doc__})
        super().register(model_or_iterable, base, **options)

    def password_change(self, request: HttpRequest, extra_context: object = None) -> Any:
        """Redirects to the account page for changing the password."""
        return redirect("account_change_password")

    @method_decorator([never_cache, login_not_required])
    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """Redirects to the normal sign-in page; people who are signed in but may not enter the admin get a 403."""
        if request.user.is_authenticated:
            raise PermissionDenied
        target = own_path(request.GET.get("next", ""), reverse("admin:index"))
        return redirect_to_login(target, reverse("account_login"))
