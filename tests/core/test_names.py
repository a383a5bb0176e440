"""Tests which names of people are accepted, and how names and titles are tidied."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from core.csv_export import csv_response
from core.fields import LineField, NameField
from core.form_fields import LineFormField, NameFormField
from core.names import HAS_ADDRESS, HAS_BREAK, IS_EMPTY, tidy, validate_name
from tests.cast import make_person

ADDRESSES = (
    "You won! claim at http://evil.example",
    "You won! claim at HTTPS:evil",
    "www.evil",
    "x.com",
    "Look at x.com/prize now",
    "Claim it: EVIL.EXAMPLE",
    "gwen@guests.test",
    "evil。com",
    "\uff45vil\uff0e\uff43\uff4f\uff4d",  # full-width letters
    "ht\u200btp://evil",
    "evil\u2060.\u200bcom",
    "почта.рф",
    "203.0.113.7",
    "mailto:gwen",
)
NAMES = (
    "Ada Moreno",
    "J. R. R. Tolkien",
    "J.R.R. Tolkien",
    "Dr. Zoë Núñez-O'Neil, Ph.D.",
    "St. John Smith Jr.",
    "王小明",
    "محمد علی",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with a joiner that belongs there
    "क\u094d\u200dष",
    "Acme & Sons: Design / Build (2nd)",
    "👩\u200d💻 Dev",
)


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_name_with_an_address_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match=HAS_ADDRESS):
        validate_name(name)


@pytest.mark.parametrize("name", NAMES)
def test_names_of_people_are_accepted_unchanged(name: str) -> None:
    validate_name(name)

    assert tidy(name) == name


def test_a_name_of_two_lines_is_refused() -> None:
    for name in ("Gwen\nBcc: all", "Gwen\rGuest", "Gwen\u2028Guest"):
        with pytest.raises(ValidationError, match=HAS_BREAK):
            validate_name(name)


def test_an_invisible_name_is_refused() -> None:
    with pytest.raises(ValidationError, match=IS_EMPTY):
        validate_name("\u200b\u202e")


@pytest.mark.parametrize("sign", ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u200e", "\u200f", "\u200b", "\u2060", "\ufeff", "\u061c", "\u200c", "\u200d"])  # fmt: skip
def test_invisible_and_direction_characters_are_removed(sign: str) -> None:
    assert tidy(f"Gwen{sign}Guest{sign}") == "GwenGuest"


def test_line_breaks_become_spaces() -> None:
    assert tidy(" A title\r\nBcc: all\t\u2029here\x00 ") == "A title Bcc: all here"


def test_form_fields_tidy_and_validate() -> None:
    assert LineFormField().clean("A\u202e title\r\nhere") == "A title here"
    with pytest.raises(ValidationError, match=HAS_ADDRESS):
        NameFormField().clean("x.com")
    with pytest.raises(ValidationError, match="required"):
        LineFormField().clean("\u200b")


def test_a_csv_cell_is_one_line_and_no_formula() -> None:
    answer = csv_response("names.csv", ["Name"], [["Gwen\u202e\r\n=1+1"], ["\n=1+1"]])

    assert answer.content.decode().splitlines()[1:] == ["Gwen =1+1", "'=1+1"]


@pytest.mark.django_db
def test_a_model_field_is_tidied_when_it_is_saved() -> None:
    person = make_person("Gwen Guest")
    person.display_name = "Gwen\u202e\r\nGuest"
    person.save()

    assert person.display_name == "Gwen Guest"
    assert User.objects.get(pk=person.pk).display_name == "Gwen Guest"


@pytest.mark.django_db
def test_the_user_model_refuses_a_name_with_an_address() -> None:
    person = make_person("Gwen Guest")
    person.display_name = "x.com"

    with pytest.raises(ValidationError) as refused:
        person.full_clean()
    assert refused.value.message_dict == {"display_name": [HAS_ADDRESS]}


def test_migrations_describe_the_fields_as_char_fields() -> None:
    assert {field(max_length=80).deconstruct()[1] for field in (LineField, NameField)} == {"django.db.models.CharField"}
