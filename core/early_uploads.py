"""Large files that come with a form and are kept in a bucket: they are sent there before the transaction that stores them, so that
no lock is held meanwhile. Storing one then copies it inside the bucket, which takes a moment."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from core.errors import Refusal, Refused

FOLDER = "arrivals"  # of what has arrived in the bucket and is not stored yet; the nightly sweep deletes what is left
LEAST = 1024 * 1024  # smaller ones are sent in a moment
GONE = "This file did not arrive. Choose it again."


class EarlyFile(File[bytes]):
    """A file that came with a form and is in the bucket already."""

    def __init__(self, file: File[bytes], key: str, etag: str) -> None:
        super().__init__(file.file, name=file.name)
        self.size, self.key, self.etag = file.size, key, etag

    def store_as(self, key: str) -> None:
        store(self.key, self.etag, key)


def sent_early(file: File[bytes]) -> File[bytes]:
    """Returns a checked file, which is in the bucket by now if it is large and files are kept there. Call it outside of the
    transaction that stores the file."""
    if not settings.MEDIA_BUCKET or file.size < LEAST or hasattr(file, "store_as"):
        return file
    from core.bucket import bucket_files  # boto3 takes a third of a second, and few sites need it

    files = bucket_files(FOLDER)
    name = files.save(secrets.token_urlsafe(24), file)
    file.seek(0)
    return EarlyFile(file, f"{FOLDER}/{name}", str(files.head(name)["ETag"]))


def store(source: str, etag: str, target: str) -> None:
    """Copies what has arrived inside the bucket, and deletes it where it arrived once the transaction is over."""
    from core import bucket  # as above

    try:
        bucket.copy(source, target, etag=etag)
    except FileNotFoundError:  # another form has stored it
        raise Refused(Refusal.INVALID, GONE, fields={"file": [GONE]}) from None
    transaction.on_commit(lambda: bucket.delete_object(source), robust=True)
