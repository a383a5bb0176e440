from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = "Bookings"

    def ready(self) -> None:
        from accounts.roles import Role, on_loss
        from bookings import integrity, metrics, personal, tasks  # noqa: F401  (some register themselves)
        from bookings.agreement import limits, notifications
        from bookings.demo.seed import seed
        from bookings.meetings import notifications as meetings
        from bookings.meetings import receivers  # noqa: F401  (registers itself)
        from bookings.waiting_list import services as waiting_list
        from core.metrics import register_metrics
        from core.outbox import register_channel
        from core.post_limits import register_post_limits
        from core.registry import register_demo, register_integrity, register_notification_kind

        register_demo(self.label, seed)
        register_notification_kind("booking", "Bookings", "calendar")
        register_notification_kind("review", "Reviews", "star")
        register_notification_kind("reminder", "Reminders", "clock", is_reminder=True)
        register_metrics(metrics.metrics)
        register_channel(notifications.CHANNEL, notifications.deliver)
        register_channel(notifications.REMINDERS, notifications.deliver_reminder)
        register_channel(notifications.WAITING, waiting_list.deliver)
        register_channel(meetings.CHANNEL, meetings.deliver)
        register_notification_kind("waiting", "Waiting lists", "clock")
        on_loss(Role.BUILDER, notifications.builder_left)
        personal.register()
        register_post_limits(limits.POSTS)
        register_integrity("bookings: time", integrity.times)
        register_integrity("bookings: seats", integrity.seats)
        register_integrity("bookings: events", integrity.events)
        register_integrity("bookings: clock", integrity.overdue)
        register_integrity("bookings: waiting", integrity.offers)
        register_integrity("bookings: reminders", integrity.reminders)
