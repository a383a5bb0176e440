"""Portfolios: adding, showing, reviewing and removing pieces."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import Notification, User
from accounts.personal_data.erasure import erase
from core.errors import Refused
from core.personal import exported
from core.storage import private_files
from marketplace import listings, portfolio, services
from marketplace.models import PortfolioAsset
from marketplace.portfolio import PieceText
from tests.cast import make_builder_person
from tests.files import headers

pytestmark = pytest.mark.django_db
ADDRESS = "/dashboard/portfolio/"


def picture(
    size: tuple[int, int] = (2000, 1000), kind: str = "JPEG", name: str = "at the sea.jpg"
) -> SimpleUploadedFile:
    """Returns an uploaded picture with a location in its metadata."""
    image, buffer = Image.new("RGB", size, "teal"), BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    image.save(buffer, kind, **({"exif": exif} if kind == "JPEG" else {}))
    return SimpleUploadedFile(name, buffer.getvalue())


def sound(size: int = 4000) -> SimpleUploadedFile:
    return SimpleUploadedFile("take 3.wav", (b"RIFF\x9c\x0f\0\0WAVE" + bytes(range(250)) * (size // 250))[: size + 4])


def send(browser: Client, **fields: Any) -> Any:
    return browser.post(ADDRESS, {"title": "By the sea", "alt": "Waves", **fields})


def only_piece() -> PortfolioAsset:
    return PortfolioAsset.objects.get()


@pytest.fixture
def video(ada: User) -> PortfolioAsset:
    return portfolio.add_link(profile=ada.builder_profile, text=PieceText("Talk"), url="https://vimeo.com/1")


def test_a_picture_is_resized_stripped_of_metadata_and_shown(adas: Client, client: Client) -> None:
    assert send(adas, file=picture(), description="On tour").status_code == 302

    piece = only_piece()
    assert (piece.kind, piece.width, piece.height) == ("image", 1600, 800)
    with Image.open(piece.file) as large, Image.open(piece.small) as small:
        assert (large.format, large.size, small.size) == ("WEBP", (1600, 800), (640, 320))
        assert not large.getexif()
    adas.logout()
    page = client.get("/builders/ada-moreno/").content.decode()
    assert 'alt="Waves"' in page
    answer = client.get(f"/portfolio/{piece.pk}/small/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_small_picture_is_not_enlarged(adas: Client) -> None:
    send(adas, file=picture((300, 200), "PNG", "small.png"))

    assert (only_piece().width, only_piece().height) == (300, 200)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose a file, or enter a link."),
        ({"url": "https://vimeo.com/1", "title": ""}, "Give it a title."),
        ({"url": "javascript:alert(1)"}, "Enter a link"),
        ({"file": SimpleUploadedFile("a.exe", b"MZ")}, "We do not accept files of this type"),
        ({"file": SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\nbroken")}, "not a picture that we can read"),
        ({"file": SimpleUploadedFile("a.gif", b"GIF89a")}, "not a picture that we can read"),
        ({"file": SimpleUploadedFile("a.wav", b"<html>")}, "This is not a .wav file"),
    ],
)
def test_invalid_pieces_are_refused_with_a_reason(adas: Client, fields: dict[str, Any], words: str) -> None:
    answer = send(adas, **fields)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not PortfolioAsset.objects.exists()


def test_pictures_require_alternative_text_and_recordings_do_not(adas: Client) -> None:
    assert "what the picture shows" in send(adas, file=picture(), alt="").content.decode()
    assert send(adas, file=sound(), alt="").status_code == 302
    assert only_piece().kind == "audio"


def test_a_file_and_a_link_together_are_refused(adas: Client) -> None:
    assert "not both" in send(adas, file=sound(), url="https://vimeo.com/1").content.decode()


def test_a_full_portfolio_refuses_another_piece(
    adas: Client, video: PortfolioAsset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portfolio, "MAX_PIECES", 1)

    assert "Remove one first" in send(adas, url="https://vimeo.com/2").content.decode()
    assert PortfolioAsset.objects.count() == 1


@pytest.mark.parametrize(
    ("range_header", "status", "first", "length"),
    [
        ("", 200, 0, 4004),
        ("bytes=0-9", 206, 0, 10),
        ("bytes=4000-", 206, 4000, 4),
        ("bytes=-4", 206, 4000, 4),
        ("bytes=4000-9999", 206, 4000, 4),
        ("bytes=4004-", 416, 0, 0),
        ("bytes=9-3", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=0-1,5-6", 200, 0, 4004),
        ("lines=1-2", 200, 0, 4004),
        (f"bytes=0-{'9' * 5000}", 200, 0, 4004),
    ],
)
def test_recordings_support_range_requests(
    adas: Client, settings: Any, range_header: str, status: int, first: int, length: int
) -> None:
    settings.MEDIA_BUCKET = ""  # a bucket answers them itself
    send(adas, file=sound(), alt="")
    whole = sound().read()

    answer: Any = adas.get(f"/portfolio/{only_piece().pk}/", headers={"range": range_header} if range_header else {})

    assert answer.status_code == status
    assert answer["Accept-Ranges"] == "bytes"
    if status == 416:
        assert answer["Content-Range"] == f"bytes */{len(whole)}"
        return
    assert b"".join(answer.streaming_content) == whole[first : first + length]
    if status == 206:
        assert answer["Content-Range"] == f"bytes {first}-{first + length - 1}/{len(whole)}"
        assert answer["Content-Length"] == str(length)


def test_other_files_are_downloaded(adas: Client) -> None:
    send(adas, file=SimpleUploadedFile("plan.pdf", b"%PDF-1.7 plan"), alt="")

    answer = headers(adas.get(f"/portfolio/{only_piece().pk}/"))
    assert answer["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert adas.get(f"/portfolio/{only_piece().pk}/small/").status_code == 404


def test_a_video_link_has_no_file(client: Client, video: PortfolioAsset) -> None:
    assert client.get(f"/portfolio/{video.pk}/").status_code == 404


def test_changed_texts_are_reviewed_again(adas: Client, alex: User) -> None:
    send(adas, file=picture())
    portfolio.pass_review(piece=only_piece(), by=alex)

    assert (
        "what the picture shows"
        in adas.post(f"{ADDRESS}{only_piece().pk}/", {"title": "Other", "alt": ""}).content.decode()
    )
    adas.post(f"{ADDRESS}{only_piece().pk}/", {"title": "Other", "alt": "Boats"})

    assert (only_piece().title, only_piece().alt, only_piece().reviewed_at) == ("Other", "Boats", None)


def test_a_changed_piece_is_shown_at_once(client: Client, ada: User, video: PortfolioAsset) -> None:
    address = ada.builder_profile.get_absolute_url()
    assert "Talk" in client.get(address).content.decode()

    portfolio.describe(piece=video, text=PieceText("<b>Lecture</b>"))

    work = client.get(address).content.decode()
    assert ("Talk" in work, "&lt;b&gt;Lecture&lt;/b&gt;" in work) == (False, True)


def test_builders_cannot_change_each_others_pieces(
    browser_of: Callable[[User | None], Client], video: PortfolioAsset
) -> None:
    browser = browser_of(make_builder_person("Bo Builder"))

    assert browser.get(f"{ADDRESS}{video.pk}/").status_code == 404
    assert browser.post(f"{ADDRESS}{video.pk}/", {"act": "remove"}).status_code == 404
    browser.post(f"{ADDRESS}order/", {"order": [str(video.pk)]})
    assert PortfolioAsset.objects.filter(pk=video.pk).exists()


def test_pieces_are_ordered_by_buttons_and_by_dragging(adas: Client, ada: User) -> None:
    for title in ("A", "B", "C"):
        send(adas, title=title, url="https://vimeo.com/1")
    ids = {piece.title: str(piece.pk) for piece in PortfolioAsset.objects.all()}

    adas.post(f"{ADDRESS}order/", {"move": ids["C"], "by": "up"})
    assert list(PortfolioAsset.objects.values_list("title", flat=True)) == ["A", "C", "B"]
    adas.post(f"{ADDRESS}order/", {"order": [ids["B"], ids["A"], ids["C"]]})
    assert list(PortfolioAsset.objects.values_list("title", flat=True)) == ["B", "A", "C"]
    dragged: Any = {"HX-Request": "true", "HX-Target": "pieces"}
    part = adas.post(f"{ADDRESS}order/", {"order": [ids["B"]]}, headers=dragged, follow=True).content.decode()
    assert part.lstrip().startswith('<div id="pieces"'), "only the list is swapped in"
    adas.post(f"{ADDRESS}order/", {"order": ["nonsense"], "move": ids["B"], "by": "up"})
    assert list(PortfolioAsset.objects.values_list("title", flat=True)) == ["B", "A", "C"]


def test_removing_a_piece_deletes_its_files(adas: Client, django_capture_on_commit_callbacks: Any) -> None:
    send(adas, file=picture())
    names = [str(only_piece().file.name), str(only_piece().small.name)]
    assert all(private_files.exists(name) for name in names)

    with django_capture_on_commit_callbacks(execute=True):
        adas.post(f"{ADDRESS}{only_piece().pk}/", {"act": "remove"})

    assert not PortfolioAsset.objects.exists()
    assert not any(private_files.exists(name) for name in names)


def test_a_piece_taken_down_is_visible_only_to_its_builder_and_staff(
    adas: Client, ada: User, alex: User, browser_of: Callable[[User | None], Client]
) -> None:
    send(adas, file=picture())
    stranger, staff = browser_of(None), browser_of(alex)
    with pytest.raises(Refused):
        portfolio.take_down(piece=only_piece(), by=alex, reason=" ")

    portfolio.take_down(piece=only_piece(), by=alex, reason="Not yours.")

    address = f"/portfolio/{only_piece().pk}/small/"
    assert [browser.get(address).status_code for browser in (stranger, adas, staff)] == [404, 200, 200]
    assert adas.get(address)["Cache-Control"] == "private, max-age=0"
    assert "By the sea" not in stranger.get("/builders/ada-moreno/").content.decode()
    assert "Not yours." in adas.get(ADDRESS).content.decode()
    assert Notification.objects.filter(person=ada, title="“By the sea” is taken down").exists()

    portfolio.pass_review(piece=only_piece(), by=alex)
    assert stranger.get(address).status_code == 200


def test_the_pieces_of_a_hidden_builder_are_hidden(adas: Client, ada: User, alex: User, browser_of: Any) -> None:
    send(adas, file=picture())
    services.hide(profile=ada.builder_profile, by=alex, reason="Spam")

    assert browser_of(None).get(f"/portfolio/{only_piece().pk}/small/").status_code == 404


def test_staff_review_pieces_in_the_admin(video: PortfolioAsset, alex: User, confirmed: Any) -> None:
    browser = confirmed(alex)
    address = "/admin/marketplace/portfolioasset/"

    page = browser.get(address).content.decode()
    assert "vimeo.com" in page
    for act, is_hidden in (("take_down", True), ("pass_review", False)):
        browser.post(address, {"action": act, "_selected_action": [str(video.pk)]})
        video.refresh_from_db()
        assert (video.hidden_at is not None) is is_hidden
        assert video.reviewed_at is not None


def test_pieces_are_exported_and_erased_with_the_person(
    adas: Client, ada: User, django_capture_on_commit_callbacks: Any
) -> None:
    send(adas, file=picture())
    name = str(only_piece().file.name)
    data = {part.name: part for part in exported(ada)}["portfolio assets"]
    assert data.rows[0]["title"] == "By the sea"
    assert len(data.files) == 2

    with django_capture_on_commit_callbacks(execute=True):
        erase(user=ada)

    assert not PortfolioAsset.objects.exists()
    assert not private_files.exists(name)


def test_the_api_lists_pieces(client: Client, ada: User, video: PortfolioAsset) -> None:
    listings.refresh([ada.pk])
    assets = client.get("/api/marketplace/builders").json()["builders"][0]["portfolioAssets"]
    expected = [{"id": str(video.pk), "title": "Talk", "kind": "video", "url": "https://vimeo.com/1"}]
    assert assets == expected
    assert client.get("/api/marketplace/providers").json()["providers"][0]["portfolioAssets"] == expected


@pytest.mark.parametrize("field", ["file", "small"])
def test_a_file_that_is_missing_from_the_disk_is_answered_404(adas: Client, client: Client, field: str) -> None:
    send(adas, file=picture())
    piece = only_piece()
    private_files.delete(str(getattr(piece, field).name))

    answer = client.get(f"/portfolio/{piece.pk}/{'small/' if field == 'small' else ''}")

    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


def test_a_recording_and_a_document_missing_from_the_disk_are_answered_404(adas: Client, client: Client) -> None:
    for file in (sound(), SimpleUploadedFile("notes.txt", b"words")):
        send(adas, file=file)
    for piece in PortfolioAsset.objects.all():
        private_files.delete(str(piece.file.name))

        assert client.get(f"/portfolio/{piece.pk}/").status_code == 404
        assert client.get(f"/portfolio/{piece.pk}/", headers={"Range": "bytes=0-10"}).status_code == 404


def test_the_size_of_a_portfolio_counts_against_the_space_of_its_builder(adas: Client, settings: Any) -> None:
    settings.UPLOAD_QUOTA_MEGABYTES = 1
    content = bytes(600_000)

    assert send(adas, file=SimpleUploadedFile("one.txt", content)).status_code == 302
    page = send(adas, file=SimpleUploadedFile("two.txt", content))

    assert page.status_code == 422
    assert "Your files can take up 1 MB" in page.content.decode()
