"""Tests that the tags `url` and `static` write what Django's own write, the second time as well as the first."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, Template
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse


def twice(text: str, **values: Any) -> str:
    """Renders the template two times and returns the second text."""
    template = Template(text)
    first = template.render(Context(values))
    second = template.render(Context(values))
    assert first == second
    return second


def test_an_address_without_arguments() -> None:
    assert twice("{% url 'marketplace:discover' %}") == reverse("marketplace:discover")


def test_addresses_differ_by_their_arguments() -> None:
    text = "{% url 'marketplace:builder' slug %}"

    assert twice(text, slug="ada") == reverse("marketplace:builder", args=["ada"])
    assert twice(text, slug="bo") == reverse("marketplace:builder", args=["bo"])


def test_an_argument_by_its_name() -> None:
    assert twice("{% url 'marketplace:builder' slug=slug %}", slug="ada") == reverse(
        "marketplace:builder", args=["ada"]
    )


def test_an_address_is_escaped_but_not_in_a_variable() -> None:
    address = reverse("core:booking_feedback", args=["a&b"])

    assert "&" in address
    assert twice("{% url 'core:booking_feedback' key %}", key="a&b") == address.replace("&", "&amp;")
    assert twice("{% autoescape off %}{% url 'core:booking_feedback' key %}{% endautoescape %}", key="a&b") == address
    text = "{% url 'core:booking_feedback' key as address %}{{ address|length }}"
    assert twice(text, key="a&b") == str(len(address))


def test_a_page_that_does_not_exist() -> None:
    with pytest.raises(NoReverseMatch):
        Template("{% url 'marketplace:nothing' %}").render(Context())

    assert twice("{% url 'marketplace:nothing' as address %}<{{ address }}>") == "<>"


def test_numbers_and_truth_are_not_confused() -> None:
    text = "{% url 'core:text_version' 'terms' number %}"

    assert twice(text, number=1) == reverse("core:text_version", args=["terms", 1])
    with pytest.raises(NoReverseMatch):
        Template(text).render(Context({"number": True}))


def test_an_object_whose_text_changes_is_looked_up_each_time() -> None:
    class Page:
        slug = "ada"

        def __str__(self) -> str:
            return self.slug

    page, template = Page(), Template("{% url 'marketplace:builder' page %}")
    assert template.render(Context({"page": page})) == reverse("marketplace:builder", args=["ada"])
    page.slug = "bo"

    assert template.render(Context({"page": page})) == reverse("marketplace:builder", args=["bo"])


def test_the_address_of_a_file() -> None:
    assert twice("{% static 'css/site.css' %}") == static("css/site.css")
    assert twice("{% static 'css/site.css' as styles %}{{ styles }}") == static("css/site.css")


def test_an_edit_of_a_style_changes_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = iter("ab")
    monkeypatch.setattr("config.assets.version", lambda: next(versions))
    template = Template("{% static 'css/site.css' %}")

    assert [template.render(Context()) for _ in range(2)] == ["/static/css/site.css?v=a", "/static/css/site.css?v=b"]
