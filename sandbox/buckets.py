"""A stand-in for S3: one bucket, which checks the signature of each request as AWS describes it (version 4)."""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

KEY, SECRET, REGION, BUCKET = "sandbox-key", "sandbox-secret", "eu-central-1", "backups"
MOST_NAMES = 2  # in one answer to a list, so that clients have to ask for more
CREDENTIAL = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(.+?)/(\d{8})/(.+?)/s3/aws4_request, SignedHeaders=(.+?), Signature=(\w+)"
)


class BucketSandbox(ThreadingHTTPServer):
    """The server. `objects` has the contents by name, `uploads` those of uploads in parts that are not finished."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), BucketHandler)
        self.objects: dict[str, bytes] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class BucketHandler(BaseHTTPRequestHandler):
    server: BucketSandbox

    def do_GET(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        bucket, _, name = unquote(parts.path).lstrip("/").partition("/")
        if not self._is_signed(parts.path, query, body):
            self._send(403, "<Error><Code>SignatureDoesNotMatch</Code></Error>")
        elif bucket != BUCKET:
            self._send(404, "<Error><Code>NoSuchBucket</Code></Error>")
        elif self.command == "GET":
            self._get(name) if name else self._list(query)
        elif self.command == "DELETE":
            self.server.objects.pop(name, None)
            self._send(204, "")
        else:
            self._store(name, query, body)

    def _store(self, name: str, query: dict[str, str], body: bytes) -> None:
        upload = query.get("uploadId", "")
        if "uploads" in query:
            self.server.uploads["first"] = {}
            self._send(200, "<InitiateMultipartUploadResult><UploadId>first</UploadId></InitiateMultipartUploadResult>")
        elif self.command == "PUT" and upload:
            self.server.uploads[upload][int(query["partNumber"])] = body
            self._send(200, "", {"ETag": f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'})
        elif upload:
            parts = self.server.uploads.pop(upload)
            assert body.count(b"<Part>") == len(parts)
            self.server.objects[name] = b"".join(parts[number] for number in sorted(parts))
            self._send(200, "<CompleteMultipartUploadResult/>")
        else:
            self.server.objects[name] = body
            self._send(200, "")

    def _get(self, name: str) -> None:
        if name not in self.server.objects:
            self._send(404, "<Error><Code>NoSuchKey</Code></Error>")
            return
        self._send(200, self.server.objects[name])

    def _list(self, query: dict[str, str]) -> None:
        names = sorted(name for name in self.server.objects if name.startswith(query.get("prefix", "")))
        after = [name for name in names if name > query.get("continuation-token", "")]
        lines = "".join(f"<Contents><Key>{escape(name)}</Key></Contents>" for name in after[:MOST_NAMES])
        more = after[MOST_NAMES:] and f"<NextContinuationToken>{escape(after[MOST_NAMES - 1])}</NextContinuationToken>"
        space = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
        self._send(200, f"<ListBucketResult {space}>{lines}{more or ''}</ListBucketResult>")

    def _is_signed(self, path: str, query: dict[str, str], body: bytes) -> bool:
        match = CREDENTIAL.fullmatch(self.headers.get("Authorization", ""))
        digest = hashlib.sha256(body).hexdigest()
        if match is None or (match[1], match[3]) != (KEY, REGION) or self.headers["x-amz-content-sha256"] != digest:
            return False
        words = "&".join(f"{quote(name, safe='-_.~')}={quote(query[name], safe='-_.~')}" for name in sorted(query))
        lines = "".join(f"{name}:{self.headers[name]}\n" for name in match[4].split(";"))
        request = "\n".join([self.command, path, words, lines, match[4], digest]).encode()
        scope = f"{match[2]}/{REGION}/s3/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{self.headers['x-amz-date']}\n{scope}\n{hashlib.sha256(request).hexdigest()}"
        key = b"AWS4" + SECRET.encode()
        for word in scope.split("/"):
            key = hmac.digest(key, word.encode(), "sha256")
        return hmac.compare_digest(hmac.digest(key, text.encode(), "sha256").hex(), match[5])

    def _send(self, status: int, content: str | bytes, headers: dict[str, str] | None = None) -> None:
        body = content.encode() if isinstance(content, str) else content
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *parts: object) -> None:
        """Logs nothing: what is asked is in the tests."""
