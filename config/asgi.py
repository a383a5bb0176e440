"""The ASGI application: runs `/live/` on the event loop, and all other pages as WSGI on up to twelve threads.

The demo serves everything from here. In production the proxy sends only `/live/` here, and granian serves the pages
from `config.wsgi`. Under plain ASGI each of 200 requests at once would take a thread and a database connection, and half
of them failed. On fewer threads than there are connections in the pool they queue.
"""

import os
from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings

from core.handlers import asgi_application, wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
streams = asgi_application()
wsgi: Any = wsgi_application()
pages: Any = WSGIMiddleware(wsgi, workers=settings.PAGE_THREADS)

from config.static import serve_asgi  # noqa: E402  (needs the settings)


async def _route(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _handle_lifespan(receive, send)
    elif scope["path"].startswith("/live/"):
        await streams(scope, receive, send)
    else:
        await pages(scope, receive, send)


async def _handle_lifespan(receive: Any, send: Any) -> None:
    """Confirms the server's startup and shutdown messages; there is nothing to set up or tear down."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


application = serve_asgi(_route)
