"""Links to pages, and links of places to meet at, which people type for others to click."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from core.forms import LinkField
from core.links import BadLink, parse_link


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://example.com/a", "https://example.com/a"),
        ("http://example.com", "http://example.com"),
        ("example.com/a", "https://example.com/a"),
    ],
)
def test_links_to_pages_are_taken(text: str, link: str) -> None:
    assert LinkField().clean(text) == link


@pytest.mark.parametrize("text", ["ftp://example.com/a", "javascript:alert(1)", "file:///etc/passwd", "no link"])
def test_everything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValidationError, match=r"Enter a link like https://vimeo\.com/1\."):
        LinkField(example="https://vimeo.com/1").clean(text)


def test_a_link_has_a_largest_length() -> None:
    with pytest.raises(ValidationError, match="500"):
        LinkField().clean("https://example.com/" + "a" * 500)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("https://meet.example.com/ada?pwd=A1.b#x", "https://meet.example.com/ada?pwd=A1.b#x"),
        (" meet.example.com/ada ", "https://meet.example.com/ada"),
        ("HTTPS://Meet.Example.COM/Ada", "https://meet.example.com/Ada"),
        ("https://meet.example.com:8443/ada", "https://meet.example.com:8443/ada"),
        ("https://meet.example.com/übung", "https://meet.example.com/%C3%BCbung"),
        ('https://meet.example.com/"><b>', "https://meet.example.com/%22%3E%3Cb%3E"),
        ("https://z\u043e\u043em.us/j/1", "https://xn--zm-fmca.us/j/1"),
    ],
)
def test_a_link_is_stored_in_one_form(typed: str, stored: str) -> None:
    assert parse_link(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://",
        "ada's room",
        "http://meet.example.com/ada",
        "ftp://meet.example.com/ada",
        "javascript:alert(1)",
        "data:text/html,hello",
        "mailto:ada@example.com",
        "https://ada@example.com/",
        "https://meet.example.com:secret@evil.test/",
        "https://meet.example.com\\@evil.test/",
        "https://localhost/",
        "https://router/",
        "https://printer.local/",
        "https://db.internal/",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://8.8.8.8/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[2001:db8::1]/",
        "https://meet.example.com:99999/",
        "https://meet.example.com/a b",
        "https://meet.example.com/a\nb",
        "https://meet.example.com/a\u202eb",
        f"https://meet.example.com/{'a' * 500}",
    ],
)
def test_a_text_that_is_no_public_https_link_is_refused(typed: str) -> None:
    with pytest.raises(BadLink):
        parse_link(typed)
