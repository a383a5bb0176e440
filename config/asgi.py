"""One ASGI application: `/live/` runs on the event loop, pages on a bounded pool of threads.

The demo serves everything from here. In production the proxy sends only `/live/`, and granian serves
the pages from `config.wsgi`. Pages run as WSGI in either case: with a thread and a database connection
for each of 200 requests at once, half of them fail; with sixteen, they queue.
"""

import os
from typing import Any

from a2wsgi import WSGIMiddleware

from core.handlers import asgi_application, wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
streams = asgi_application()
wsgi: Any = wsgi_application()
pages: Any = WSGIMiddleware(wsgi, workers=12)

from config.static import serve_asgi  # noqa: E402  (needs the settings)


async def _route(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _live_and_let_die(receive, send)
    elif scope["path"].startswith("/live/"):
        await streams(scope, receive, send)
    else:
        await pages(scope, receive, send)


async def _live_and_let_die(receive: Any, send: Any) -> None:
    """Answers the server's two lifespan questions; there is nothing to set up or to tear down."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


application = serve_asgi(_route)
