"""Tests themes, partial pages, security headers and avatars."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from core.templatetags.waymark import ago, avatar


@pytest.mark.django_db
@pytest.mark.parametrize("theme", ["auto", "light", "dark", "terminal"])
def test_the_server_renders_the_chosen_theme(client: Client, theme: str) -> None:
    answer = client.post(reverse("core:theme"), {"theme": theme, "next": "/pathways/"})

    assert answer["Location"] == "/pathways/"
    assert f'data-theme="{theme}"' in client.get("/pathways/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "next_page",
    ["https://evil.test", "//evil.test", r"/\evil.test", "\t//evil.test", "javascript:alert(1)", "data:x", ""],
)
def test_choosing_a_theme_does_not_redirect_to_another_site(client: Client, next_page: str) -> None:
    assert client.post(reverse("core:theme"), {"theme": "dark", "next": next_page})["Location"] == "/"


@pytest.mark.django_db
def test_an_unknown_theme_changes_nothing(client: Client) -> None:
    assert "theme" not in client.post(reverse("core:theme"), {"theme": "<b>"}).cookies
    client.cookies["theme"] = '"><script>'
    assert 'data-theme="auto"' in client.get("/").content.decode()


@pytest.mark.django_db
def test_style_guide_and_demo_mail_do_not_exist_in_production(client: Client) -> None:
    with override_settings(DEMO=False):
        assert client.get(reverse("core:styleguide")).status_code == 404
        assert client.get(reverse("core:mail")).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/", "/account/login/", "/dashboard/", "/nothing/", "/api/me", "/healthz", "/admin/"]
)
def test_security_headers_are_on_every_answer(client: Client, address: str) -> None:
    answer = client.get(address)
    policy = answer["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_pages_of_signed_in_people_are_not_cached(client: Client, cleo: User) -> None:
    assert "no-store" not in client.get("/").get("Cache-Control", "")
    client.force_login(cleo)
    assert "no-store" in client.get("/")["Cache-Control"]


@pytest.mark.django_db
def test_a_partial_that_needs_sign_in_redirects_the_whole_page(client: Client) -> None:
    answer = client.get("/dashboard/", headers={"HX-Request": "true"})

    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/account/login/?next=/dashboard/"


@pytest.mark.django_db
def test_only_named_parts_of_a_page_can_be_requested(client: Client) -> None:
    part = client.get("/builders/", headers={"HX-Request": "true", "HX-Target": "results"})
    other = client.get("/builders/", headers={"HX-Request": "true", "HX-Target": "secrets"})

    assert b"<html" not in part.content
    assert b"<html" in other.content
    assert "HX-Request" in part["Vary"]
    assert "HX-Request" in other["Vary"]


@pytest.mark.parametrize(
    ("name", "initials"), [("Ada Moreno", "AM"), ("Ø", "Ø"), ("anna lisa berg", "AB"), ("", "?"), ("🙂 🙂", "?")]
)
def test_an_avatar_is_drawn_for_any_name(name: str, initials: str) -> None:
    drawing = avatar(name)

    assert f">{initials}</text>" in drawing
    assert drawing == avatar(name), "the same every time"


def test_a_name_is_escaped_in_an_avatar() -> None:
    page = Template("{% load waymark %}{% avatar name %}").render(Context({"name": "<script> x"}))

    assert "<script" not in page


@pytest.mark.parametrize(("seconds", "words"), [(3, "just now"), (61, "1 minute ago"), (7300, "2 hours, 1 minute ago")])
def test_ago_is_written_in_words(seconds: int, words: str) -> None:
    assert ago(datetime.now(UTC) - timedelta(seconds=seconds)).replace("\xa0", " ") == words
