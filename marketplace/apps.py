from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    name = "marketplace"
    verbose_name = "Marketplace"

    def ready(self) -> None:
        from core.outbox import register_channel
        from core.post_limits import register_post_limits
        from core.registry import register_demo, register_integrity, register_notification_kind
        from marketplace import integrity, limits, listings, personal, receivers, tasks  # noqa: F401  (some register themselves)
        from marketplace.demo import seed

        register_demo(self.label, seed)
        register_channel(listings.CHANNEL, listings.deliver)
        register_notification_kind("listing", "Your listing", "user")
        personal.register()
        register_post_limits(limits.POSTS)
        register_integrity("marketplace: listings", integrity.listings)
