"""Files that people send: which kinds and sizes are accepted, how they are stored, how much one person may store, and how
they are sent as downloads.

Each form and operation that takes a file calls `accepted`, each service that stores one `check_space`, and each model
names its files by `stored_name`. Pictures are written anew, because they tell where they were taken and with what.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from pathlib import PurePath
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Any

import filetype
from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet, Sum
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase

from core import virus_scanner
from core.characters import FORBIDDEN, MARK
from core.early_uploads import sent_early
from core.errors import Refusal, Refused
from core.images import BadImage, rewritten
from core.locks import lock_until_commit
from core.storage import signed_redirect
from core.videos import BadVideo, without_place

# The accepted kinds, with the content type they are sent with. None is a type that a browser would run.
KINDS: dict[str, str] = {
    ".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp",
    ".gif": "image/gif", ".txt": "text/plain; charset=utf-8", ".md": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8", ".json": "application/json", ".mp3": "audio/mpeg", ".wav": "audio/wav",
    ".flac": "audio/flac", ".m4a": "audio/mp4", ".aif": "audio/aiff", ".aiff": "audio/aiff", ".mid": "audio/midi",
    ".mp4": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm", ".zip": "application/zip",
    ".docx": "application/octet-stream", ".xlsx": "application/octet-stream", ".pptx": "application/octet-stream",
    ".odt": "application/octet-stream", ".ods": "application/octet-stream", ".odp": "application/octet-stream",
    ".als": "application/octet-stream", ".logicx": "application/octet-stream", ".fig": "application/octet-stream",
    ".sketch": "application/octet-stream", ".psd": "application/octet-stream",
}  # fmt: skip
# What `filetype` calls the kinds whose first bytes are always the same. Of the others it does not know all beginnings
# (docs/decisions/0021-libraries-for-money-and-files.md).
SIGNED = {
    ".pdf": "pdf", ".png": "png", ".jpg": "jpg", ".jpeg": "jpg", ".gif": "gif", ".webp": "webp", ".psd": "psd",
    ".wav": "wav", ".flac": "flac", ".mid": "midi",
    **dict.fromkeys((".zip", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"), "zip"),
}  # fmt: skip
# Programs and scripts, of which `filetype` knows only the first two.
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
# Pictures, which are written anew.
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp"})
VIDEOS = frozenset({".mp4", ".mov"})  # WebM has no standard way to say where it was recorded
UNWRITABLE_PICTURES = frozenset({".heic", ".heif", ".avif", ".tif", ".tiff"})
MEGABYTE = 1024 * 1024
LONGEST_NAME = 100


class BadUpload(ValueError):
    """The file is not accepted; the message is shown to the person."""


StoredFiles = Callable[[Any], QuerySet[Any]]
_stored: list[StoredFiles] = []


def register_stored_files(rows: StoredFiles) -> None:
    """Registers the rows of a model, with a field `size`, whose files a person has sent and that still exist."""
    _stored.append(rows)


def accepted(upload: UploadedFile[bytes]) -> File[bytes]:
    """Returns the file as it is stored: with a safe name and, if it is a picture or a video, without metadata. Raises
    BadUpload for what is not accepted. Call it before the transaction that stores the file: a large one is sent to the
    bucket here, if there is one."""
    return sent_early(_without_metadata(checked(upload)))


def _without_metadata(file: File[bytes]) -> File[bytes]:
    if PurePath(file.name or "").suffix.lower() in VIDEOS:
        return _video_without_place(file)
    if PurePath(file.name or "").suffix.lower() not in PICTURES:
        return file
    try:
        picture = rewritten(file)
    except BadImage as bad:
        raise BadUpload(str(bad)) from None
    picture.name = file.name
    return picture


def _video_without_place(file: File[bytes]) -> File[bytes]:
    """Returns the video itself, or a changed copy of it where it is in the bucket, in which nothing can be overwritten."""
    is_elsewhere = hasattr(file, "store_as")
    writable: Any = TemporaryFile() if is_elsewhere else file  # noqa: SIM115  (closed with the request)
    if is_elsewhere:
        copyfileobj(file, writable)
    try:
        is_changed = without_place(writable)
    except BadVideo as bad:
        raise BadUpload(str(bad)) from None
    return File(writable, name=file.name) if is_elsewhere and is_changed else file


def check_space(person: Any, *files: File[bytes]) -> None:
    """Refuses files that this person has no space left for. Call it in the transaction that stores the files, after all
    other locks: two files at once are counted one after the other. Call it once for all files, before any of them is
    stored, because a stored file stays when the transaction is rolled back."""
    lock_until_commit(f"files of {person.pk}")
    check_space_of((rows(person) for rows in _stored), files, settings.UPLOAD_QUOTA_MEGABYTES)


def check_space_of(
    stored: Iterable[QuerySet[Any]], files: Iterable[File[bytes]], most: int, *, whose: str = "Your files"
) -> None:
    """Refuses files with which the stored files would take more than `most` megabytes; 0 means no limit."""
    if not most:
        return
    used = sum(rows.aggregate(total=Sum("size"))["total"] or 0 for rows in stored)
    if used + sum(file.size for file in files) > most * MEGABYTE:
        left = max(0, most - used // MEGABYTE)
        sentence = f"{whose} can take up {most} MB in total, and {left} MB are left. Remove a file or send a link."
        raise Refused(Refusal.TOO_LARGE, sentence, fields={"file": [sentence]})


def stored_name(folder: str, name: str) -> str:
    """Returns a path that cannot be guessed. Of the name that the sender gave the file, only its suffix is kept."""
    return f"{folder}/{secrets.token_urlsafe(16)}{PurePath(name).suffix.lower()[:12]}"


def checked(upload: UploadedFile[bytes]) -> UploadedFile[bytes]:
    """Returns the file with a safe name. Raises BadUpload unless its size, kind, first bytes and the virus scanner, if
    there is one, are all right."""
    name = clean_name(upload.name or "")
    kind = PurePath(name).suffix.lower()
    if problem := why_not_accepted(name, upload.size or 0):
        raise BadUpload(problem)
    upload.seek(0)
    beginning = upload.read(16)
    upload.seek(0)
    if beginning.startswith(PROGRAMS) or not _is_of_kind(beginning, kind):
        raise BadUpload(f"This is not a {kind} file, although its name says so. Save it again or send a link.")
    if virus_scanner.finds_something(upload):
        raise BadUpload("Our virus scanner has blocked this file. Check it on your computer or send another one.")
    upload.name = name
    return upload


def why_not_accepted(name: str, size: int) -> str:
    """Returns why no file with this name and size is accepted; empty if its content decides."""
    kind, most = PurePath(name).suffix.lower(), settings.UPLOAD_MOST_MEGABYTES
    if not size:
        return "This file is empty."
    if size > most * MEGABYTE:
        return f"This file is larger than {most} MB. Upload it somewhere else and send the link."
    if kind in UNWRITABLE_PICTURES:
        return (
            f"We cannot remove from {kind} pictures where they were taken. Save it as JPEG or PNG and add that. On an "
            "iPhone, choose Settings, Camera, Formats, Most Compatible for new pictures."
        )
    return "" if kind in KINDS else "We do not accept files of this type. Send it as a .zip file or as a link."


def _is_of_kind(beginning: bytes, kind: str) -> bool:
    """Whether a file that begins so can be of this kind; True for kinds without a fixed beginning."""
    return kind not in SIGNED or filetype.get_type(ext=SIGNED[kind]).match(beginning)


def clean_name(name: str) -> str:
    """Returns the last part of a path, shortened, without characters that are not safe in file systems or headers."""
    last = re.split(r"[\\/]", FORBIDDEN.sub("", name).replace(MARK, ""))[-1]
    plain = re.sub(r'[\t\n\r<>:"|?*\u202a-\u202e\u2066-\u2069]', "", last).strip(" .") or "file"
    path = PurePath(plain)
    return f"{path.stem[: LONGEST_NAME - len(path.suffix)]}{path.suffix}" if len(plain) > LONGEST_NAME else plain


def content_type_of(name: str) -> str:
    """Returns the content type that a file with this name is sent with."""
    return KINDS.get(PurePath(name).suffix.lower(), "application/octet-stream")


def download_response(request: HttpRequest, stored: Any, name: str) -> HttpResponseBase:
    """Returns the stored file as a download, which a browser does not open as a page, or leads to it in the bucket. Raises
    Http404 if it is missing."""
    kind = content_type_of(name)
    try:
        if (elsewhere := signed_redirect(request, stored, content_type=kind, download_as=name)) is not None:
            return elsewhere
        content = stored.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, as_attachment=True, filename=name, content_type=kind)
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
