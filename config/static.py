"""Serves static files before a request reaches Django."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from servestatic import ServeStatic, ServeStaticASGI
from servestatic.base import ServeStaticBase

from config import assets
from config.embedded.paths import IS_WHEEL

logger = logging.getLogger(__name__)
AN_HOUR = 3600
BUILDS_ASSETS = settings.DEMO and not IS_WHEEL


def serve_wsgi(application: Any) -> Any:
    files = _serve(ServeStatic, application)

    def respond(environ: Any, start_response: Any) -> Any:
        _rebuild_for(environ.get("PATH_INFO", ""))
        return files(environ, start_response)

    return respond if BUILDS_ASSETS else files


def serve_asgi(application: Any) -> Any:
    files = _serve(ServeStaticASGI, application)

    async def respond(scope: Any, receive: Any, send: Any) -> None:
        _rebuild_for(scope.get("path", ""))
        await files(scope, receive, send)

    return respond if BUILDS_ASSETS else files


def _serve(server: type[ServeStaticBase], application: Any) -> Any:
    """Serves the collected, hashed files in production and from a wheel; in the demo of a checkout its source folders and
    what config.assets builds."""
    if BUILDS_ASSETS:
        assets.refresh()
        live = server(application, autorefresh=True, max_age=AN_HOUR, add_headers_function=_add_headers)
        for finder in finders.get_finders():
            for storage in getattr(finder, "storages", {}).values():
                if Path(storage.location).is_dir():
                    live.add_files(storage.location, f"{settings.STATIC_URL}{getattr(storage, 'prefix', None) or ''}")
        return live
    return server(
        application,
        root=settings.STATIC_ROOT,
        prefix=settings.STATIC_URL,
        max_age=60,
        immutable_file_test=_is_hashed,
        add_headers_function=_add_headers,
    )


def _rebuild_for(path: str) -> None:
    """Builds styles and scripts again before one of them is served, if a source has changed."""
    if path.startswith((f"{settings.STATIC_URL}css/", f"{settings.STATIC_URL}js/")):
        try:
            assets.refresh()
        except assets.AssetsFailed as failure:
            logger.error("%s", failure)


def _is_hashed(path: str, url: str) -> bool:
    """Whether the file name contains the hash of its content, by the manifest."""
    hashed: dict[str, str] = getattr(staticfiles_storage, "hashed_files", {})
    return url.removeprefix(settings.STATIC_URL) in hashed.values()


def _add_headers(headers: Any, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; font-src 'self'"
