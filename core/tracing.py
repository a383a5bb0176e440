"""The id that ties a request, its log lines and its error report together."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")
