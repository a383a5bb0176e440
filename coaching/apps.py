from django.apps import AppConfig


class CoachingConfig(AppConfig):
    name = "coaching"
    verbose_name = "Offers"

    def ready(self) -> None:
        from coaching import limits, personal, receivers  # noqa: F401  (importing receivers connects them)
        from coaching.demo import seed
        from coaching.flags import MEETINGS
        from core import navigation
        from core.flags import register_flag
        from core.navigation import Item, Menu
        from core.post_limits import register_post_limits
        from core.registry import register_demo

        register_demo(self.label, seed)
        register_flag(MEETINGS, setting="USE_MEETINGS")
        navigation.register(
            Menu.DASHBOARD,
            Item("Offers", "coaching:offers", position=40),
        )
        personal.register()
        register_post_limits(limits.POSTS)
