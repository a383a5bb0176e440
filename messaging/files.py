"""Reads the files that were sent with a message, checked by `core.uploads`."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile

from core import uploads
from core.errors import Refusal, Refused
from messaging.rules import MOST_FILES


def accepted_files(sent: Iterable[UploadedFile[bytes]]) -> list[File[bytes]]:
    """Returns the files as they are stored; refuses all of them if one is not accepted, and says which.

    Too many are refused before any is read: rewriting pictures and scanning for viruses take long.
    """
    uploads_sent = list(sent)
    if len(uploads_sent) > MOST_FILES:
        raise Refused(Refusal.INVALID, fields={"files": [f"Send at most {MOST_FILES} files at once."]})
    files: list[File[bytes]] = []
    for file in uploads_sent:
        name = uploads.clean_name(file.name or "")
        try:
            files.append(uploads.accepted(file))
        except uploads.BadUpload as error:
            raise Refused(Refusal.INVALID, fields={"files": [f"{name}: {error}"]}) from None
    return files
