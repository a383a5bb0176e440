"""People's files in a bucket of S3 or of a service that speaks like it (docs/decisions/0045-files-in-a-bucket.md).

Nobody but this site reads the bucket. For a private file a view checks who may read it and then sends the browser to an
address that is signed for a few minutes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from django.conf import settings
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

from core import clock
from core.bucket_pause import BucketPause
from core.bucket_reading import FilesUnavailable, ObjectFile, bucket_errors

logger = logging.getLogger(__name__)

CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 3, 10, 3
MEGABYTE = 1024 * 1024
# Large files are sent in parts, one after another: threads of its own for each upload would cost more than they save.
TRANSFER = TransferConfig(multipart_threshold=16 * MEGABYTE, multipart_chunksize=8 * MEGABYTE, use_threads=False)
TYPE = "application/octet-stream"  # of each object: what a browser takes it for is in the signed address
OBJECT = {"ContentType": TYPE, "CacheControl": "private, no-store"}
LINK_SECONDS = 300
BACKUPS = "running-backups"
BACKUP_LASTS_AT_MOST = timedelta(days=1)


@dataclass(frozen=True)
class StoredObject:
    """An object in the list of a bucket, by its name below the site's folder."""

    name: str
    size: int
    changed_at: datetime


@cache
def _connection(endpoint: str, region: str, key: str, secret: str, *, path_style: bool) -> Any:
    """Returns what all threads of this process talk to the service with. Its clients can be shared."""
    session = boto3.session.Session(aws_access_key_id=key or None, aws_secret_access_key=secret or None)
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if path_style else "virtual"},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
        max_pool_connections=32,
        # Services other than AWS refuse the newer checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    resource = session.resource("s3", endpoint_url=endpoint, region_name=region, config=config)
    BucketPause().watch(resource.meta.client)
    return resource


def connection() -> Any:
    return _connection(
        settings.MEDIA_ENDPOINT,
        settings.MEDIA_REGION,
        settings.MEDIA_KEY,
        settings.MEDIA_SECRET,
        path_style=settings.MEDIA_PATH_STYLE,
    )


def client() -> Any:
    return connection().meta.client


def bucket_name() -> str:
    return str(settings.MEDIA_BUCKET).partition("/")[0]


def key_of(name: str) -> str:
    """Returns the key of what is called so below the site's folder in the bucket, such as `private/exports/1.zip`."""
    folder = str(settings.MEDIA_BUCKET).partition("/")[2].strip("/")
    return f"{folder}/{name}" if folder else name


class BucketFiles(S3Storage):  # type: ignore[misc]  # the package has no types
    """The files of one area below the site's folder in the bucket."""

    def __init__(self, area: str) -> None:
        super().__init__(
            bucket_name=bucket_name(),
            location=key_of(area),
            file_overwrite=True,  # names are random, and asking for each whether it is taken costs a request
            default_acl=None,
            object_parameters=OBJECT,
            transfer_config=TRANSFER,
            client_config=Config(),  # of connections that are not used: see `connection`
        )

    @property
    def connection(self) -> Any:
        return connection()

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        if "w" in mode:
            raise ValueError("a file in a bucket is saved as a whole")
        return ObjectFile(client(), self.bucket_name, self._key(name), name)

    def _save(self, name: str, content: Any) -> str:
        if hasattr(content, "store_as"):  # it is in the bucket already: see core.direct_uploads
            content.store_as(self._key(name))
            return name
        with bucket_errors(name):
            return str(super()._save(name, content))

    def replace(self, name: str, content: bytes) -> None:
        self.save(name, ContentFile(content))

    def delete(self, name: str) -> None:
        """Deletes a file. One that cannot be deleted now is left for the nightly sweep: the row is gone already."""
        try:
            if backup_is_running():
                return
            with bucket_errors(name):
                client().delete_object(Bucket=self.bucket_name, Key=self._key(name))
        except FileNotFoundError:
            return
        except FilesUnavailable as error:
            logger.warning("%s is left in the bucket for the nightly sweep: %s", name, error.reason)

    def exists(self, name: str) -> bool:
        try:
            self.head(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        return int(self.head(name)["ContentLength"])

    def get_modified_time(self, name: str) -> datetime:
        moment: datetime = self.head(name)["LastModified"]
        return moment

    def head(self, name: str) -> dict[str, Any]:
        """Returns what the service says of a file. Raises FileNotFoundError if it does not exist."""
        with bucket_errors(name):
            answer: dict[str, Any] = client().head_object(Bucket=self.bucket_name, Key=self._key(name))
            return answer

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with bucket_errors(name):
            names: tuple[list[str], list[str]] = super().listdir(name)
            return names

    def signed_address(self, name: str, *, content_type: str, disposition: str, method: str) -> str:
        """Returns an address that reads this file for a few minutes. Raises FileNotFoundError if it does not exist."""
        self.head(name)
        about = {"Bucket": self.bucket_name, "Key": self._key(name)}
        if method != "HEAD":
            about |= {"ResponseContentType": content_type, "ResponseContentDisposition": disposition}
        with bucket_errors(name):
            return str(
                client().generate_presigned_url(
                    "head_object" if method == "HEAD" else "get_object", Params=about, ExpiresIn=LINK_SECONDS
                )
            )

    def _key(self, name: str) -> str:
        return str(self._normalize_name(name))


@cache
def _bucket_files(area: str, bucket: str, endpoint: str) -> BucketFiles:
    return BucketFiles(area)


def bucket_files(area: str) -> BucketFiles:
    return _bucket_files(area, settings.MEDIA_BUCKET, settings.MEDIA_ENDPOINT)


def stored_objects(folder: str = "") -> Iterator[StoredObject]:
    """Yields the objects below a folder of the site, or all of them, in the order of their names."""
    prefix = key_of("")
    pages = client().get_paginator("list_objects_v2").paginate(Bucket=bucket_name(), Prefix=key_of(folder))
    with bucket_errors("the list of files"):
        for page in pages:
            for entry in page.get("Contents", ()):
                yield StoredObject(entry["Key"].removeprefix(prefix), entry["Size"], entry["LastModified"])


def object_file(name: str, shown_as: str) -> ObjectFile:
    return ObjectFile(client(), bucket_name(), key_of(name), shown_as)


def copy(source: str, target: str, *, etag: str) -> None:
    """Copies an object inside the bucket, unless it is another one by now. Its target is a whole key."""
    with bucket_errors(source):
        client().copy_object(
            Bucket=bucket_name(),
            Key=target,
            CopySource={"Bucket": bucket_name(), "Key": key_of(source)},
            CopySourceIfMatch=etag,
            MetadataDirective="REPLACE",
            **OBJECT,
        )


def delete_object(name: str) -> None:
    with bucket_errors(name):
        client().delete_object(Bucket=bucket_name(), Key=key_of(name))


def backup_is_running() -> bool:
    """Whether a backup is reading the bucket, so that nothing may be deleted from it. One that was killed counts for a
    day."""
    marks = list(stored_objects(f"{BACKUPS}/"))
    return bool(marks) and max(mark.changed_at for mark in marks) > clock.now() - BACKUP_LASTS_AT_MOST


def mark_backup(mark: str) -> None:
    """Says that a backup is running, until `unmark_backup` is called with the same mark."""
    with bucket_errors(mark):
        client().put_object(Bucket=bucket_name(), Key=key_of(f"{BACKUPS}/{mark}"), Body=b"")


def unmark_backup(mark: str) -> None:
    delete_object(f"{BACKUPS}/{mark}")
