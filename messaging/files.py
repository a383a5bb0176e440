"""Reads the files that were sent with a message, checked by `core.uploads`."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile

from core import uploads
from core.errors import Refusal, Refused


def checked_files(sent: Iterable[UploadedFile[bytes]]) -> list[UploadedFile[bytes]]:
    """Returns the files with safe names; refuses all of them if one is not accepted, and says which."""
    files = []
    for file in sent:
        name = uploads.clean_name(file.name or "")
        try:
            files.append(uploads.checked(file))
        except uploads.BadUpload as error:
            raise Refused(Refusal.INVALID, fields={"files": [f"{name}: {error}"]}) from None
    return files
