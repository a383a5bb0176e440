from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = "Operations"

    def ready(self) -> None:
        from accounts.roles import STAFF, Role
        from core import navigation
        from core.metrics import register_metrics
        from core.navigation import Item, Menu, with_role
        from core.outbox import register_channel
        from core.post_limits import register_post_limits
        from core.registry import register_demo
        from core.waiting import register_waiting
        from operations import acting, limits, personal, tasks  # noqa: F401  (tasks register themselves)
        from operations.alarms import checks, delivery  # noqa: F401  (the checks register themselves)
        from operations.alarms import metrics as alarm_metrics
        from operations.alarms.services import CHANNEL
        from operations.backups import metrics as backup_metrics
        from operations.demo import seed
        from operations.errors import metrics as error_metrics
        from operations.errors import services as errors
        from operations.health import checks as health_checks
        from operations.health import databases, installation, outside, thorough
        from operations.mail import limits as mail_limits
        from operations.policies import limits as policy_limits
        from operations.policies import personal as policy_data
        from operations.waiting import CHECKS

        acting.register()
        personal.register()
        policy_data.register()
        register_post_limits(limits.POSTS)
        errors.connect()
        register_demo(self.label, seed)
        register_waiting(*CHECKS)
        health_checks.register()
        databases.register()
        outside.register()
        installation.register()
        thorough.register()
        for subject in (alarm_metrics, error_metrics, backup_metrics):
            register_metrics(subject.metrics)
        register_channel(CHANNEL, delivery.deliver)
        register_post_limits(mail_limits.POSTS)
        register_post_limits(policy_limits.POSTS)
        staff = with_role(*STAFF)
        navigation.register(Menu.MAIN, Item("Operations", "operations:front", position=60, who=staff))
        navigation.register(Menu.ACCOUNT, Item("Operations", "operations:front", position=5, who=staff))
        navigation.register(
            Menu.OPERATIONS,
            Item("Today", "operations:front", position=10),
            Item("People", "operations:people", position=12),
            Item("Bookings", "operations:bookings", position=14),
            Item("Health", "operations:health", position=20),
            Item("Alarms", "operations:alarms", position=30),
            Item("Mail", "operations:mail", position=40),
            Item("Messages", "operations:contact", position=45),
            Item("Flags", "operations:flags", position=48, who=with_role(Role.ADMIN)),
            Item("Audit", "operations:audit", position=50),
            Item("Badges", "operations:badges", position=90),
            Item("Policies", "operations:policies", position=95),
        )
