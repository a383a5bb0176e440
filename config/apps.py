from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Waymark"

    def ready(self) -> None:
        from config import celery  # noqa: F401  (so that every process' tasks know their broker)
