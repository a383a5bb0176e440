from django.apps import AppConfig


class PathwaysConfig(AppConfig):
    name = "pathways"
    verbose_name = "Pathways"

    def ready(self) -> None:
        from accounts.roles import Role
        from core import navigation
        from core.audit import register_former_labels
        from core.errors import register_refusals
        from core.navigation import Item, Menu, has_account, with_role
        from core.post_limits import register_post_limits
        from core.redaction import register_key_paths
        from core.registry import register_demo, register_first_page, register_integrity, register_notification_kind
        from pathways import integrity, limits, personal, receivers  # noqa: F401  (importing receivers connects them)
        from pathways.demo import seed
        from pathways.goals import notifications
        from pathways.progress.queries import first_page
        from pathways.refusals import PathwayRefusal

        register_key_paths("badges")
        register_demo(self.label, seed)
        register_refusals(PathwayRefusal)
        register_former_labels(
            {
                "pathways.need": "pathways.skillprerequisite",
                "pathways.teaching": "pathways.builderskill",
            }
        )
        navigation.register(
            Menu.MAIN,
            Item("Pathways", "pathways:overview", position=20),
            Item("My progress", "pathways:mine", position=30, who=has_account),
        )
        navigation.register(Menu.ACCOUNT, Item("Your goals", "pathways:goals", position=12))
        navigation.register(Menu.DASHBOARD, Item("Skills", "pathways:teaching", position=70))
        navigation.register(
            Menu.OPERATIONS, Item("Catalogue", "pathways:catalogue", position=46, who=with_role(Role.ADMIN))
        )
        navigation.register(Menu.FOOTER, Item("Pathways", "pathways:overview", position=20))
        register_first_page(first_page)
        personal.register()
        register_post_limits(limits.POSTS)
        register_notification_kind("pathway", "Pathways", "path")
        register_notification_kind("badge", "Badges", "star")
        register_notification_kind(notifications.KIND, "Goals", "compass")
        register_notification_kind(notifications.REMINDER, "Deadlines of your goals", "clock", is_reminder=True)
        register_integrity("pathways: the graph", integrity.check_graph)
        register_integrity("pathways: completed", integrity.check_completed)
