from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        from accounts.demo import seed
        from accounts.notifications import TOPIC, may_hear
        from accounts.roles import Role, on_loss
        from accounts.services import hide_profile
        from accounts.tokens import person_of
        from core.api import on_bearer
        from core.live import register_topic
        from core.registry import register_demo

        register_demo(self.label, seed)
        on_bearer(person_of)
        on_loss(Role.BUILDER, hide_profile)
        register_topic(TOPIC, may_hear)
