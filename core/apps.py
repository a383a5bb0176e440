from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Operations"

    def ready(self) -> None:
        from django.conf import settings

        from core import checks, tasks  # noqa: F401  (registering is what importing them does)
        from core.demo_mail import TOPIC
        from core.live import register_topic

        register_topic(TOPIC, lambda user, key: settings.DEMO)
