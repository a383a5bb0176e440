from typing import Any

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Operations"

    def __init__(self, *args: Any) -> None:
        from core.forms import check_characters_everywhere
        from core.instants import read_instants_quickly

        super().__init__(*args)
        check_characters_everywhere()
        read_instants_quickly()

    def ready(self) -> None:
        from django.conf import settings

        from core import checks, integrity, mail, metrics, navigation, outbox, tasks, webhooks  # noqa: F401  (importing checks registers them)
        from core.demo_mail import TOPIC
        from core.live import register_topic
        from core.navigation import Item, Menu
        from core.policies.maintenance import register_goes_on
        from core.redaction import register_key_paths
        from core.registry import register_integrity

        register_goes_on("core:theme", "core:close_banner")
        register_key_paths("feedback")
        navigation.register(
            Menu.FOOTER,
            Item("Help", "core:help", position=40),
            Item("Contact", "core:contact", position=50),
            Item("Feedback", "core:feedback", position=55),
            Item("Privacy", "core:privacy", position=60),
            Item("Terms", "core:terms", position=70),
        )
        register_topic(TOPIC, lambda user, key: settings.DEMO)
        outbox.register_channel(mail.CHANNEL, mail.deliver)
        outbox.register_channel(webhooks.CHANNEL, webhooks.deliver)
        metrics.register_metrics(metrics.core_metrics)
        outbox.on_wake(tasks.wake_channel)
        register_integrity("outbox: stuck", integrity.stuck_messages)
        register_integrity("outbox: given up", integrity.dead_messages)
