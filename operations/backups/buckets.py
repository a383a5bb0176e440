"""Backups in a bucket of S3 or of a service that speaks like it, with requests that are signed as AWS's version 4 asks for."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

import requests
from defusedxml import ElementTree

PART = 64 * 1024 * 1024  # bytes; 10,000 parts at most
TIMEOUT = (10, 300)
ADDRESS = "s3://BUCKET/FOLDER"


class BucketFailed(Exception):
    """The bucket does not do what it was asked for; the message says what it answered."""


@dataclass(frozen=True)
class Bucket:
    """A folder in a bucket. Where it is and the keys come from the environment, as the tools of AWS name them."""

    name: str
    folder: str
    endpoint: str
    region: str
    key: str
    secret: str

    @classmethod
    def at(cls, address: str) -> Bucket:
        """Returns the bucket of an address such as `s3://backups/waymark`."""
        parts = urlsplit(address)
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
        endpoint = os.environ.get("AWS_ENDPOINT_URL") or f"https://s3.{region}.amazonaws.com"
        key, secret = os.environ.get("AWS_ACCESS_KEY_ID", ""), os.environ.get("AWS_SECRET_ACCESS_KEY", "")
        if parts.scheme != "s3" or not parts.netloc:
            raise BucketFailed(f"{address} is no bucket: write {ADDRESS}")
        if not (key and secret):
            raise BucketFailed(
                "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_ENDPOINT_URL if it is not at AWS."
            )
        return cls(parts.netloc, parts.path.strip("/"), endpoint.rstrip("/"), region, key, secret)

    def __str__(self) -> str:
        return "/".join(filter(None, [f"s3://{self.name}", self.folder]))

    def names(self) -> list[str]:
        """Returns the names of the files in the folder, in the order of their names."""
        prefix, names, token = f"{self.folder}/" if self.folder else "", [], ""
        while True:
            query = {"list-type": "2", "prefix": prefix} | ({"continuation-token": token} if token else {})
            answer = ElementTree.fromstring(self._ask("GET", "", query).content)
            space = answer.tag.partition("}")[0] + "}" if answer.tag.startswith("{") else ""
            names += [
                str(item.findtext(f"{space}Key")).removeprefix(prefix) for item in answer.iter(f"{space}Contents")
            ]
            token = answer.findtext(f"{space}NextContinuationToken") or ""
            if not token:
                return sorted(name for name in names if "/" not in name)

    def upload(self, path: Path) -> str:
        """Writes a file into the folder, in parts if it is large, and returns its address."""
        name = path.name
        if path.stat().st_size <= PART:
            self._ask("PUT", name, body=path.read_bytes())
        else:
            self._upload_in_parts(path, name)
        return f"{self}/{name}"

    def download(self, name: str, target: Path) -> None:
        """Reads a file from the folder into `target`."""
        with target.open("wb") as file, self._asked("GET", name, {}, b"", is_streamed=True) as answer:
            for data in answer.iter_content(1024 * 1024):
                file.write(data)

    def delete(self, name: str) -> None:
        self._ask("DELETE", name)

    def _upload_in_parts(self, path: Path, name: str) -> None:
        begun = ElementTree.fromstring(self._ask("POST", name, {"uploads": ""}).content)
        upload = next(str(item.text) for item in begun.iter() if item.tag.endswith("UploadId"))
        try:
            parts: list[str] = []
            with path.open("rb") as file:
                while data := file.read(PART):
                    query = {"partNumber": str(len(parts) + 1), "uploadId": upload}
                    parts.append(self._ask("PUT", name, query, data).headers["ETag"])
            lines = "".join(
                f"<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>"
                for number, tag in enumerate(parts, start=1)
            )
            document = f"<CompleteMultipartUpload>{lines}</CompleteMultipartUpload>"
            answer = self._ask("POST", name, {"uploadId": upload}, document.encode())
            if b"<Error>" in answer.content:  # which S3 can answer with the status 200
                raise BucketFailed(f"{self} did not put {name} together: {answer.text[:300]}")
        except BaseException:
            self._ask("DELETE", name, {"uploadId": upload})
            raise

    def _ask(self, method: str, name: str, query: dict[str, str] | None = None, body: bytes = b"") -> requests.Response:
        with self._asked(method, name, query or {}, body) as answer:
            return answer

    @contextmanager
    def _asked(
        self, method: str, name: str, query: dict[str, str], body: bytes, *, is_streamed: bool = False
    ) -> Iterator[requests.Response]:
        path = "/".join(filter(None, [f"/{self.name}", self.folder if name else "", name]))
        words = "&".join(f"{quote(key, safe='')}={quote(query[key], safe='')}" for key in sorted(query))
        address = f"{self.endpoint}{quote(path)}" + (f"?{words}" if words else "")
        headers = self._signed(method, urlsplit(address).path, words, body)
        try:
            answer = requests.request(method, address, headers=headers, data=body, timeout=TIMEOUT, stream=is_streamed)
        except requests.RequestException as error:
            raise BucketFailed(f"{self.endpoint} cannot be reached: {type(error).__name__}") from None
        with answer:
            if not answer.ok:
                raise BucketFailed(f"{self} answered {answer.status_code}: {answer.text[:300]}")
            yield answer

    def _signed(self, method: str, path: str, query: str, body: bytes) -> dict[str, str]:
        """Returns the headers of a request with its signature."""
        now = datetime.now(UTC)
        day, moment = f"{now:%Y%m%d}", f"{now:%Y%m%dT%H%M%SZ}"
        digest = hashlib.sha256(body).hexdigest()
        headers = {"host": urlsplit(self.endpoint).netloc, "x-amz-content-sha256": digest, "x-amz-date": moment}
        names = ";".join(sorted(headers))
        lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
        request = "\n".join([method, path, query, lines, names, digest])
        scope = f"{day}/{self.region}/s3/aws4_request"
        to_sign = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(request.encode()).hexdigest()])
        key = f"AWS4{self.secret}".encode()
        for word in (day, self.region, "s3", "aws4_request"):
            key = hmac.digest(key, word.encode(), "sha256")
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
        credential = f"AWS4-HMAC-SHA256 Credential={self.key}/{scope}, SignedHeaders={names}, Signature={signature}"
        return headers | {"Authorization": credential}
