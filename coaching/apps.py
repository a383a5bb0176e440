from django.apps import AppConfig


class CoachingConfig(AppConfig):
    name = "coaching"
    verbose_name = "Offers"

    def ready(self) -> None:
        from accounts.roles import Role, on_loss
        from coaching import limits, personal
        from coaching.demo import seed
        from coaching.services import close_offer
        from core.post_limits import register_post_limits
        from core.registry import register_demo

        register_demo(self.label, seed)
        personal.register()
        register_post_limits(limits.POSTS)
        on_loss(Role.BUILDER, close_offer)
