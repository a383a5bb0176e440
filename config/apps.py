from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class ConfigConfig(AppConfig):
    name = "config"
    default = True  # with two in this module, Django would take neither
    verbose_name = "Waymark"

    def ready(self) -> None:
        from config import celery  # noqa: F401  (sets the broker for tasks queued by any process)


class StaticFiles(StaticFilesConfig):
    """Django's app, whose collectstatic skips the .gz files of config.assets, because the storage compresses again."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "*.gz"]
