"""The id of the current request, which its log lines, audit rows and error page show."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")
