from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = "Bookings"

    def ready(self) -> None:
        from bookings import integrity, metrics, personal, receivers, tasks  # noqa: F401  (some register themselves)
        from bookings.agreement import limits, notifications, session_links
        from bookings.billing import notifications as billing
        from bookings.billing import receivers as billing_receivers  # noqa: F401  (registers itself)
        from bookings.demo.seed import seed
        from bookings.flags import BOOKING_WIZARD
        from bookings.meetings import notifications as meetings
        from bookings.meetings import receivers as meeting_receivers  # noqa: F401  (registers itself)
        from bookings.refusals import BookingRefusal
        from bookings.waiting_list import services as waiting_list
        from core import navigation
        from core.audit import register_former_labels
        from core.errors import register_refusals
        from core.flags import register_flag
        from core.metrics import register_metrics
        from core.navigation import Item, Menu, has_account
        from core.outbox import register_channel
        from core.post_limits import register_post_limits
        from core.registry import register_demo, register_integrity, register_notification_kind
        from scheduling.outside.booking_links import register_booking_links

        register_demo(self.label, seed)
        register_refusals(BookingRefusal)
        register_flag(BOOKING_WIZARD, setting="USE_BOOKING_WIZARD")
        register_former_labels(
            {
                "bookings.place": "bookings.waitinglistentry",
                "bookings.offered": "bookings.slotoffer",
                "bookings.stepcount": "bookings.funnelcount",
            }
        )
        navigation.register(Menu.MAIN, Item("Bookings", "bookings:as_client", position=40, who=has_account))
        navigation.register(
            Menu.DASHBOARD,
            Item("Bookings", "bookings:as_builder", position=20),
            Item("Clients", "bookings:clients", position=30),
        )
        register_notification_kind("booking", "Bookings", "calendar")
        register_notification_kind("review", "Reviews", "star")
        register_notification_kind("reminder", "Reminders", "clock", is_reminder=True)
        register_notification_kind(billing.NOTIFICATION, "Payments", "coins")
        register_metrics(metrics.metrics)
        register_channel(notifications.CHANNEL, notifications.deliver)
        register_channel(notifications.REMINDERS, notifications.deliver_reminder)
        register_channel(notifications.WAITING, waiting_list.deliver)
        register_channel(meetings.CHANNEL, meetings.deliver)
        register_notification_kind("waiting", "Waiting lists", "clock")
        register_booking_links(session_links.links_of)
        personal.register()
        register_post_limits(limits.POSTS)
        register_integrity("bookings: time", integrity.times)
        register_integrity("bookings: seats", integrity.seats)
        register_integrity("bookings: events", integrity.events)
        register_integrity("bookings: clock", integrity.overdue)
        register_integrity("bookings: waiting", integrity.offers)
        register_integrity("bookings: reminders", integrity.reminders)
        register_integrity("bookings: payments", integrity.payments)
