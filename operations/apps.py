from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = "Operations"

    def ready(self) -> None:
        from accounts.roles import STAFF
        from core import navigation
        from core.navigation import Item, Menu, with_role
        from core.post_limits import register_post_limits
        from operations.mail import limits as mail_limits

        staff = with_role(*STAFF)
        navigation.register(Menu.MAIN, Item("Operations", "operations:front", position=60, who=staff))
        navigation.register(Menu.OPERATIONS, Item("Today", "operations:front", position=10))
        navigation.register(Menu.OPERATIONS, Item("Mail", "operations:mail", position=40))
        register_post_limits(mail_limits.POSTS)
