"""Reads objects of a bucket as files, from wherever they are asked to be read, without a copy on this machine."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from urllib3.exceptions import HTTPError

from core.errors import Refusal, Refused

logger = logging.getLogger(__name__)

BUFFER = 64 * 1024
TRIES = 3  # of reading on after a connection broke
RETRY_AFTER = 60
SENTENCE = "We cannot reach our store of files at the moment. Nothing is lost. Try again in a minute."
MISSING = frozenset({"404", "NoSuchKey", "NotFound"})


class FilesUnavailable(Refused):
    """The bucket does not answer, or not as it should. Pages answer 503 and say to try again."""

    def __init__(self, reason: str) -> None:
        super().__init__(Refusal.UNAVAILABLE, SENTENCE, retry_after=RETRY_AFTER)
        self.reason = reason


@contextmanager
def bucket_errors(what: str) -> Iterator[None]:
    """Raises FileNotFoundError for an object that does not exist, and FilesUnavailable for all else that a bucket or the
    network can answer."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in MISSING:
            raise FileNotFoundError(what) from None
        logger.warning("the bucket refused %s: %s", what, code)
        raise FilesUnavailable(code) from None
    # KeyError and ValueError: an answer without what belongs into it, or with headers that are no numbers
    except (BotoCoreError, Boto3Error, HTTPError, KeyError, ValueError) as error:
        logger.warning("the bucket cannot be reached for %s: %s %.200s", what, type(error).__name__, error)
        raise FilesUnavailable(type(error).__name__) from None


class ObjectReader(io.RawIOBase):
    """An object as a file that can be read and in which one can skip. It stays the same object: one that is replaced
    meanwhile cannot be read on."""

    def __init__(self, client: Any, bucket: str, key: str) -> None:
        super().__init__()
        self._client, self._at = client, {"Bucket": bucket, "Key": key}
        self._position = 0
        with bucket_errors(key):
            answer = client.get_object(**self._at)
            self._body, self._body_position = answer["Body"], 0
            self.size, self.etag = int(answer["ContentLength"]), str(answer.get("ETag", ""))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self.size - self._position)
        if wanted <= 0:
            return 0
        for attempt in range(TRIES):
            try:
                data = self._read(wanted)
                break
            except FilesUnavailable:
                self._let_go()
                if attempt == TRIES - 1:
                    raise
        buffer[: len(data)] = data
        self._position += len(data)
        self._body_position = self._position
        return len(data)

    def close(self) -> None:
        self._let_go()
        super().close()

    def _read(self, wanted: int) -> bytes:
        key = self._at["Key"]
        with bucket_errors(key):
            if self._body is None or self._body_position != self._position:
                self._let_go()
                answer = self._opened_again()
                self._body, self._body_position = answer["Body"], self._position
                if not str(answer.get("ContentRange", "")).startswith(f"bytes {self._position}-"):
                    raise FilesUnavailable("another range than asked for")
            data: bytes = self._body.read(wanted)
        if not data:
            raise FilesUnavailable("the object ends too early")
        return data

    def _opened_again(self) -> Any:
        """Asks for the rest of the object. One that was there and is gone now is no missing file to who reads it."""
        same = {"IfMatch": self.etag} if self.etag else {}
        try:
            with bucket_errors(self._at["Key"]):
                return self._client.get_object(**self._at, Range=f"bytes={self._position}-", **same)
        except FileNotFoundError:
            raise FilesUnavailable("deleted while it was read") from None

    def _let_go(self) -> None:
        body, self._body = getattr(self, "_body", None), None
        if body is not None:
            body.close()


class ObjectFile(File[bytes]):
    """An object as Django's files are. It can be opened again after it was closed."""

    def __init__(self, client: Any, bucket: str, key: str, name: str) -> None:
        self._arguments = (client, bucket, key)
        super().__init__(self._opened(), name=name)

    def open(self, mode: str | None = None, *args: Any, **options: Any) -> ObjectFile:
        if self.closed:
            self.file = self._opened()
        self.seek(0)
        return self

    def _opened(self) -> Any:
        reader = ObjectReader(*self._arguments)
        self.size, self.etag = reader.size, reader.etag
        return io.BufferedReader(reader, BUFFER)
