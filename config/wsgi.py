"""Pages and API in production: `granian --interface wsgi config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = get_wsgi_application()

from config.static import serve_wsgi  # noqa: E402  (needs the settings)

application = serve_wsgi(pages)
