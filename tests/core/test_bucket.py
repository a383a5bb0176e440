"""Files in a bucket: they are saved, read, skipped in, deleted and sent by addresses that are signed for a few minutes."""

from __future__ import annotations

import io
import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import requests
from botocore.exceptions import ReadTimeoutError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import Client, RequestFactory

from accounts.models import BuilderProfile, User
from accounts.services import set_avatar
from core import bucket as buckets
from core.bucket_pause import BucketLeftAlone, BucketPause
from core.bucket_reading import FilesUnavailable, ObjectReader
from core.byte_ranges import ranged_response
from core.images import square
from core.storage import private_files
from core.uploads import download_response
from tests.factories.marketplace import PortfolioAssetFactory
from tests.pictures import picture

pytestmark = pytest.mark.xdist_group("s3")
CONTENT = bytes(range(256)) * 1000


class Stored:
    """A file as a row has it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def open(self, mode: str) -> Any:
        return private_files.open(self.name, mode)

    @property
    def size(self) -> int:
        return private_files.size(self.name)


def saved(content: bytes = CONTENT, name: str = "deliverables/a.mp3") -> Stored:
    return Stored(private_files.save(name, ContentFile(content)))


def asked(method: str = "get", **headers: str) -> Any:
    return getattr(RequestFactory(), method)("/", headers=headers)


@pytest.mark.usefixtures("bucket")
def test_a_file_is_saved_read_listed_and_deleted() -> None:
    stored = saved()

    assert private_files.exists(stored.name)
    assert private_files.size(stored.name) == len(CONTENT)
    assert private_files.listdir("deliverables") == ([], ["a.mp3"])
    with private_files.open(stored.name) as file:
        assert file.size == len(CONTENT)
        assert file.read() == CONTENT
        file.seek(-3, io.SEEK_END)
        assert file.read() == CONTENT[-3:]
        assert b"".join(file.chunks()) == CONTENT
    assert file.open().read(4) == CONTENT[:4]
    assert [entry.name for entry in buckets.stored_objects()] == ["private/deliverables/a.mp3"]
    private_files.delete(stored.name)
    private_files.delete(stored.name)
    assert not private_files.exists(stored.name)
    with pytest.raises(FileNotFoundError):
        private_files.open(stored.name)


@pytest.mark.usefixtures("bucket")
def test_a_large_file_is_saved_in_parts() -> None:
    content = bytes(20 * 1024 * 1024)

    stored = saved(content)

    assert private_files.size(stored.name) == len(content)


@pytest.mark.usefixtures("bucket")
def test_names_cannot_leave_the_folder_of_the_site() -> None:
    with pytest.raises(Exception, match=r"denied|unsafe|path"):
        private_files.open("../../others/a.txt")
    with pytest.raises(ValueError, match="no address"):
        private_files.url("a.txt")


@pytest.mark.usefixtures("bucket")
def test_a_download_leads_to_a_signed_address() -> None:
    stored = saved()

    answer = download_response(asked(), stored, "Straße “mix”.mp3")

    assert answer.status_code == 302
    assert answer["Cache-Control"] == "private, no-store"
    received = requests.get(answer["Location"], timeout=20)
    assert received.content == CONTENT
    assert received.headers["Content-Type"] == "audio/mpeg"
    assert received.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''Stra%C3%9Fe")
    part = requests.get(answer["Location"], headers={"Range": "bytes=10-19"}, timeout=20)
    assert (part.status_code, part.content) == (206, CONTENT[10:20])
    head = download_response(asked("head"), stored, "mix.mp3")
    assert requests.head(head["Location"], timeout=20).headers["Content-Length"] == str(len(CONTENT))


@pytest.mark.usefixtures("bucket")
def test_an_address_cannot_be_changed_or_used_later(monkeypatch: pytest.MonkeyPatch) -> None:
    stored, other = saved(), saved(b"another", "exports/b.zip")
    address = download_response(asked(), stored, "a.mp3")["Location"]

    assert requests.get(address.replace(stored.name, other.name), timeout=20).status_code == 403
    assert requests.get(address.replace("audio", "text"), timeout=20).status_code == 403
    assert requests.get(address.partition("?")[0], timeout=20).status_code == 403
    assert requests.put(address, b"mine", timeout=20).status_code == 403
    monkeypatch.setattr(buckets, "LINK_SECONDS", 0)
    late = download_response(asked(), stored, "a.mp3")["Location"]
    assert requests.get(late, timeout=20).status_code == 403


@pytest.mark.usefixtures("bucket")
def test_a_recording_is_played_from_the_bucket_and_a_picture_from_here() -> None:
    stored = saved()

    recording = ranged_response(asked(), stored, content_type="audio/mpeg")
    picture: Any = ranged_response(asked(Range="bytes=300-309"), stored, content_type="image/webp")

    received = requests.get(recording["Location"], headers={"Range": "bytes=-5"}, timeout=20)
    assert (received.status_code, received.content) == (206, CONTENT[-5:])
    assert received.headers["Content-Disposition"] == "inline"
    assert (picture.status_code, b"".join(picture.streaming_content)) == (206, CONTENT[300:310])


@pytest.mark.usefixtures("bucket")
def test_a_missing_file_is_not_found() -> None:
    with pytest.raises(Http404):
        download_response(asked(), Stored("deliverables/none.pdf"), "a.pdf")
    with pytest.raises(Http404):
        ranged_response(asked(), Stored("deliverables/none.webp"), content_type="image/webp")


@pytest.mark.usefixtures("bucket")
def test_pictures_of_people_stay_cacheable(client: Client, cleo: User) -> None:
    set_avatar(user=cleo, picture=square(io.BytesIO(picture("PNG")), side=32))

    answer: Any = client.get(default_storage.url(cleo.avatar.name))

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"".join(answer.streaming_content).startswith(b"RIFF")


@pytest.mark.usefixtures("bucket")
def test_a_piece_of_a_portfolio_is_sent_as_its_kind_needs(client: Client, ada: User) -> None:
    content = ContentFile(CONTENT, name="a.mp3")
    profile = BuilderProfile.objects.get(user=ada)
    piece = PortfolioAssetFactory.create(
        builder=profile, file=content, kind="audio", name="a.mp3", size=len(CONTENT), url=""
    )

    answer = client.get(f"/portfolio/{piece.pk}/")

    assert answer.status_code == 302
    assert requests.get(answer["Location"], timeout=20).content == CONTENT


@pytest.mark.usefixtures("bucket", "db")
def test_nothing_is_deleted_while_a_backup_runs() -> None:
    stored = saved()
    buckets.mark_backup("nightly")

    private_files.delete(stored.name)

    assert private_files.exists(stored.name)
    buckets.unmark_backup("nightly")
    private_files.delete(stored.name)
    assert not private_files.exists(stored.name)


@pytest.mark.usefixtures("bucket")
def test_an_object_that_is_replaced_while_it_is_read_is_not_mixed_with_the_new_one() -> None:
    stored = saved()
    with private_files.open(stored.name) as file:
        file.read(10)
        private_files.save(stored.name, ContentFile(b"x" * len(CONTENT)))
        file.seek(100_000)
        with pytest.raises(FilesUnavailable):
            file.read(10)


class BrokenStore(BaseHTTPRequestHandler):
    """Answers everything in one way: with an error, with garbage, too little of what it announces, or not at all."""

    mode = "busy"

    def answer(self) -> None:
        if self.mode == "hang up":
            self.close_connection = True
            return
        status, body, length = {
            "busy": (503, b"<Error><Code>SlowDown</Code></Error>", None),
            "refused": (403, b"<Error><Code>InvalidAccessKeyId</Code></Error>", None),
            "garbage": (200, b"\x00<<<not xml", None),
            "garbage error": (500, b"\xff\x00<", None),
            "too short": (200, b"abc", 1000),
        }[self.mode]
        self.send_response(status)
        self.send_header("Content-Length", str(length or len(body)))
        if self.mode == "garbage":
            self.send_header("Last-Modified", "yesterday, or so")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer  # noqa: N815  (names of the standard library)

    def log_message(self, *parts: object) -> None:
        """Logs nothing."""


@pytest.fixture
def broken(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Returns a function that lets the bucket fail in one way."""
    monkeypatch.setattr(buckets, "READ_SECONDS", 0.5)
    monkeypatch.setattr(buckets, "ATTEMPTS", 1)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BrokenStore)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.MEDIA_BUCKET, settings.MEDIA_PATH_STYLE, settings.MEDIA_REGION = "files", True, "eu-central-1"
    settings.MEDIA_KEY = settings.MEDIA_SECRET = "any"
    settings.MEDIA_ENDPOINT = f"http://127.0.0.1:{server.server_address[1]}"

    def fail(mode: str) -> None:
        monkeypatch.setattr(BrokenStore, "mode", mode)

    yield fail
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("mode", ["busy", "refused", "garbage", "garbage error", "too short", "hang up"])
def test_a_broken_bucket_is_an_answer_and_no_error(
    broken: Callable[[str], None], mode: str, client: Client, ada: User
) -> None:
    broken(mode)

    with pytest.raises(FilesUnavailable):
        private_files.open("a.txt").read()
    if mode not in ("garbage", "too short"):  # which look like a success to who asks for nothing
        with pytest.raises(FilesUnavailable):
            saved()
    private_files.delete("a.txt")
    answer = client.get("/media/avatars/abcdefghijklmnopqrst.webp")
    assert answer.status_code in (200, 503)
    if answer.status_code == 503:
        assert "Nothing is lost" in answer.content.decode()
        assert answer["Retry-After"]


def test_a_bucket_that_is_away_keeps_what_was_typed(broken: Callable[[str], None], cleos: Client, cleo: User) -> None:
    broken("busy")

    answer = cleos.post("/account/picture/", {"picture": SimpleUploadedFile("me.png", picture("PNG"), "image/png")})

    assert answer.status_code == 503
    cleo.refresh_from_db()
    assert not cleo.avatar


def test_reading_goes_on_after_a_connection_broke(bucket: str) -> None:
    stored = saved()
    reader = ObjectReader(buckets.client(), buckets.bucket_name(), buckets.key_of(f"private/{stored.name}"))
    file = io.BufferedReader(reader, 1000)
    beginning = file.read(500)
    reader._body.close()

    assert beginning + file.read() == CONTENT


def test_a_bucket_that_hangs_is_left_alone_after_two_requests(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "READ_SECONDS", 0.2)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)  # connections are taken and never answered
        settings.MEDIA_BUCKET, settings.MEDIA_PATH_STYLE, settings.MEDIA_REGION = "files", True, "eu-central-1"
        settings.MEDIA_KEY = settings.MEDIA_SECRET = "any"
        settings.MEDIA_ENDPOINT = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(FilesUnavailable):
            private_files.open("a.txt")

        with pytest.raises(FilesUnavailable) as refused:
            private_files.open("a.txt")

        assert refused.value.reason == "BucketLeftAlone"


def test_a_bucket_that_was_left_alone_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pause, away = BucketPause(), ReadTimeoutError(endpoint_url="any")
    pause._after(caught_exception=away)
    pause._before()
    pause._after(caught_exception=away)
    with pytest.raises(BucketLeftAlone):
        pause._before()

    monkeypatch.setattr(pause, "_until", 0.0)
    pause._before()
    with pytest.raises(BucketLeftAlone):  # one request at a time tries it
        pause._before()
    pause._after()

    pause._before()
    pause._before()
    assert pause._failures == 0


@pytest.mark.usefixtures("bucket")
def test_an_object_that_is_deleted_while_it_is_read_is_unavailable() -> None:
    stored = saved()
    with private_files.open(stored.name) as file:
        file.read(10)
        private_files.delete(stored.name)
        file.seek(200_000)
        with pytest.raises(FilesUnavailable):
            file.read(10)
