from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = "Operations"

    def ready(self) -> None:
        from accounts.roles import STAFF
        from core import navigation
        from core.metrics import register_metrics
        from core.navigation import Item, Menu, with_role
        from core.outbox import register_channel
        from core.post_limits import register_post_limits
        from core.registry import register_demo
        from core.waiting import register_waiting
        from operations import (  # noqa: F401  (some register themselves)
            acting,
            alarm_checks,
            alarm_delivery,
            alarm_services,
            errors,
            health_checks,
            health_outside,
            limits,
            metrics,
            personal,
            tasks,
        )
        from operations.demo import seed
        from operations.mail import limits as mail_limits
        from operations.waiting import CHECKS

        acting.register()
        personal.register()
        register_post_limits(limits.POSTS)
        errors.connect()
        register_demo(self.label, seed)
        register_waiting(*CHECKS)
        health_checks.register()
        health_outside.register()
        register_metrics(metrics.metrics)
        register_channel(alarm_services.CHANNEL, alarm_delivery.deliver)
        staff = with_role(*STAFF)
        navigation.register(Menu.MAIN, Item("Operations", "operations:front", position=60, who=staff))
        navigation.register(Menu.OPERATIONS, Item("Today", "operations:front", position=10))
        navigation.register(Menu.OPERATIONS, Item("People", "operations:people", position=12))
        navigation.register(Menu.OPERATIONS, Item("Bookings", "operations:bookings", position=14))
        navigation.register(Menu.OPERATIONS, Item("Messages", "operations:contact", position=45))
        navigation.register(Menu.OPERATIONS, Item("Audit", "operations:audit", position=50))
        navigation.register(Menu.OPERATIONS, Item("Health", "operations:health", position=20))
        navigation.register(Menu.OPERATIONS, Item("Alarms", "operations:alarms", position=30))
        navigation.register(Menu.ACCOUNT, Item("Operations", "operations:front", position=5, who=staff))
        navigation.register(Menu.OPERATIONS, Item("Mail", "operations:mail", position=40))
        register_post_limits(mail_limits.POSTS)
