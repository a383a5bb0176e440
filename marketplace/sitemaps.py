"""`/sitemap.xml` and `/robots.txt`, for search engines.

A nightly job writes the sitemaps into files, since with many builders one takes a second; until it has run for the first time,
they are made for each request.
"""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index, sitemap
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from core.access import public
from core.storage import SITEMAPS as FOLDER
from core.storage import private_files
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


def write_files() -> None:
    """Writes the index and each page of all sections, and deletes pages that no longer exist."""
    address = urlsplit(settings.SITE_URL)
    site, written = SimpleNamespace(domain=address.netloc), {_name("index", 1)}
    entries = []
    for section, kind in SECTIONS.items():
        sitemap_of = kind()
        for page in sitemap_of.paginator.page_range:
            urls = sitemap_of.get_urls(page=page, site=site, protocol=address.scheme)
            _write(_name(section, page), render_to_string("sitemap.xml", {"urlset": urls}))
            written.add(_name(section, page))
            location = f"{settings.SITE_URL}{reverse('marketplace:sitemap_section', args=[section])}"
            entries.append({"location": location if page == 1 else f"{location}?p={page}"})
    _write(_name("index", 1), render_to_string("sitemap_index.xml", {"sitemaps": entries}))
    for name in private_files.listdir(FOLDER)[1]:
        if name.endswith(".xml") and f"{FOLDER}/{name}" not in written:
            private_files.delete(f"{FOLDER}/{name}")


def _name(section: str, page: int) -> str:
    return f"{FOLDER}/{section}-{page}.xml"


def _write(name: str, text: str) -> None:
    private_files.replace(name, text.encode())


def _written(section: str, page: str) -> FileResponse | None:
    """Returns the file of the page, or None if there is none."""
    if section not in (*SECTIONS, "index") or not (page.isascii() and page.isdigit() and len(page) < 6):
        return None
    try:
        response = FileResponse(private_files.open(_name(section, int(page))), content_type="application/xml")
    except FileNotFoundError:
        return None
    response["X-Robots-Tag"] = "noindex, noodp, noarchive"  # as Django's sitemaps have
    return response


@public
@require_safe
@_cache_an_hour
def whole(request: HttpRequest) -> Any:
    return _written("index", "1") or index(request, SECTIONS, sitemap_url_name="marketplace:sitemap_section")


@public
@require_safe
@_cache_an_hour
def part(request: HttpRequest, section: str) -> Any:
    return _written(section, request.GET.get("p", "1")) or sitemap(request, SECTIONS, section=section)


@public
@require_safe
@_cache_an_hour
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in HIDDEN)]
    lines.append(f"Sitemap: {settings.SITE_URL}{reverse('marketplace:sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
