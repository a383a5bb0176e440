"""Tests of the field for links."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from core.forms import LinkField


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
