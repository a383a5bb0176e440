"""What is stored and sent, wherever the tests keep their files: in folders, or in a bucket with `--files=s3`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests

from core import storage


def stored_names() -> list[str]:
    """Returns the names of all files, such as `private/exports/1.zip`."""
    if storage.in_bucket(storage.PRIVATE):
        from core import bucket  # not without a bucket, since boto3 takes a third of a second

        return [entry.name for entry in bucket.stored_objects() if entry.name.startswith(storage.AREAS)]
    names = []
    for area, files in storage.FOLDERS.items():
        folder = Path(files.location)
        names += [f"{area}/{path.relative_to(folder)}" for path in folder.rglob("*") if path.is_file()]
    return sorted(names)


def headers(response: Any) -> Any:
    """Returns the headers with which a file arrives."""
    return requests.get(response["Location"], timeout=30).headers if response.status_code == 302 else response


def received(response: Any) -> bytes:
    """Returns the file that a page sends, or that it leads to in the bucket."""
    if response.status_code == 302:
        answer = requests.get(response["Location"], timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.content
    return b"".join(response.streaming_content)
