"""Large files that browsers send straight to the bucket, and that the site then takes over.

A signed-in person asks for an address that takes one file of one size, below `arrivals/`. When the browser has sent it
there, it sends the form as usual, with a token instead of the file. The middleware puts the file of each token among
`request.FILES`, so that forms and services check and store it like any other: its first bytes, its size, the virus scanner.
Storing it copies it inside the bucket. Without JavaScript, or when anything here fails, the file is sent with its form.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from core.early_uploads import FOLDER, GONE, store
from core.errors import Refusal, Refused
from core.uploads import MEGABYTE, why_not_accepted
from core.views.errors import refusal_response

FIELD = "arrived:"  # before the name of the field whose file it is
SECONDS = 3600  # for a large file over a slow connection
LEAST = MEGABYTE  # smaller ones are quicker with their form
MOST = 20  # of one form; each is asked for
SALT = "core.direct_uploads"


def are_possible() -> bool:
    """Whether browsers may send files straight to the bucket."""
    return bool(settings.MEDIA_BUCKET and settings.MEDIA_DIRECT_UPLOADS)


def begin(*, person: Any, name: str, size: int) -> dict[str, Any]:
    """Returns the address and the fields of a form that sends one file of this size to the bucket, and the token for it.
    Refuses what would not be accepted afterwards."""
    if not are_possible():
        raise Refused(Refusal.NOT_FOUND)
    if problem := why_not_accepted(name, size):
        raise Refused(Refusal.INVALID, problem)
    from core import bucket  # boto3 takes a third of a second, and few sites need it
    from core.bucket_reading import bucket_errors

    key = f"{FOLDER}/{secrets.token_urlsafe(24)}"
    fields = {"Content-Type": bucket.TYPE}
    with bucket_errors(key):
        form = bucket.client().generate_presigned_post(
            bucket.bucket_name(),
            bucket.key_of(key),
            Fields=fields,
            Conditions=[fields, ["content-length-range", size, size]],
            ExpiresIn=SECONDS,
        )
    token = TimestampSigner(salt=SALT).sign_object([str(person.pk), key, name, size])
    return {"address": form["url"], "fields": form["fields"], "token": token}


class ArrivedUpload(UploadedFile[bytes]):
    """A file that a browser has sent to the bucket. It stays the file that was checked: one that is replaced meanwhile can
    neither be read on nor stored."""

    def __init__(self, key: str, name: str, size: int) -> None:
        from core import bucket  # as above

        file = bucket.object_file(key, name)
        super().__init__(file, name=name, size=file.size)
        self.key, self.etag = key, file.etag
        if file.size != size:
            raise FileNotFoundError(key)

    def store_as(self, key: str) -> None:
        store(self.key, self.etag, key)


def arrived(token: str, person: Any) -> ArrivedUpload:
    """Returns the file that this token was given for. It is of no use to other people."""
    try:
        owner, key, name, size = TimestampSigner(salt=SALT).unsign_object(token, max_age=2 * SECONDS)
        if owner != str(person.pk):
            raise Refused(Refusal.INVALID, GONE)
        return ArrivedUpload(key, name, size)
    except (BadSignature, ValueError, FileNotFoundError):
        raise Refused(Refusal.INVALID, GONE) from None


class ArrivedFiles:
    """Middleware that puts files which have arrived in the bucket among the files of a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponseBase | None:
        is_form = request.method == "POST" and request.content_type == "multipart/form-data"
        if not is_form or not are_possible() or not request.user.is_authenticated:
            return None
        tokens = [(name, token) for name, values in request.POST.lists() if name.startswith(FIELD) for token in values]
        try:
            if len(tokens) > MOST:
                raise Refused(Refusal.INVALID, f"Send at most {MOST} files at once.")
            for name, token in tokens:
                request.FILES.appendlist(name.removeprefix(FIELD), arrived(str(token), request.user))
        except Refused as refused:
            return refusal_response(request, refused)
        return None
