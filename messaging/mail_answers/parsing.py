"""Reads mails as they arrive, whatever is wrong with them: who sent them to whom, what they say, and their files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.policy import EmailPolicy
from email.utils import getaddresses
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from core.characters import FORBIDDEN
from core.uploads import clean_name
from messaging.mail_answers.quotes import text_of_html, unflowed, written

MOST_BYTES = 25_000_000  # what large mail providers send at most
MOST_PARTS = 200
MOST_DELIMITERS = 20_000  # lines that can begin a part; 20,000 parts take Python about a second
MOST_COMPARED_LINES = 50_000_000  # Python compares each line with every open boundary: this many take some seconds
LONGEST_TEXT = 50_000  # of which a message has at most 5,000 characters, and the rest is quoted
LONGEST_HEADER = 10_000
MOST_HEADERS = 50  # of one name
MOST_RECIPIENTS = 100
LONGEST_PARSED = 2_000  # characters of a header, such as one with the name of a file
LONGEST_ADDRESS = 254
SMALL_PICTURE = 10_000  # bytes; smaller pictures within the text are the logos of signatures
RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
AUTOMATIC_PRECEDENCE = frozenset({"bulk", "junk", "list", "auto_reply"})
AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Failed-Recipients", "List-Id", "List-Unsubscribe")
BOUNDARY = re.compile(rb"boundary", re.IGNORECASE)  # each multipart names one, however its header is written
DELIMITER = re.compile(rb"^--", re.MULTILINE)
END_OF_HEADERS = re.compile(rb"\r?\n\r?\n|\r\r")
SYSTEMS = re.compile(r"(mailer-daemon|postmaster|no-?reply|bounces?)(\+.*)?@")
IGNORED_FILES = frozenset(
    {
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "application/pgp-keys",
    }
)


class UnreadableMail(ValueError):
    """The bytes are no mail that can be read."""


class ShortHeaders(EmailPolicy):
    """Parses the beginning of a header only: the time that Python needs grows with the square of its length."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        return super().header_fetch_parse(name, value[:LONGEST_PARSED])


@dataclass(frozen=True)
class IncomingMail:
    """What counts of a mail."""

    key: str  # the same for the same mail, however often it arrives
    sender: str  # empty unless it has exactly one
    recipients: list[str]
    is_automatic: bool
    checks: list[str]  # the lines Authentication-Results, the newest first
    text: str
    files: list[SimpleUploadedFile]
    is_too_complex: bool = False  # only its headers were read then


def read(raw: bytes) -> IncomingMail:
    """Returns the mail; only its headers if it has too many parts or levels to be read. Raises UnreadableMail."""
    is_too_complex = _is_too_complex(raw)
    try:
        if is_too_complex:
            headers = END_OF_HEADERS.split(raw, maxsplit=1)[0]
            parsed = BytesHeaderParser(_class=EmailMessage, policy=ShortHeaders()).parsebytes(headers)
        else:
            parsed = BytesParser(_class=EmailMessage, policy=ShortHeaders()).parsebytes(raw)
        assert isinstance(parsed, EmailMessage)
        parts = [] if is_too_complex else _parts(parsed)
        senders = _addresses(parsed, "From")
        recipients = [address for name in RECIPIENTS for address in _addresses(parsed, name)]
        return IncomingMail(
            key=_key(parsed, raw),
            sender=_sender(parsed),
            recipients=list(dict.fromkeys(recipients))[:MOST_RECIPIENTS],
            is_automatic=_is_automatic(parsed, senders),
            checks=_headers(parsed, "Authentication-Results"),
            text=_text(parts),
            files=list(_files(parts)),
            is_too_complex=is_too_complex,
        )
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        # Python's parser raises these at headers and parts that break the rules in ways that it does not know.
        raise UnreadableMail(str(error)) from error


def _is_too_complex(raw: bytes) -> bool:
    """Whether parsing could take long: hundreds of nested parts in a large mail would take minutes of a worker."""
    multiparts = len(BOUNDARY.findall(raw))
    lines = raw.count(b"\n") + raw.count(b"\r")
    is_deep = lines * (multiparts + 1) > MOST_COMPARED_LINES
    return is_deep or (multiparts > 0 and len(DELIMITER.findall(raw.replace(b"\r", b"\n"))) > MOST_DELIMITERS)


def _parts(parsed: EmailMessage) -> list[EmailMessage]:
    """Returns the parts that hold content; those of mails within the mail are not its own."""
    parts: list[EmailMessage] = []
    waiting: list[Any] = [parsed]
    while waiting and len(parts) < MOST_PARTS:
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart":
            waiting[:0] = part.get_payload() if isinstance(part.get_payload(), list) else []
        elif part.get_content_maintype() != "message":
            parts.append(part)
    return parts


def _key(parsed: EmailMessage, raw: bytes) -> str:
    """Returns a digest of the Message-ID, or of the whole mail if it has none."""
    identity = next(iter(_headers(parsed, "Message-ID")), "").strip()
    return hashlib.sha256(identity.encode("utf-8", "replace") if identity else raw).hexdigest()[:48]


def _headers(parsed: EmailMessage, name: str) -> list[str]:
    """Returns the values of a header as they were sent. The parsed values raise for some that break the rules."""
    values = [str(value)[:LONGEST_HEADER] for key, value in parsed.raw_items() if key.lower() == name.lower()]
    return [FORBIDDEN.sub("", re.sub(r"\r?\n[ \t]*", " ", value)) for value in values[:MOST_HEADERS]]


def _addresses(parsed: EmailMessage, name: str) -> list[str]:
    """Returns the addresses in all headers of this name, in lower case."""
    addresses = [address.strip().lower() for _, address in getaddresses(_headers(parsed, name))]
    return [address for address in addresses if "@" in address and len(address) <= LONGEST_ADDRESS]


def _sender(parsed: EmailMessage) -> str:
    """Returns the only address of the sender. One that cannot be used counts too, since a mail server that checks senders
    may have checked that."""
    names = [address for _, address in getaddresses(_headers(parsed, "From"))]
    senders = _addresses(parsed, "From")
    return senders[0] if len(names) == len(senders) == 1 else ""


def _is_automatic(parsed: EmailMessage, senders: list[str]) -> bool:
    """Whether a program has sent the mail: an absence note, a bounce, a list, a report."""
    submitted = next(iter(_headers(parsed, "Auto-Submitted")), "no").split(";")[0].strip().lower()
    precedence = next(iter(_headers(parsed, "Precedence")), "").strip().lower()
    return (
        submitted != "no"
        or precedence in AUTOMATIC_PRECEDENCE
        or any(_headers(parsed, name) for name in AUTOMATIC_HEADERS)
        or "<>" in [path.strip() for path in _headers(parsed, "Return-Path")]
        or parsed.get_content_type() == "multipart/report"
        or any(SYSTEMS.match(address) for address in senders)
    )


def _text(parts: list[EmailMessage]) -> str:
    """Returns what the sender has written: of the first plain text, or else of the first HTML."""
    bodies = [part for part in parts if not _is_file(part)]
    plain = next((part for part in bodies if part.get_content_type() == "text/plain"), None)
    if plain is not None and (text := _content(plain)).strip():
        if str(plain.get_param("format") or "").lower() == "flowed":
            text = unflowed(text[:LONGEST_TEXT], deletes_space=str(plain.get_param("delsp") or "").lower() == "yes")
        return written(text[:LONGEST_TEXT])
    html = next((part for part in bodies if part.get_content_type() == "text/html"), None)
    return written(text_of_html(_content(html))[:LONGEST_TEXT]) if html is not None else ""


def _content(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = str(part.get_content_charset() or "utf-8")
    try:
        text = data.decode(charset, "replace")
    except LookupError:
        text = data.decode("utf-8", "replace")
    return FORBIDDEN.sub("", text)


def _is_file(part: EmailMessage) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _files(parts: list[EmailMessage]) -> Iterator[SimpleUploadedFile]:
    """Yields the files. Pictures within the text are files too, unless they are small."""
    for number, part in enumerate(parts, start=1):
        kind = part.get_content_type()
        is_picture = part.get_content_maintype() == "image"
        if kind in IGNORED_FILES or not (_is_file(part) or is_picture):
            continue
        payload = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
        if is_picture and part.get_content_disposition() != "attachment" and len(data) < SMALL_PICTURE:
            continue
        ending = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif"}.get(kind, "")
        name = clean_name(part.get_filename() or f"file-{number}{ending}")  # Django raises for names such as ".."
        yield SimpleUploadedFile(name, data, kind)
