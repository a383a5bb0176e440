import django_stubs_ext
from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig

# Lets classes such as ModelAdmin take type parameters at run time. This app is the first, so its module is loaded before
# those of all models. In the settings this would load forms and the admin for beat, too.
django_stubs_ext.monkeypatch()


class ConfigConfig(AppConfig):
    name = "config"
    default = True  # with two in this module, Django would take neither
    verbose_name = "Waymark"

    def ready(self) -> None:
        from config import celery  # noqa: F401  (sets the broker for tasks queued by any process)


class StaticFiles(StaticFilesConfig):
    """Django's app, whose collectstatic skips what no page uses, because compressing it would take half a minute."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "*.gz",  # written by config.assets; the storage compresses again
        "countries-10m.json", "countries-110m.json", "land-*.json",  # the maps use countries-50m.json
        "redoc.*",  # the pages of the API use Swagger
        "jquery.js", "xregexp.js", "select2.full.js",  # the admin loads the .min.js of each, except with DEBUG
        "htmax-4*", "htmx-4*", "htmx-2-compat-4*",  # pages load htmx 2
    ]  # fmt: skip
