"""`/sitemap.xml` and `/robots.txt`, for search engines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index, sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from core.access import public
from marketplace.models import BuilderListing
from pathways.models import Pathway

HIDDEN = ("/account/", "/admin/", "/api/", "/book/", "/bookings/", "/dashboard/", "/me/", "/live/", "/demo/")


class PageSitemap(Sitemap[str]):
    def items(self) -> list[str]:
        return ["marketplace:home", "marketplace:discover", "pathways:overview", "pathways:welcome"]

    def location(self, item: str) -> str:
        return reverse(item)


class PathwaySitemap(Sitemap[Pathway]):
    def items(self) -> QuerySet[Pathway]:
        return Pathway.objects.open()


class BuilderSitemap(Sitemap[BuilderListing]):
    limit = 10_000

    def items(self) -> QuerySet[BuilderListing]:
        return BuilderListing.objects.public().only("slug", "refreshed_at").order_by("builder_id")

    def lastmod(self, item: BuilderListing) -> datetime:
        return item.refreshed_at


SECTIONS: dict[str, Any] = {"pages": PageSitemap, "pathways": PathwaySitemap, "builders": BuilderSitemap}
_cache_an_hour = cache_control(public=True, max_age=3600)


@public
@require_safe
@_cache_an_hour
def whole(request: HttpRequest) -> Any:
    return index(request, SECTIONS, sitemap_url_name="marketplace:sitemap_section")


@public
@require_safe
@_cache_an_hour
def part(request: HttpRequest, section: str) -> Any:
    return sitemap(request, SECTIONS, section=section)


@public
@require_safe
@_cache_an_hour
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in HIDDEN)]
    lines.append(f"Sitemap: {settings.SITE_URL}{reverse('marketplace:sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
