"""The home page, search results, profiles, sitemaps and favourites."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import BuilderProfile, User
from bookings.models import Booking, PlannedSession
from core.registry import DemoPlan, demo_seeders, integrity_findings
from core.storage import private_files
from marketplace import listings, sitemaps
from marketplace.queries import top_builders
from tests.cast import make_builder_person
from tests.files import stored_names
from tests.scheduling.cast import free_session, rates

pytestmark = pytest.mark.django_db


def test_home_shows_pathways_and_builders(client: Client, ada: User) -> None:
    page = client.get("/").content.decode()

    assert all(name in page for name in ("Accelerate", "Pivot", "Play", "Ada Moreno"))


def test_home_reads_only_the_builders_that_it_shows(ada: User) -> None:
    """An index has the listings in the order of the page, so that PostgreSQL need not sort all of them."""
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as captured:
        top_builders()
        # With so few rows it would read or sort all of them, unless there is no other way.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {captured.captured_queries[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "listing_at_home" in plan
    assert "Sort" not in plan


def test_home_works_without_builders(client: Client) -> None:
    assert "Builders that people come back to" not in client.get("/").content.decode()


@pytest.mark.parametrize("builders", [1, 30])
@pytest.mark.parametrize(("address", "queries"), [("/", 3), ("/builders/", 4), ("/pathways/", 1)])
def test_pages_have_a_constant_number_of_queries(
    client: Client, builders: int, address: str, queries: int, django_assert_num_queries: Any
) -> None:
    for number in range(builders):
        make_builder_person(f"Builder {number:02}")

    client.get(address)  # caches the flags

    with django_assert_num_queries(queries):
        client.get(address)


def test_the_filters_show_what_is_chosen_and_what_is_wrong(client: Client) -> None:
    """The panel is kept as ready HTML, one for each combination of values."""
    plain, evening, wrong = (
        client.get(f"/builders/{query}").content.decode() for query in ("", "?time=evening", "?time=odd&max_rate=x")
    )
    assert '<option value="evening">' in plain
    assert '<option value="evening" selected>' in evening
    assert "field--wrong" in wrong
    assert client.get("/builders/").content.decode().count("field--wrong") == 0
    assert 'value="25.5"' in client.get("/builders/?max_rate=25.5").content.decode()
    assert 'value="25.5"' not in client.get("/builders/").content.decode()


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("first app", True),
        ("APP coach", True),
        ("ada", True),
        ("care", True),
        ("mixing", False),
        ("%", False),
        ("_", False),
    ],
)
def test_search_matches_words_of_the_profile(client: Client, ada: User, words: str, is_found: bool) -> None:
    page = client.get("/builders/", {"q": words}).content.decode()

    assert ("Ada Moreno" in page) is is_found


def test_an_empty_result_links_to_all_builders(client: Client, ada: User) -> None:
    page = client.get("/builders/", {"q": "zither"}).content.decode()

    assert "Nobody for “zither”" in page
    assert "Show all builders" in page


def test_search_words_are_escaped(client: Client) -> None:
    page = client.get("/builders/", {"q": "<script>alert(1)</script>"}).content.decode()

    assert "<script>alert" not in page


def test_the_link_to_the_next_page_keeps_the_search(client: Client) -> None:
    for number in range(13):
        make_builder_person(f"Singer {number:02}")

    first = client.get("/builders/", {"q": "singer"}).content.decode()
    link = re.search(r'href="(\?q=singer&amp;after=[^"]+)"', first)
    assert link
    second = client.get(f"/builders/{unescape(link[1])}").content.decode()
    shown = [set(re.findall(r"Singer \d\d", page)) for page in (first, second)]

    assert [len(names) for names in shown] == [12, 1]
    assert len(shown[0] | shown[1]) == 13
    assert "13 builders" in first
    assert client.get("/builders/", {"after": "nonsense"}).status_code == 200


def test_hidden_and_inactive_builders_are_not_shown(client: Client, ada: User) -> None:
    BuilderProfile.objects.update(is_published=False)
    listings.recount()
    assert "Ada Moreno" not in client.get("/builders/").content.decode()
    assert client.get("/builders/ada-moreno/").status_code == 404

    BuilderProfile.objects.update(is_published=True)
    User.objects.update(is_active=False)
    listings.recount()
    assert client.get("/builders/ada-moreno/").status_code == 404
    assert "Ada Moreno" not in client.get("/builders/").content.decode()


def test_a_builders_text_is_escaped(client: Client) -> None:
    make_builder_person("Eve", headline="<b>bold</b>", bio="<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))")

    page = client.get("/builders/eve/").content.decode()

    assert "<b>bold" not in page
    assert "<img src=x" not in page


def test_structured_data_of_a_builder(client: Client) -> None:
    eve = make_builder_person("Eve", headline="</script><script>alert(1)</script>", bio="A & B")
    rates(eve)
    free_session(eve)

    page = client.get("/builders/eve/").content.decode()

    script = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert script
    person, service = json.loads(script[1])["@graph"]
    assert (person["name"], person["jobTitle"]) == ("Eve", "</script><script>alert(1)</script>")
    assert service["offers"][0]["price"] == "0.00"
    assert '<link rel="canonical" href="' in page
    assert "<script>alert" not in page


def test_the_sitemap_has_only_listed_builders(client: Client, ada: User) -> None:
    make_builder_person("Bo Builder")
    BuilderProfile.objects.filter(slug="bo-builder").update(is_published=False)
    listings.recount()

    assert "sitemap-builders.xml" in client.get("/sitemap.xml").content.decode()
    sitemap = client.get("/sitemap-builders.xml").content.decode()
    assert "/builders/ada-moreno/" in sitemap
    assert "bo-builder" not in sitemap
    assert "/pathways/play/" in client.get("/sitemap-pathways.xml").content.decode()
    assert client.get("/sitemap-secrets.xml").status_code == 404
    assert "Sitemap: " in client.get("/robots.txt").content.decode()


def test_favourites_are_added_listed_and_removed(cleos: Client, ada: User) -> None:
    assert "You have no favourites yet" in cleos.get("/me/favourites/").content.decode()
    for _ in range(2):
        cleos.post("/builders/ada-moreno/keep/", {"act": "keep"})
    assert "Remove from favourites" in cleos.get("/builders/ada-moreno/").content.decode()
    assert cleos.get("/me/favourites/").content.decode().count('href="/builders/ada-moreno/"') == 1

    BuilderProfile.objects.update(is_published=False)
    listings.recount()
    assert "You have no favourites yet" in cleos.get("/me/favourites/").content.decode()
    BuilderProfile.objects.update(is_published=True)
    listings.recount()
    cleos.post("/builders/ada-moreno/keep/", {"act": "forget"})
    assert "You have no favourites yet" in cleos.get("/me/favourites/").content.decode()


@pytest.mark.slow
def test_demo_data_can_be_seeded_twice(db: None) -> None:
    from core import clock

    plan = DemoPlan(builders=24, bookings=200, seed=7, now=clock.now())
    for _ in range(2):
        for seeder in demo_seeders():
            seeder(plan)

    assert (
        BuilderProfile.objects.exclude(user__email="nora@demo.test").count() == 24
    )  # she has applied, and prepares her page
    assert set(User.objects.filter(email__endswith="@demo.test").values_list("email", flat=True)) == {
        f"{name}@demo.test" for name in ("client", "builder", "admin", "support", "nora")
    }
    assert BuilderProfile.objects.get(slug="ada-moreno").user.timezone == "Europe/Berlin"
    adas = Booking.objects.filter(builder__email="builder@demo.test")
    assert {"PENDING", "CONFIRMED", "COMPLETED", "CANCELLED"} <= set(adas.values_list("state", flat=True))
    planned = PlannedSession.objects.exclude(booking=None).values("booking")  # the client's plan has its own bookings
    assert planned.count() == 3
    assert Booking.objects.exclude(pk__in=adas).exclude(pk__in=planned).count() == 200
    assert integrity_findings(clock.now()) == []


def test_the_nightly_sitemap_is_served_as_a_file(
    client: Client, ada: User, settings: Any, tmp_path: Path, django_assert_num_queries: Any
) -> None:
    settings.PRIVATE_ROOT = tmp_path
    made_now = [client.get(f"/sitemap{name}.xml") for name in ("", "-builders", "-pathways")]
    sitemaps.write_files()

    with django_assert_num_queries(0):
        written: list[Any] = [client.get(f"/sitemap{name}.xml") for name in ("", "-builders", "-pathways")]
    for before, after in zip(made_now, written, strict=True):
        text = b"".join(after.streaming_content)
        assert re.findall(rb"<loc>(.*?)</loc>", text) == re.findall(rb"<loc>(.*?)</loc>", before.content)
        assert after["Cache-Control"] == before["Cache-Control"]
        assert after["X-Robots-Tag"]
    assert client.get("/sitemap-secrets.xml").status_code == 404
    assert client.get("/sitemap-builders.xml?p=2").status_code == 404


def test_a_page_that_the_sitemap_no_longer_has_is_deleted(ada: User) -> None:
    private_files.save("sitemaps/builders-2.xml", ContentFile(b"old"))

    sitemaps.write_files()

    assert [name for name in stored_names() if name.startswith("private/sitemaps/")] == [
        "private/sitemaps/builders-1.xml",
        "private/sitemaps/index-1.xml",
        "private/sitemaps/pages-1.xml",
        "private/sitemaps/pathways-1.xml",
    ]
