"""How long the certificate of the site is valid."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache

KEY = "operations:certificate-ends-at"
READ_EVERY = timedelta(hours=6)
TIMEOUT_SECONDS = 5


def days_left(now: datetime) -> float | None:
    """Returns in how many days the certificate of SITE_URL ends; 0 if it is not valid, None if there is none to read. It is
    read every six hours, by the worker."""
    address = urlsplit(settings.SITE_URL)
    if address.scheme != "https" or not address.hostname:
        return None
    ends_at = cache.get(KEY)
    if ends_at is None:
        ends_at = _ends_at(address.hostname, address.port or 443)
        cache.set(KEY, ends_at or "", READ_EVERY.total_seconds())
    if not ends_at:
        return None
    return max(0.0, (datetime.fromisoformat(ends_at) - now) / timedelta(days=1))


def _ends_at(host: str, port: int) -> str:
    """Returns when the certificate ends; long ago if it is not valid, an empty string if the host cannot be reached."""
    context = ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), TIMEOUT_SECONDS) as connection,
            context.wrap_socket(connection, server_hostname=host) as secure,
        ):
            certificate = secure.getpeercert() or {}
    except ssl.SSLCertVerificationError:
        return datetime(2000, 1, 1, tzinfo=UTC).isoformat()
    except OSError:
        return ""
    ends = next(str(value) for name, value in certificate.items() if name.lower() == "notafter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC).isoformat()
