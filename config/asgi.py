"""The ASGI application: runs `/live/` on the event loop, and all other pages as WSGI on up to twelve threads.

The demo serves everything from here. In production the proxy sends only `/live/` here, and granian serves the pages
from `config.wsgi`. Under plain ASGI each of 200 requests at once would take a thread and a database connection, and half
of them failed. On fewer threads than there are connections in the pool they queue.
"""

import os
from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings

from core.handlers import asgi_application, keep_what_is_loaded, wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
streams = asgi_application()
wsgi: Any = wsgi_application(compresses=True)  # Caddy, which compresses too, does not send pages here
MOST_KEPT = 30_000_000  # bytes of one request's body
pages: Any = WSGIMiddleware(wsgi, workers=settings.PAGE_THREADS)

from config.static import serve_asgi  # noqa: E402  (needs the settings)


async def _route(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _handle_lifespan(receive, send)
    elif scope["path"].startswith("/live/"):
        await streams(scope, receive, send)
    else:
        await pages(scope, await _received(receive), send)


async def _received(receive: Any) -> Any:
    """Waits for the body of a request before it takes a thread, and returns what gives that body to the page.

    Otherwise as many unfinished requests as there are threads stop the site for everybody. In production the proxy does
    this (`request_buffers` in deploy/Caddyfile). What is longer than MOST_KEPT is read while the page runs.
    """
    messages: list[dict[str, Any]] = []
    size = 0
    while size <= MOST_KEPT:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if not message.get("more_body", False):
            break
    messages.reverse()

    async def replay() -> Any:
        return messages.pop() if messages else await receive()

    return replay


async def _handle_lifespan(receive: Any, send: Any) -> None:
    """Confirms the server's startup and shutdown messages; there is nothing to set up or tear down."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


application = serve_asgi(_route)
keep_what_is_loaded()
