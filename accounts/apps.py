from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        from accounts.demo import seed
        from accounts.tokens import person_of
        from core.api import on_bearer
        from core.registry import register_demo

        register_demo(self.label, seed)
        on_bearer(person_of)
