from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "insights"
    verbose_name = "Insights"

    def ready(self) -> None:
        from core import navigation
        from core.navigation import Item, Menu
        from core.registry import register_demo
        from insights import tasks  # noqa: F401  (registers itself)
        from insights.demo import seed

        register_demo(self.label, seed)
        navigation.register(Menu.DASHBOARD, Item("Insights", "insights:insights", position=70))
        navigation.register(Menu.OPERATIONS, Item("Insights", "insights:platform", position=80))
