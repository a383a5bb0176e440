from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "scheduling"
    verbose_name = "Time"

    def ready(self) -> None:
        from accounts.time_zones.services import register_page_after_change
        from connections.calendly import flags as calendly
        from connections.calendly.service import describe
        from connections.oauth.registry import register_service
        from core import navigation, outbox
        from core.attention import register_attention
        from core.errors import register_refusals
        from core.flags import register_flag
        from core.live import register_topic
        from core.navigation import Item, Menu
        from core.outages import register_database_refusal
        from core.post_limits import register_post_limits
        from core.redaction import register_key_paths
        from core.registry import register_demo, register_integrity, register_notification_kind
        from scheduling import free_times, integrity, limits, personal, receivers, tasks  # noqa: F401  (some register themselves)
        from scheduling.calendly import runs as calendly_runs
        from scheduling.calendly import services as calendly_services
        from scheduling.demo import seed
        from scheduling.locks import BUSY_STATES
        from scheduling.outside.attention import calendars_in_trouble
        from scheduling.refusals import TimeRefusal
        from scheduling.zone_views import page_after_change

        register_key_paths("calendar")
        register_demo(self.label, seed)
        register_refusals(TimeRefusal)
        for state in BUSY_STATES:
            register_database_refusal(state, TimeRefusal.BUSY)
        navigation.register(
            Menu.DASHBOARD,
            Item("Availability", "scheduling:availability", position=60),
            Item("Connections", "scheduling:connections", position=65),
            Item("What clients see", "scheduling:preview", position=90),
        )
        register_flag(
            calendly.CALENDLY,
            setting="USE_CALENDLY",
            about="Lets builders connect Calendly, and shows its page to visitors without an account.",
        )
        register_service(describe(connected=calendly_services.connected, disconnected=calendly_services.disconnected))
        register_topic(calendly_runs.TOPIC, lambda user, key: str(getattr(user, "pk", None)) == key)
        outbox.register_channel(calendly_runs.CHANNEL, calendly_runs.deliver)
        register_topic(free_times.TOPIC, lambda user, key: True)
        outbox.register_channel(free_times.CHANNEL, free_times.deliver)
        personal.register()
        register_attention("calendars", calendars_in_trouble)
        register_notification_kind("calendar", "Connected calendars", "calendar")
        register_page_after_change(page_after_change)
        register_post_limits(limits.POSTS)
        register_integrity("time: overlaps", integrity.overlaps)
        register_integrity("time: oversold", integrity.oversold)
        register_integrity("time: orphans", integrity.orphans)
        register_integrity("time: old holds", integrity.old_holds)
        register_integrity("time: merged", integrity.wrongly_merged)
