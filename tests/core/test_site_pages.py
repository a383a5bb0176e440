"""Tests the pages of text that admins edit."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.models import AuditEntry, SitePage

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "title"),
    [("/help/", "Help"), ("/contact/", "Contact us"), ("/privacy/", "Privacy"), ("/terms/", "Terms")],
)
def test_each_text_has_a_page_that_the_footer_links_to(client: Client, address: str, title: str) -> None:
    page = client.get(address).content.decode()

    assert f"<h1>{title}</h1>" in page
    assert f'href="{address}"' in page


def test_links_in_the_first_texts_lead_to_pages(cleos: Client) -> None:
    addresses = {part.split(")")[0] for page in SitePage.objects.all() for part in page.text.split("](")[1:]}

    assert addresses
    assert {address: cleos.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)


def test_the_contact_page_has_an_address_to_write_to(client: Client) -> None:
    assert 'href="mailto:hello@waymark.invalid"' in client.get("/contact/").content.decode()


def test_html_and_scripts_in_a_text_are_shown_as_text(client: Client) -> None:
    SitePage.objects.filter(pk="terms").update(
        text="## Rules\n\n<script>alert(1)</script> <img src=x onerror=alert(1)> [here](javascript:alert(1))"
    )

    page = client.get("/terms/").content.decode()
    text = page[page.index('<div class="prose') : page.index("Last updated on")]

    assert "<h2>Rules</h2>" in text
    assert "<script" not in text
    assert "<img" not in text
    assert "href" not in text


def test_an_admin_edits_a_text_and_the_change_is_audited(client: Client, alex: User) -> None:
    client.force_login(alex)
    address = reverse("admin:core_sitepage_change", args=["terms"])
    assert address in client.get("/terms/").content.decode()

    answer = client.post(address, {"title": "Our terms", "text": "Be kind."})

    assert answer.status_code == 302
    assert "<h1>Our terms</h1>" in client.get("/terms/").content.decode()
    assert AuditEntry.objects.filter(subject="core.sitepage:terms", actor=alex).exists()


def test_others_neither_edit_a_text_nor_see_the_link(client: Client, cleo: User, ada: User) -> None:
    for person in (None, cleo, ada):
        if person:
            client.force_login(person)
        assert "/admin/" not in client.get("/terms/").content.decode()


def test_pages_are_neither_added_nor_deleted(client: Client, alex: User) -> None:
    client.force_login(alex)

    assert client.get(reverse("admin:core_sitepage_add")).status_code == 403
    assert client.get(reverse("admin:core_sitepage_delete", args=["terms"])).status_code == 403
