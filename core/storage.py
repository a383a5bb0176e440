"""Where people's files are: in folders of this machine, or in a bucket when `MEDIA_BUCKET` is set.

The name of a file is the same in both, so that `manage.py move_media` moves them without a change to the database. Whether
there is a bucket is read for each call, because migrations keep these objects and tests change the settings.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.deconstruct import deconstructible
from django.utils.http import content_disposition_header

PRIVATE, PUBLIC = "private", "public"
AREAS = (PRIVATE, PUBLIC)
SITEMAPS = "sitemaps"  # a folder of private files that no row refers to


class FolderFiles(FileSystemStorage):
    """The files of one area in its folder, which tests change."""

    def __init__(self, area: str) -> None:
        super().__init__()
        self.area = area

    @property
    def base_location(self) -> str:
        return str(settings.PRIVATE_ROOT if self.area == PRIVATE else settings.MEDIA_ROOT)

    @property
    def location(self) -> str:
        return str(Path(self.base_location).absolute())

    def replace(self, name: str, content: bytes) -> None:
        path = Path(self.path(name))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.write_bytes(content)
        draft.replace(path)


def in_bucket(area: str) -> Any:
    """Returns the files of an area in the bucket; None if they are in folders."""
    if not settings.MEDIA_BUCKET:
        return None
    from core.bucket import bucket_files  # boto3 takes a third of a second, and few sites need it

    return bucket_files(area)


class SiteFiles(Storage):
    """The files of one area, wherever they are."""

    area = ""

    @property
    def place(self) -> Any:
        return in_bucket(self.area) or FOLDERS[self.area]

    def open(self, name: str, mode: str = "rb") -> File[Any]:
        file: File[Any] = self.place.open(name, mode)
        return file

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        return str(self.place.save(name, content, max_length))

    def replace(self, name: str, content: bytes) -> None:
        """Writes a file, or another content into it at once, so that nobody reads half of it."""
        self.place.replace(name, content)

    def delete(self, name: str) -> None:
        self.place.delete(name)

    def exists(self, name: str) -> bool:
        return bool(self.place.exists(name))

    def size(self, name: str) -> int:
        return int(self.place.size(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        names: tuple[list[str], list[str]] = self.place.listdir(path)
        return names

    def get_modified_time(self, name: str) -> datetime:
        moment: datetime = self.place.get_modified_time(name)
        return moment


@deconstructible(path="core.storage.PrivateFiles")
class PrivateFiles(SiteFiles):
    """Files that only some people may read. They have no lasting address; a view checks who may read a file and sends it."""

    area = PRIVATE

    def url(self, name: str | None) -> str:
        raise ValueError("a private file has no address")


@deconstructible(path="core.storage.PublicFiles")
class PublicFiles(SiteFiles):
    """Pictures that everybody may see. Pages of the site send them, since they are small and caches keep them."""

    area = PUBLIC

    def url(self, name: str | None) -> str:
        return f"{settings.MEDIA_URL}{name}"


FOLDERS = {area: FolderFiles(area) for area in AREAS}
private_files = PrivateFiles()


def signed_redirect(
    request: HttpRequest, stored: Any, *, content_type: str, download_as: str = ""
) -> HttpResponseRedirect | None:
    """Leads to a file in the bucket, by an address that is signed for a few minutes; None if files are in folders. Call it
    after the check who may read the file. Raises FileNotFoundError if it is missing."""
    files = in_bucket(PRIVATE)
    if files is None:
        return None
    disposition = content_disposition_header(bool(download_as), download_as) or "inline"
    address = files.signed_address(
        str(stored.name), content_type=content_type, disposition=disposition, method=str(request.method)
    )
    response = HttpResponseRedirect(address)
    response["Cache-Control"] = "private, no-store"  # the address expires
    response["Referrer-Policy"] = "no-referrer"
    return response
