"""The WSGI application for pages and API in production: `granian --interface wsgi config.wsgi:application`."""

import os

from core.handlers import wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = wsgi_application()

from config.static import serve_wsgi  # noqa: E402  (needs the settings)

application = serve_wsgi(pages)
