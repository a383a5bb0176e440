"""Tests that unreadable requests are refused, and others made safe, before any view reads them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from bookings.models import Draft, Project
from core.characters import FORBIDDEN, MARK, forbidden_at
from core.dates import parse_date, parse_instant
from core.forms import DateField
from core.handlers import Utf8WSGIRequest
from core.ids import parse_uuid
from core.requests import own_path
from core.uploads import clean_name
from tests.bookings.cast import free_shop
from tests.scheduling.cast import soon

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("character", ["\0", "\x08", "\x0b", "\x1b", "\x7f", "\x85", "\ud800"])
def test_characters_that_cannot_be_saved_are_forbidden(character: str) -> None:
    assert FORBIDDEN.search(character)


@pytest.mark.parametrize("character", ["\t", "\n", "\r", " ", "é", "\u200d", "\U0001f600"])
def test_other_characters_are_allowed(character: str) -> None:
    assert not FORBIDDEN.search(character)


def test_the_place_of_a_forbidden_character_in_json_is_returned() -> None:
    assert forbidden_at({"a": [{"b": "x"}, {"b": "\0"}]}, 5) == "a.1.b"
    assert forbidden_at({"a": "line\nline"}, 5) is None


def test_json_that_is_too_deep_is_refused_without_recursion() -> None:
    with pytest.raises(ValueError, match=r"^$"):
        forbidden_at([[["deep"]]], 2)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["a\0b", "page\x0cbreak"])
def test_a_form_shows_the_field_with_a_forbidden_character(cleos: Client, text: str) -> None:
    answer = cleos.post(reverse("bookings:new_project"), {"title": text})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This contains a character that cannot be saved." in page
    assert MARK in page, "it shows where the character was"
    assert not Project.objects.exists()


@pytest.mark.django_db
def test_line_breaks_and_tabs_in_text_are_kept(cleos: Client) -> None:
    cleos.post(reverse("bookings:new_project"), {"title": "App", "about": "One\r\n\ttwo"})

    assert Project.objects.get().about == "One\r\n\ttwo"


@pytest.mark.django_db
def test_invalid_text_typed_in_the_booking_form_is_kept_in_the_draft(ada: User, client: Client) -> None:
    session_type = free_shop(ada)
    start = soon().isoformat()
    details = reverse("bookings:details", args=["ada-moreno", session_type.pk])

    answer = client.post(details, {"start": start, "name": "Gwen\0", "email": "gwen@guests.test", "unknown": "x"})

    assert "This contains a character that cannot be saved." in answer.content.decode()
    assert Draft.objects.get().details == {"name": f"Gwen{MARK}", "email": "gwen@guests.test"}


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["q=%00", "q=a%1B", "%00=a", "q=%C2%85"])
def test_control_characters_in_a_query_string_are_answered_400(client: Client, query: str) -> None:
    assert client.get(f"/builders/?{query}").status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("cookie", ["session", "csrf", "visitor", "theme", "clock"])
def test_cookies_with_a_nul_are_ignored(client: Client, cookie: str) -> None:
    assert client.get("/", headers={"Cookie": f'{cookie}="\\000"'}).status_code == 200


@pytest.mark.django_db
def test_cookies_that_are_not_text_are_ignored(client: Client) -> None:
    assert client.get("/", headers={"Cookie": "theme=\xff\xfe\x80"}).status_code == 200


def test_a_request_can_be_created_with_any_declared_encoding(rf: RequestFactory) -> None:
    environ = rf.get("/").environ | {"CONTENT_TYPE": "text/plain; charset=base64"}

    assert Utf8WSGIRequest(environ).content_params == {"charset": "base64"}


@pytest.mark.django_db
def test_a_form_over_a_size_limit_is_answered_413(client: Client) -> None:
    assert client.post("/theme/", f"next={'a' * 3_000_000}", content_type=FORM).status_code == 413
    assert client.post("/theme/", "&".join(f"a{n}=" for n in range(1_500)), content_type=FORM).status_code == 413
    assert client.get("/builders/?" + "&".join(f"a{n}=" for n in range(1_500))).status_code == 413


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content_type",
    [f"{FORM}; charset=utf-16", "multipart/form-data", "multipart/form-data; boundary=é"],
)
def test_an_unreadable_form_is_answered_400(client: Client, content_type: str) -> None:
    assert client.generic("POST", "/theme/", b"--x", content_type=content_type).status_code == 400


@pytest.mark.django_db
def test_a_file_name_in_an_unknown_encoding_causes_no_server_error(client: Client) -> None:
    part = b"--x\r\nContent-Disposition: form-data; name=\"f\"; filename*=nonsense''a%00\r\n\r\nx\r\n--x--\r\n"

    assert client.post("/theme/", part, content_type="multipart/form-data; boundary=x").status_code < 500


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["..", "a b", "example.org:port", "[", "\xff"])
def test_an_invalid_host_is_answered_400(client: Client, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "NONSENSE"])
@pytest.mark.parametrize("address", ["/", "/builders/", "/theme/", "/account/login/", "/api/pathways"])
def test_no_method_causes_a_server_error(client: Client, method: str, address: str) -> None:
    assert client.generic(method, address).status_code < 500


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["Accept-Language", "Range", "If-Modified-Since", "If-None-Match", "Authorization", "Idempotency-Key",
             "User-Agent", "Referer", "X-Forwarded-For", "X-Request-ID", "HX-Request", "HX-Target", "HX-Current-URL",
             "Content-Length", "Accept", "Origin", "Content-Type"],
)  # fmt: skip
@pytest.mark.parametrize("value", ["a\0b", "é" * 300, "-1", "9" * 5_000, "[//]:x;q=nan,*", "Bearer \x00"])
def test_garbage_in_headers_causes_no_server_error(client: Client, name: str, value: str) -> None:
    for address in ("/", "/api/pathways", "/static/nothing.css"):
        assert client.get(address, headers={name: value}).status_code < 500
    answer = client.post("/api/bookings/create", b"{}", content_type="application/json", headers={name: value})
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "text", ["word", "//evil.test", "/\\evil.test", "https://evil.test/", "javascript:x", "", "//[", "/" + "a" * 3_000]
)
def test_only_paths_of_this_site_are_redirected_to(text: str) -> None:
    assert own_path(text, "/") == "/"


def test_a_path_of_this_site_keeps_its_query() -> None:
    assert own_path("/builders/?q=a#b", "/") == "/builders/?q=a#b"


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["word", "marketplace:home", "//[]x"])
def test_an_invalid_next_address_is_ignored(client: Client, text: str) -> None:
    assert client.get("/account/login/", {"next": text}).status_code == 200
    assert client.post("/theme/", {"theme": "dark", "next": text})["Location"] == "/"


@pytest.mark.parametrize(
    "text", ["0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31", "2026-02-30", "2026-W01", "x", ""]
)
def test_dates_that_are_out_of_range_or_malformed(text: str) -> None:
    assert parse_date(text) is None


def test_dates_and_instants_in_range() -> None:
    assert str(parse_date("1900-01-01")) == "1900-01-01"
    assert str(parse_instant("2200-12-31T23:00:00-01:00")) == "2201-01-01 00:00:00+00:00"
    assert parse_instant("2026-01-01T10:00:00") is None, "without an offset it is no instant"


@pytest.mark.parametrize("year", ["0001", "1899", "2201", "9999"])
def test_dates_out_of_range_are_refused_by_parsers_and_forms(year: str) -> None:
    assert parse_instant(f"{year}-06-01T10:00:00+00:00") is None
    with pytest.raises(ValidationError, match="between 1900 and 2200"):
        DateField().clean(f"{year}-06-01")


@pytest.mark.parametrize("text", ["", "x", "\0", None, 7, "0" * 33])
def test_malformed_ids_are_none(text: object) -> None:
    assert parse_uuid(text) is None


def test_control_characters_are_removed_from_file_names() -> None:
    assert clean_name("a\x85\ud800\ufffd\n.pdf") == "a.pdf"


@pytest.mark.django_db
def test_a_control_character_in_a_file_name_causes_no_server_error(cleos: Client) -> None:
    upload = SimpleUploadedFile("a\x0b.png", b"\x89PNG\r\n\x1a\n")

    assert cleos.post(reverse("accounts:picture"), {"picture": upload}).status_code < 500
