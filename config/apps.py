from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class ConfigConfig(AppConfig):
    name = "config"
    default = True  # with two in this module, Django would take neither
    verbose_name = "Waymark"

    def ready(self) -> None:
        from config import celery  # noqa: F401  (so that every process' tasks know their broker)


class StaticFiles(StaticFilesConfig):
    """Django's own, whose collectstatic leaves out what config.assets has compressed for the demo: it makes its own."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "*.gz"]
