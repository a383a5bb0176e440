from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = "Operations"

    def ready(self) -> None:
        from accounts.roles import STAFF
        from core import navigation
        from core.navigation import Item, Menu, with_role

        staff = with_role(*STAFF)
        navigation.register(Menu.MAIN, Item("Operations", "operations:front", position=60, who=staff))
        navigation.register(Menu.OPERATIONS, Item("Today", "operations:front", position=10))
