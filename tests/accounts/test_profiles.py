"""Pictures, towns and builders' profiles, and what happens to invalid files."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts import places
from accounts.models import BuilderProfile, Place, User
from tests.files import stored_names
from tests.pictures import blank_png

pytestmark = pytest.mark.django_db


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 400), **options: object) -> SimpleUploadedFile:
    buffer = BytesIO()
    Image.new("RGB", size, "teal").save(buffer, kind, **options)
    return SimpleUploadedFile("../../me.php", buffer.getvalue(), content_type="text/html")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_stored_square_small_and_without_metadata(cleos: Client, cleo: User, kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    cleos.post(reverse("accounts:picture"), {"picture": picture(kind, exif=exif)})

    cleo.refresh_from_db()
    assert stored_names() == [f"public/{cleo.avatar}"]
    assert str(cleo.avatar).startswith("avatars/")
    content = cleo.avatar.read()
    assert b"taken at home" not in content
    with Image.open(BytesIO(content)) as kept:
        assert (kept.format, kept.size) == ("WEBP", (320, 320))
    served = cleos.get(cleo.avatar.url)
    assert served["Content-Type"] == "image/webp"
    assert "immutable" in served["Cache-Control"]
    assert cleo.avatar.url in cleos.get("/account/").content.decode()


def test_a_rotated_picture_is_turned_upright(cleos: Client, cleo: User) -> None:
    lying = Image.new("RGB", (400, 400), "white")
    lying.paste("black", (0, 0, 400, 200))  # dark at the top
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: the top is at the right
    buffer = BytesIO()
    lying.save(buffer, "JPEG", exif=exif)
    cleos.post(reverse("accounts:picture"), {"picture": SimpleUploadedFile("me.jpg", buffer.getvalue())})

    cleo.refresh_from_db()
    with Image.open(BytesIO(cleo.avatar.read())) as kept:
        left, right = kept.convert("L").getpixel((20, 160)), kept.convert("L").getpixel((300, 160))
    assert isinstance(left, int)
    assert isinstance(right, int)
    assert left > 200
    assert right < 60


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not a picture that we can read"),
        (b"GIF89a" + b"\0" * 50, "not a picture that we can read"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "not a picture that we can read"),
        (b"x" * (8 * 1024 * 1024 + 1), "larger than 8 MB"),
    ],
    ids=["empty", "svg", "gif", "broken png", "too large"],
)
def test_other_files_are_refused_with_an_explanation(cleos: Client, cleo: User, content: bytes, words: str) -> None:
    page = cleos.post(reverse("accounts:picture"), {"picture": SimpleUploadedFile("me.png", content)})

    assert page.status_code == 422
    assert words in page.content.decode()
    cleo.refresh_from_db()
    assert not cleo.avatar


def test_a_truncated_picture_is_refused(cleos: Client) -> None:
    whole = picture("JPEG", (800, 800)).read()

    page = cleos.post(reverse("accounts:picture"), {"picture": SimpleUploadedFile("me.jpg", whole[: len(whole) // 2])})

    assert "damaged" in page.content.decode()


def test_a_decompression_bomb_is_refused(cleos: Client) -> None:
    page = cleos.post(reverse("accounts:picture"), {"picture": SimpleUploadedFile("me.png", blank_png(7000, 7000))})

    assert "24 million pixels" in page.content.decode()


def test_the_old_file_is_deleted_with_a_new_picture(
    cleos: Client, cleo: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        cleos.post(reverse("accounts:picture"), {"picture": picture()})
        cleos.post(reverse("accounts:picture"), {"picture": picture("PNG")})
    assert len(stored_names()) == 1

    with django_capture_on_commit_callbacks(execute=True):
        cleos.post(reverse("accounts:remove_picture"))
    assert stored_names() == []


@pytest.mark.parametrize(
    "address", ["/media/avatars/../../etc/passwd", "/media/exports/x.zip", "/media/avatars/a.webp"]
)
def test_no_other_files_are_served_under_media(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("Berlin", "Berlin", "DE"),
        ("berlin, germany", "Berlin", "DE"),
        ("München", "Munich", "DE"),
        ("munchen", "Munich", "DE"),
        ("Kobenhavn", "Copenhagen", "DK"),
        ("Portland, Maine", "Portland", "US"),
        ("Paris, US", "Paris", "US"),
        ("PARIS", "Paris", "FR"),
    ],
)
def test_towns_are_found_by_any_of_their_names(text: str, name: str, country: str) -> None:
    town = places.find(text)

    assert town
    assert (town.name, town.country_code) == (name, country)
    assert places.find(str(town)) == town, "what is shown can be sent back"


@pytest.mark.parametrize("text", ["", "  ", "Atlantiss", "Berlin, France", "|", "%", "b|erlin"])
def test_unknown_towns_are_not_found(text: str) -> None:
    assert places.find(text) is None


def test_suggested_towns_are_sorted_by_size(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        towns = client.get(reverse("accounts:places"), {"q": "ber"}).json()["places"]

    assert towns[0] == "Berlin, Germany"
    assert 1 < len(towns) <= 8
    assert client.get(reverse("accounts:places"), {"q": "b"}).json()["places"] == []


def test_town_and_about_are_saved(cleos: Client, cleo: User) -> None:
    form = {"display_name": "Cleo Park", "timezone": "Europe/London", "place": "leeds", "about": "I learn by ear."}
    cleos.post(reverse("accounts:settings"), form)

    cleo.refresh_from_db()
    assert str(cleo.place) == "Leeds, United Kingdom"
    page = cleos.get(reverse("accounts:settings")).content.decode()
    assert "Leeds, United Kingdom" in page
    assert "I learn by ear." in page

    wrong = cleos.post(reverse("accounts:settings"), {**form, "place": "Leedz"})
    assert wrong.status_code == 422
    assert "We do not know a town with that name" in wrong.content.decode()


def test_a_builder_sets_professions_and_place(adas: Client, ada: User) -> None:
    form = {"headline": "x", "bio": "y", "is_published": "on", "roles": ["coach", "developer"], "act": "save"}
    adas.post(reverse("marketplace:listing"), {**form, "place": "Berlin, Germany"})
    profile = BuilderProfile.objects.select_related("user__place").get()
    berlin = Place.objects.get(name="Berlin", country_code="DE")
    assert profile.coordinates == (berlin.latitude, berlin.longitude)
    page = adas.get("/builders/ada-moreno/").content.decode()
    for words in ("Coach", "App developer", "Berlin, Germany"):
        assert words in page

    adas.post(reverse("marketplace:listing"), {**form, "place": ""})
    assert BuilderProfile.objects.select_related("user__place").get().coordinates is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"place": "Atlantiss"}, "We do not know a town with that name"),
        ({"roles": ["admin"]}, "not one of the available choices"),
    ],
)
def test_invalid_profile_fields_are_refused(adas: Client, fields: dict[str, object], words: str) -> None:
    page = adas.post(reverse("marketplace:listing"), {"act": "save", "headline": "x", "bio": "", **fields})

    assert page.status_code == 422
    assert words in page.content.decode()
