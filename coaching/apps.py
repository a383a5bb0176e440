from django.apps import AppConfig


class CoachingConfig(AppConfig):
    name = "coaching"
    verbose_name = "Offers"

    def ready(self) -> None:
        from coaching import limits, personal, receivers  # noqa: F401  (importing receivers connects them)
        from coaching.demo import seed
        from core.post_limits import register_post_limits
        from core.registry import register_demo

        register_demo(self.label, seed)
        personal.register()
        register_post_limits(limits.POSTS)
