from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    name = "marketplace"
    verbose_name = "Marketplace"

    def ready(self) -> None:
        from core.outbox import register_channel
        from core.registry import register_demo, register_integrity
        from marketplace import integrity, listings, personal, receivers, tasks  # noqa: F401  (some register themselves)
        from marketplace.demo import seed

        register_demo(self.label, seed)
        register_channel(listings.CHANNEL, listings.deliver)
        personal.register()
        register_integrity("marketplace: listings", integrity.listings)
