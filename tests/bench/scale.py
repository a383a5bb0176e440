"""Pages of builders, clients and staff beside 200,000 bookings, and the sitemap: the 95th percentile of each."""

from __future__ import annotations

import re

from django.test import Client

from accounts.models import User
from marketplace import sitemaps
from tests.bench import insights

BOOKINGS = 200_000
DASHBOARD_BOUND, ADMIN_BOUND, SITEMAP_BOUND, LIST_BOUND = 0.050, 0.060, 0.050, 0.060
PAGES_ON = 20  # in the list of past bookings, where each page is found by a key and takes as long as any other
DEEP = 1000  # the number of a page of the admin
ADMIN = {
    "search for a reference": "/admin/bookings/booking/?q=wm-222",
    "search for a name": "/admin/bookings/booking/?q=park",
    "reservations": "/admin/scheduling/reservation/",
}


def everything(bookings: int = BOOKINGS) -> None:
    insights.fill(bookings)
    ada, staff = (User.objects.get(email=f"{name}@demo.test") for name in ("builder", "admin"))
    print("pages beside all these bookings")
    insights.page("the dashboard", ada, "/dashboard/", DASHBOARD_BOUND)
    insights.page(f"page {PAGES_ON} of past bookings", ada, _further_on(ada), DASHBOARD_BOUND)
    for name, address in ADMIN.items():
        insights.page(f"the admin's {name}", staff, address, ADMIN_BOUND)
    number = min(DEEP, bookings // 100)
    insights.page(f"the admin's page {number} of bookings", staff, f"/admin/bookings/booking/?p={number}", ADMIN_BOUND)


def sitemap_of_all_builders() -> None:
    """Measures the sitemap as the nightly job leaves it. Runs beside the marketplace with 100,000 builders."""
    sitemaps.write_files()
    staff = User.objects.get(email="admin@demo.test")
    insights.page("the sitemap of 10,000 builders", staff, "/sitemap-builders.xml", SITEMAP_BOUND)


def _further_on(builder: User) -> str:
    """Returns the address of a page that many pages on."""
    client = Client()
    client.force_login(builder)
    address = first = "/dashboard/bookings/?show=past"
    for _ in range(PAGES_ON):
        match = re.search(r'[?&;]after=([^"&]+)', client.get(address).content.decode())
        assert match, address
        address = f"{first}&after={match[1]}"
    return address
