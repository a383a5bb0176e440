"""An S3 server as a process of its own: moto keeps the objects, and what stands before it checks what moto does not look at,
as AWS does: the signature and the end of each request's validity, and the policy of a POST.

`python -m tests.s3_server --port 9000` runs one for the demo.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import io
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

import requests

from config.embedded.paths import PROJECT

KEY, SECRET, REGION, BUCKET, OPEN_BUCKET = "tests-key", "tests-secret", "eu-central-1", "files", "open-files"
ADDRESS = "TEST_S3_ADDRESS"  # the variable with the address of the server of the whole run
START_SECONDS = 300
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(.+?)/(\d{8})/(.+?)/s3/aws4_request, ?SignedHeaders=(.+?), ?Signature=(\w+)"
)
Start = Callable[[str, list[tuple[str, str]]], Any]


class Gate:
    """A WSGI application that lets only signed requests through. `OPEN_BUCKET` is open to everybody."""

    def __init__(self, application: Any) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        problem = self._problem(environ) or ("PreconditionFailed" if self._is_exchanged(environ) else "")
        if problem:
            body = f"<Error><Code>{problem}</Code></Error>".encode()
            headers = [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))]
            start_response("403 Forbidden", [*headers, ("Access-Control-Allow-Origin", "*")])
            return [body]
        answer: Iterable[bytes] = self.application(environ, start_response)
        return answer

    def _is_exchanged(self, environ: dict[str, Any]) -> bool:
        """Whether what is copied is not the object that the request means, which moto does not compare."""
        expected = environ.get("HTTP_X_AMZ_COPY_SOURCE_IF_MATCH")
        if not expected:
            return False
        bucket, _, key = unquote(environ["HTTP_X_AMZ_COPY_SOURCE"]).lstrip("/").partition("/")
        listed = client_of(f"http://{environ['HTTP_HOST']}").list_objects_v2(Bucket=bucket, Prefix=key)
        return any(entry["Key"] == key and entry["ETag"] != expected for entry in listed.get("Contents", ()))

    def _problem(self, environ: dict[str, Any]) -> str:
        query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if method == "OPTIONS":
            return "CORSForbidden" if path.split("/")[1] == OPEN_BUCKET else ""
        if path.startswith("/moto-api/") or path.split("/")[1] == OPEN_BUCKET:
            return ""
        if environ.get("HTTP_AUTHORIZATION"):
            return self._problem_of_headers(environ, query)
        if "X-Amz-Signature" in query:
            return self._problem_of_address(environ, query)
        if method == "POST" and str(environ.get("CONTENT_TYPE", "")).startswith("multipart/form-data"):
            return self._problem_of_form(environ)
        return "AccessDenied"

    def _problem_of_headers(self, environ: dict[str, Any], query: dict[str, str]) -> str:
        match = AUTHORIZATION.fullmatch(environ["HTTP_AUTHORIZATION"])
        if match is None or (match[1], match[3]) != (KEY, REGION):
            return "InvalidAccessKeyId"
        digest = environ.get("HTTP_X_AMZ_CONTENT_SHA256", "")
        expected = signature_of(environ, query, match[4], digest, environ["HTTP_X_AMZ_DATE"], match[2])
        return "" if hmac.compare_digest(expected, match[5]) else "SignatureDoesNotMatch"

    def _problem_of_address(self, environ: dict[str, Any], query: dict[str, str]) -> str:
        sent_signature, moment = query.pop("X-Amz-Signature"), query["X-Amz-Date"]
        begun_at = datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        expected = signature_of(environ, query, query["X-Amz-SignedHeaders"], "UNSIGNED-PAYLOAD", moment, moment[:8])
        if not hmac.compare_digest(expected, sent_signature):
            return "SignatureDoesNotMatch"
        return "" if datetime.now(UTC) < begun_at + timedelta(seconds=int(query["X-Amz-Expires"])) else "ExpiredToken"

    def _problem_of_form(self, environ: dict[str, Any]) -> str:
        from werkzeug.formparser import parse_form_data  # of the server's process alone

        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        _, form, files = parse_form_data(dict(environ))
        environ["wsgi.input"] = io.BytesIO(body)
        fields = {name.lower(): value for name, value in form.items()}
        policy = fields.get("policy", "")
        day = fields.get("x-amz-date", "")[:8]
        expected = hmac.new(signing_key(day), policy.encode(), "sha256").hexdigest()
        if not hmac.compare_digest(expected, fields.get("x-amz-signature", "")):
            return "SignatureDoesNotMatch"
        document = json.loads(base64.b64decode(policy))
        if datetime.now(UTC) > datetime.fromisoformat(document["expiration"].replace("Z", "+00:00")):
            return "AccessDenied"
        fields["bucket"] = environ["PATH_INFO"].strip("/").split("/")[0]
        size = len(files["file"].read()) if "file" in files else len(form.get("file", ""))
        broken = [rule for rule in document["conditions"] if not is_kept(rule, fields, size)]
        return "AccessDenied" if broken else ""


def is_kept(rule: Any, fields: dict[str, str], size: int) -> bool:
    """Whether a condition of a policy holds for a form."""
    if isinstance(rule, dict):
        return all(fields.get(name.lower()) == value for name, value in rule.items())
    if rule[0] == "content-length-range":
        return bool(rule[1] <= size <= rule[2])
    value = fields.get(rule[1].lstrip("$").lower(), "")
    return value == rule[2] if rule[0] == "eq" else value.startswith(rule[2])


def signing_key(day: str) -> bytes:
    key = b"AWS4" + SECRET.encode()
    for word in (day, REGION, "s3", "aws4_request"):
        key = hmac.digest(key, word.encode(), "sha256")
    return key


def signature_of(environ: dict[str, Any], query: dict[str, str], names: str, digest: str, moment: str, day: str) -> str:
    """Returns the signature that a request has to have (version 4)."""

    def header(name: str) -> str:
        key = name.upper().replace("-", "_")
        value = environ.get(key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}", "")
        return " ".join(str(value).split())

    words = "&".join(f"{quote(name, safe='-_.~')}={quote(query[name], safe='-_.~')}" for name in sorted(query))
    lines = "".join(f"{name}:{header(name)}\n" for name in names.split(";"))
    path = quote(environ["PATH_INFO"].encode("latin-1").decode(), safe="/-_.~")
    request = "\n".join([environ["REQUEST_METHOD"], path, words, lines, names, digest])
    scope = f"{day}/{REGION}/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    return hmac.digest(signing_key(day), text.encode(), "sha256").hex()


def environment_of(address: str, bucket: str = BUCKET) -> dict[str, str]:
    """Returns the variables with which Waymark keeps its files on the server."""
    return {
        "MEDIA_BUCKET": bucket,
        "MEDIA_PATH_STYLE": "1",
        "AWS_ENDPOINT_URL": address,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
    }


def use_bucket(settings: Any, address: str, bucket: str = BUCKET) -> str:
    """Lets the settings of a test keep files in a folder of its own in the bucket, and returns the folder."""
    folder = secrets.token_hex(8)
    settings.MEDIA_BUCKET = f"{bucket}/{folder}"
    settings.MEDIA_ENDPOINT, settings.MEDIA_REGION, settings.MEDIA_PATH_STYLE = address, REGION, True
    settings.MEDIA_KEY, settings.MEDIA_SECRET = KEY, SECRET
    return folder


@contextmanager
def s3_server() -> Iterator[str]:
    """Runs a server and yields its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "tests.s3_server", "--port", str(port)]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_up(address):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(60)


def is_up(address: str) -> bool:
    try:
        return requests.get(f"{address}/{OPEN_BUCKET}", timeout=10).status_code == 200
    except requests.RequestException:  # also what a busy machine does not answer in time
        return False


def client_of(address: str) -> Any:
    import boto3  # of the server's process alone

    return boto3.client(
        "s3", endpoint_url=address, region_name=REGION, aws_access_key_id=KEY, aws_secret_access_key=SECRET
    )


def make_buckets(address: str) -> None:
    client = client_of(address)
    rule = {"AllowedOrigins": ["*"], "AllowedMethods": ["POST", "GET", "HEAD"], "AllowedHeaders": ["*"]}
    for name in (BUCKET, OPEN_BUCKET):
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        if name == BUCKET:
            client.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [rule]})


def main() -> None:
    import threading

    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    os.environ["MOTO_PORT"] = str(port)
    application = Gate(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", port, application, threaded=True, request_handler=MotoRequestHandler)
    threading.Thread(target=make_buckets, args=[f"http://127.0.0.1:{port}"], daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
