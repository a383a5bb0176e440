from datetime import date

from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    name = "marketplace"
    verbose_name = "Marketplace"

    def ready(self) -> None:
        from accounts.roles import Role
        from bookings.deliverables.builder_files import register_builder_files
        from core import navigation
        from core.flags import register_flag
        from core.navigation import Item, Menu, with_role
        from core.outbox import register_channel
        from core.post_limits import register_post_limits
        from core.registry import register_demo, register_integrity, register_notification_kind
        from core.waiting import register_waiting
        from marketplace import integrity, limits, listings, personal, receivers, tasks  # noqa: F401  (some register themselves)
        from marketplace.demo import seed
        from marketplace.flags import BUILDER_CARDS_V2
        from marketplace.portfolio import file_to_deliver
        from marketplace.waiting import PORTFOLIO, VERIFICATIONS

        register_demo(self.label, seed)
        register_flag(
            BUILDER_CARDS_V2,
            setting="USE_NEW_BUILDER_CARDS",
            about="Shows builders on cards with their skills, times and figures, instead of the plain card of version 1.",
            retires="the plain card of version 1",
            retires_on=date(2027, 6, 30),
        )
        navigation.register(
            Menu.MAIN,
            Item("Find a builder", "marketplace:discover", position=10),
            Item("Dashboard", "marketplace:dashboard", position=50, who=with_role(Role.BUILDER)),
        )
        navigation.register(
            Menu.ACCOUNT,
            Item("Your favourites", "marketplace:favourites", position=10),
            Item("Saved searches", "marketplace:saved_searches", position=12),
            Item("Your dashboard", "marketplace:dashboard", position=30, who=with_role(Role.BUILDER)),
            Item("Your listing", "marketplace:listing", position=40, who=with_role(Role.BUILDER)),
        )
        navigation.register(
            Menu.DASHBOARD,
            Item("Overview", "marketplace:dashboard", position=10),
            Item("Listing", "marketplace:listing", position=80),
            Item("Share", "marketplace:share", position=85),
        )
        navigation.register(
            Menu.FOOTER,
            Item("Find a builder", "marketplace:discover", position=10),
            Item("Languages", "marketplace:languages", position=15),
        )
        register_builder_files(file_to_deliver)
        register_channel(listings.CHANNEL, listings.deliver)
        register_waiting(VERIFICATIONS, PORTFOLIO)
        register_notification_kind("listing", "Your listing", "user")
        _register_searches()
        personal.register()
        register_post_limits(limits.POSTS)
        register_integrity("marketplace: listings", integrity.listings)


def _register_searches() -> None:
    """Registers what saved searches and the weekly letter need."""
    from core.mail_log.kinds import register_mail_kind
    from core.redaction import register_key_paths
    from core.registry import register_notification_kind
    from marketplace.saved_searches.looking import register_reader
    from marketplace.saved_searches.reading import FormReader

    register_reader(FormReader())
    register_notification_kind("opening", "Times that open up", "bell")
    register_mail_kind("opening", "A time has opened up")
    register_mail_kind("letter", "Weekly letter")
    register_key_paths("stop")
