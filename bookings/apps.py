from datetime import date

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = "Bookings"

    def ready(self) -> None:
        from bookings import metrics, personal, receivers, tasks  # noqa: F401  (some register themselves)
        from bookings.agreement import limits, session_links
        from bookings.billing import receivers as billing_receivers  # noqa: F401  (registers itself)
        from bookings.calendar_copies import receivers as copy_receivers  # noqa: F401  (registers itself)
        from bookings.demo.seed import seed
        from bookings.disputes import evidence
        from bookings.flags import BOOKING_WIZARD, SESSION_PLANS, SUGGESTED_TIMES
        from bookings.meetings import receivers as meeting_receivers  # noqa: F401  (registers itself)
        from core.audit import register_former_labels
        from core.flags import register_flag
        from core.metrics import register_metrics
        from core.policies.maintenance import register_goes_on
        from core.post_limits import register_post_limits
        from core.redaction import register_key_paths
        from core.registry import register_demo
        from scheduling.outside.booking_links import register_booking_links

        register_key_paths("bookings/answer", "bookings/links", "bookings/guest", "bookings/pay")
        register_demo(self.label, seed)
        _register_refusals()
        register_flag(
            BOOKING_WIZARD,
            setting="USE_BOOKING_WIZARD",
            about="Books in four steps, each with its own address, instead of on one plain page.",
            retires="the plain page for booking",
            retires_on=date(2027, 6, 30),
        )
        register_flag(
            SUGGESTED_TIMES,
            setting="USE_SUGGESTED_TIMES",
            about="Lets builders suggest other times for a request that does not suit them.",
        )
        register_flag(
            SESSION_PLANS,
            setting="USE_SESSION_PLANS",
            about="Lets clients plan several sessions on a pathway, and book them all together.",
        )
        register_former_labels(
            {
                "bookings.place": "bookings.waitinglistentry",
                "bookings.offered": "bookings.slotoffer",
                "bookings.stepcount": "bookings.funnelcount",
            }
        )
        register_metrics(metrics.metrics)
        register_booking_links(session_links.links_of)
        personal.register()
        evidence.register()
        register_post_limits(limits.POSTS)
        register_goes_on("bookings:pay", "api:pay")  # a payment that has begun
        _register_menus()
        _register_messages()
        _register_integrity()
        _register_calendly()
        _register_conversations()
        _register_webhooks()
        _register_attention()
        _register_waiting()


def _register_refusals() -> None:
    from bookings.for_clients.refusals import InvitationRefusal
    from bookings.preparation.refusals import PreparationRefusal
    from bookings.proposals.refusals import ProposalRefusal
    from bookings.refusals import BookingRefusal
    from bookings.session_plans.refusals import SessionPlanRefusal
    from core.errors import register_refusals

    register_refusals(BookingRefusal)
    register_refusals(ProposalRefusal)
    register_refusals(PreparationRefusal)
    register_refusals(InvitationRefusal)
    register_refusals(SessionPlanRefusal)


def _register_menus() -> None:
    from core import navigation
    from core.navigation import Item, Menu, has_account

    navigation.register(Menu.MAIN, Item("Bookings", "bookings:as_client", position=40, who=has_account))
    navigation.register(
        Menu.DASHBOARD,
        Item("Calendar", "bookings:builder_calendar", position=15),
        Item("Bookings", "bookings:as_builder", position=20),
        Item("Clients", "bookings:clients", position=30),
    )


def _register_attention() -> None:
    from bookings.attention import links_missing, requests_ending
    from core.attention import register_attention

    register_attention("requests", requests_ending)
    register_attention("links", links_missing)


def _register_waiting() -> None:
    from bookings import waiting
    from core.waiting import register_waiting

    register_waiting(*waiting.CHECKS)


def _register_messages() -> None:
    """Registers the kinds of notifications, and what the outbox does with each channel."""
    from bookings.agreement import notifications
    from bookings.billing import invoicing, payouts
    from bookings.billing import notifications as billing
    from bookings.billing.checkout import follow_up, following, settling
    from bookings.billing.checkout import notifications as checkout
    from bookings.billing.lookup import LOOKUP
    from bookings.billing.rules import KIND
    from bookings.calendar_copies import services as calendar_copies
    from bookings.meetings import arranging, happenings
    from bookings.meetings import notifications as meetings
    from bookings.session_plans import announcing as session_plans
    from bookings.waiting_list import services as waiting_list
    from connections.zoom.webhooks import on_event
    from core.outbox import register_channel
    from core.registry import register_notification_kind
    from payments.invoices.subjects import register_sold_subject
    from payments.lookups import register_lookup
    from payments.stripe.listeners import on_payment
    from payments.subjects import register_payment_subject

    register_notification_kind("booking", "Bookings", "calendar")
    register_notification_kind("review", "Reviews", "star")
    register_notification_kind("reminder", "Reminders", "clock", is_reminder=True)
    register_notification_kind("waiting", "Waiting lists", "clock")
    register_notification_kind(billing.NOTIFICATION, "Payments", "coins")
    register_channel(notifications.CHANNEL, notifications.deliver)
    register_channel(notifications.REMINDERS, notifications.deliver_reminder)
    register_channel(notifications.WAITING, waiting_list.deliver)
    register_channel(meetings.CHANNEL, meetings.deliver)
    register_channel(session_plans.CHANNEL, session_plans.deliver)
    register_channel(arranging.CHANNEL, arranging.deliver)
    register_channel(calendar_copies.CHANNEL, calendar_copies.deliver)
    register_channel(follow_up.SETTLING, settling.deliver)
    register_channel(follow_up.ASKING, checkout.ask_to_pay)
    on_event(happenings.follow)
    on_payment(following.follow)
    register_lookup(KIND, LOOKUP)
    register_payment_subject(KIND, payouts.shown_bookings)
    register_sold_subject(KIND, invoicing.sold, invoicing.mail_invoice)


def _register_integrity() -> None:
    from bookings import integrity
    from core.registry import register_integrity

    register_integrity("bookings: time", integrity.times)
    register_integrity("bookings: seats", integrity.seats)
    register_integrity("bookings: events", integrity.events)
    register_integrity("bookings: conflicts", integrity.conflicts)
    register_integrity("bookings: clock", integrity.overdue)
    register_integrity("bookings: waiting", integrity.offers)
    register_integrity("bookings: reminders", integrity.reminders)
    register_integrity("bookings: session plans", integrity.session_plans)
    register_integrity("bookings: payments", integrity.payments)
    register_integrity("bookings: stars", integrity.stars)


def _register_calendly() -> None:
    from bookings.calendly import outgoing, receivers, services, webhooks  # noqa: F401  (receivers register themselves)
    from core.outbox import register_channel
    from core.webhooks import register_source
    from scheduling.calendly.busy import register_own_events

    register_channel(outgoing.CHANNEL, outgoing.deliver)
    register_own_events(services.own_events)
    register_source(webhooks.source())


def _register_conversations() -> None:
    """Registers how conversations show bookings, how guests are written to, and the marks of what happened."""
    from bookings.conversations import cards, delivery, guests, marks
    from core.outbox import register_channel
    from messaging.subjects import register_guests, register_subject

    register_subject(marks.KIND, cards.load)
    register_guests(guests.contact_of)
    register_channel(marks.CHANNEL, delivery.deliver)


def _register_webhooks() -> None:
    from bookings.webhooks import delivery, kinds
    from connections.outgoing.sources import register_event_source
    from core.outbox import register_channel

    register_event_source(delivery.BOOKINGS)
    register_channel(kinds.CHANNEL, delivery.deliver)
