"""The WSGI application for pages and API in production, which `config.pages` serves."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from core.draining import is_draining
from core.handlers import keep_what_is_loaded, wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = wsgi_application()

from config.static import serve_wsgi  # noqa: E402  (needs the settings)

site = serve_wsgi(pages)
keep_what_is_loaded()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Serves a request. Before the server stops, it ends the connection: a request sent on it later might be lost."""

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        return start_response(status, [*headers, ("Connection", "close")] if is_draining() else headers, *rest)

    answer: Iterable[bytes] = site(environ, start)
    return answer
