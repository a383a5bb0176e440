"""Logging as JSON lines, with the id of the request on each line; as plain text in the demo. Secrets are left out."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from core.redaction import redacted, redacted_deeply
from core.tracing import request_id

_STANDARD_ATTRIBUTES = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "request_id", "taskName"}


class RequestId(logging.Filter):
    """Adds the id of the current request to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class JsonLines(logging.Formatter):
    """Writes each record as one line with a JSON object; values passed as `extra` become members of it."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", "-"),
        }
        line.update({name: value for name, value in record.__dict__.items() if name not in _STANDARD_ATTRIBUTES})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        texts = {name: redacted(value) if isinstance(value, str) else value for name, value in line.items()}
        return redacted(json.dumps(texts, default=str))


class PlainText(logging.Formatter):
    """Writes each record as text."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


def configuration(*, form: str, level: str) -> dict[str, Any]:
    """Returns Django's LOGGING setting."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "config.logs.RequestId"}},
        "formatters": {
            "json": {"()": "config.logs.JsonLines"},
            "text": {"()": "config.logs.PlainText", "format": "{levelname:<7} {name}: {message}", "style": "{"},
        },
        "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": form, "filters": ["request_id"]}},
        "root": {"handlers": ["stream"], "level": level},
        "loggers": {
            "django": {"level": "INFO", "handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # Django logs 4xx responses as warnings, but they are mistakes of clients.
            "django.request": {"level": "ERROR"},
            "celery": {"level": _level_of_celery(form, level)},
            "psycopg.pool": {"level": "ERROR"},
        },
    }


def _level_of_celery(form: str, level: str) -> str:
    """Returns the level of celery's loggers, which at INFO write a line for each task: for programs, and not in a terminal."""
    if level in ("WARNING", "ERROR"):
        return level
    return "WARNING" if form == "text" else "INFO"


def start_sentry(*, dsn: str, environment: str) -> None:
    """Starts sending error reports, without what is secret: variables and forms hold passwords, secret addresses of
    calendars and people's home addresses, and the trail of requests to other servers has those addresses too. All other
    texts are redacted as in the logs."""
    import sentry_sdk  # takes 100 ms, so it is imported only where it is used

    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        send_default_pii=False,
        traces_sample_rate=0.0,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=lambda event, hint: redacted_deeply(event),
        before_breadcrumb=lambda crumb, hint: None if crumb.get("category") == "httplib" else crumb,
    )
