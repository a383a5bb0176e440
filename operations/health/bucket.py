"""The health of the bucket with people's files: whether it can be written and read, only by this site, and by browsers as far as
they have to."""

from __future__ import annotations

import secrets

import requests
from django.conf import settings

from core import bucket
from core.bucket_reading import FilesUnavailable, bucket_errors
from operations.health.registry import HealthFinding, HealthLine, Verdict

SECONDS = 10
DOCUMENT = "docs/deployment.md, Files in a bucket, says how."
AWAY = "Look at the status page of the service, and at AWS_ENDPOINT_URL and the keys; the key has to be allowed to {}."


def bucket_lines() -> list[HealthLine]:
    """Returns a line for each thing that can be wrong; none if files are in folders. Asks the bucket ten times at most."""
    if not settings.MEDIA_BUCKET:
        return []
    name = f"doctor-{secrets.token_hex(8)}"
    used = _written_and_read(name)
    lines = []
    if used.verdict == Verdict.GOOD:
        lines.append(HealthLine("bucket access", "Who reads the bucket", _is_private(name)))
        if settings.MEDIA_DIRECT_UPLOADS:
            lines.append(HealthLine("bucket uploads", "Uploads to the bucket", _takes_uploads()))
        used = _deleted(name) or used
    return [HealthLine("bucket", "Bucket of files", used), *lines]


def _written_and_read(name: str) -> HealthFinding:
    at = {"Bucket": bucket.bucket_name(), "Key": bucket.key_of(name)}
    doing = "write"
    try:
        with bucket_errors(name):
            bucket.client().put_object(**at, Body=b"doctor", **bucket.OBJECT)
            doing = "read"
            content = bucket.client().get_object(**at)["Body"].read()
            doing = "list"
            names = [entry.name for entry in bucket.stored_objects(name)]
    except (FilesUnavailable, FileNotFoundError) as error:
        reason = getattr(error, "reason", "it does not exist")
        return HealthFinding(Verdict.BAD, f"It cannot be used to {doing}: {reason}.", AWAY.format(doing))
    if content != b"doctor" or names != [name]:
        return HealthFinding(Verdict.BAD, "It does not return what was written.", AWAY.format("read and list"))
    return HealthFinding(Verdict.GOOD, "It can be written, read, listed and deleted from.")


def _deleted(name: str) -> HealthFinding | None:
    """Deletes what was written, and returns what is wrong with that."""
    try:
        bucket.delete_object(name)
    except (FilesUnavailable, FileNotFoundError) as error:
        reason = getattr(error, "reason", "it does not exist")
        return HealthFinding(Verdict.BAD, f"It cannot be used to delete: {reason}.", AWAY.format("delete"))
    return None


def _is_private(name: str) -> HealthFinding:
    """Asks for the list and for an object as anybody could."""
    place = f"{settings.MEDIA_ORIGIN}/{bucket.bucket_name()}" if settings.MEDIA_PATH_STYLE else settings.MEDIA_ORIGIN
    try:
        answers = {
            "list it": requests.get(f"{place}/?list-type=2", timeout=SECONDS),
            "read its files": requests.get(f"{place}/{bucket.key_of(name)}", timeout=SECONDS),
        }
    except requests.RequestException as error:
        return HealthFinding(Verdict.LOOK, f"It cannot be reached as browsers do: {type(error).__name__}.", DOCUMENT)
    if opened := [what for what, answer in answers.items() if answer.ok]:
        sentence = f"Everybody can {' and '.join(opened)}."
        return HealthFinding(Verdict.BAD, sentence, "Block all public access to it at the service, at once.")
    return HealthFinding(Verdict.GOOD, "Nobody reads it without a signed address.")


def _takes_uploads() -> HealthFinding:
    """Asks as a browser does before it sends a file."""
    place = f"{settings.MEDIA_ORIGIN}/{bucket.bucket_name()}" if settings.MEDIA_PATH_STYLE else settings.MEDIA_ORIGIN
    headers = {"Origin": settings.SITE_URL, "Access-Control-Request-Method": "POST"}
    try:
        answer = requests.options(place, headers=headers, timeout=SECONDS)
    except requests.RequestException as error:
        return HealthFinding(Verdict.LOOK, f"It does not answer browsers: {type(error).__name__}.", DOCUMENT)
    allowed = answer.headers.get("Access-Control-Allow-Origin", "")
    if not answer.ok or allowed not in ("*", settings.SITE_URL):
        sentence = "It takes no files from browsers, so that large ones go through Waymark."
        return HealthFinding(Verdict.LOOK, sentence, f"Give it the CORS rule for POST: {DOCUMENT}")
    return HealthFinding(Verdict.GOOD, "It takes files from browsers.")
