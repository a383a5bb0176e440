from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = "Payments"

    def ready(self) -> None:
        from core.attention import register_attention
        from core.errors import register_refusals
        from core.flags import register_flag
        from core.outbox import register_channel
        from core.post_limits import register_post_limits
        from core.registry import register_integrity, register_notification_kind
        from core.webhooks import register_source
        from payments import checkouts, integrity, limits, personal, refund_delivery, refunds
        from payments.disputes import following
        from payments.disputes import integrity as dispute_integrity
        from payments.disputes import notifications as dispute_notifications
        from payments.disputes import sending as evidence
        from payments.flags import PAYMENTS
        from payments.payouts import adjusting, notifications, releasing, reversing, sending
        from payments.payouts import integrity as payout_integrity
        from payments.payouts.attention import payouts_blocked
        from payments.plans import registration as plans
        from payments.refusals import PaymentRefusal
        from payments.stripe import differences, webhooks
        from payments.stripe.listeners import on_checkout

        personal.register()
        plans.register()
        _register_credits()
        register_post_limits(limits.POSTS)
        register_refusals(PaymentRefusal)
        register_flag(
            PAYMENTS, setting="USE_PAYMENTS", about="Takes payments through Waymark, and shows the pages about them."
        )
        register_integrity("ledger: unbalanced", integrity.unbalanced_entries)
        register_integrity("ledger: closings", integrity.wrong_closings)
        register_integrity("payments: sums", integrity.payments_that_do_not_add_up)
        register_integrity("payments: provider", integrity.provider_payments_that_do_not_add_up)
        register_integrity("payments: refunds", integrity.refunds_that_wait)
        register_integrity("payouts: shares", payout_integrity.shares_that_do_not_add_up)
        register_integrity("payouts: ledger", payout_integrity.transfers_that_differ)
        register_integrity("payouts: balances", payout_integrity.balances_that_differ)
        register_integrity("payouts: waiting", payout_integrity.transfers_that_wait)
        register_integrity("stripe: ledger", differences.differences)
        register_integrity("payments: disputes", dispute_integrity.disputes_that_do_not_add_up)
        register_integrity("stripe: settings", payout_integrity.wrong_settings)
        register_attention("payouts", payouts_blocked)
        register_channel(refunds.CHANNEL, refund_delivery.deliver)
        register_channel(following.CHANNEL, evidence.deliver)
        register_channel(releasing.CHANNEL, sending.deliver, threads=sending.THREADS)
        register_channel(adjusting.CHANNEL, reversing.deliver)
        register_notification_kind(notifications.NOTIFICATION, "Payouts", "coins")
        register_notification_kind(dispute_notifications.NOTIFICATION, "Bank disputes", "shield")
        register_source(webhooks.source())
        on_checkout(checkouts.follow)
        _register_waiting()
        _register_invoices()


def _register_waiting() -> None:
    from core.waiting import register_waiting
    from payments.waiting import CHECKS

    register_waiting(*CHECKS)


def _register_credits() -> None:
    from core.errors import register_refusals
    from core.redaction import register_key_paths
    from core.registry import register_integrity, register_notification_kind
    from payments.account_credit import integrity as account_credit
    from payments.credits import integrity, notifications
    from payments.credits.refusals import CreditRefusal

    register_refusals(CreditRefusal)
    register_key_paths("gifts")
    register_integrity("payments: credits", integrity.credits_that_do_not_add_up)
    register_integrity("payments: credit", account_credit.credit_that_differs)
    register_integrity("payments: credit below zero", account_credit.credit_below_zero)
    register_notification_kind(notifications.NOTIFICATION, "Credits", "coins")
    register_notification_kind(notifications.REMINDER, "Credits that expire", "clock", is_reminder=True)


def _register_invoices() -> None:
    from core.outbox import register_channel
    from core.registry import register_integrity, register_notification_kind
    from payments.invoices import following, integrity, notifications

    register_integrity("invoices: numbers", integrity.missing_numbers)
    register_integrity("invoices: sums", integrity.sums_that_differ)
    register_integrity("invoices: waiting", integrity.payments_that_wait)
    register_channel(following.CHANNEL, following.deliver)
    register_notification_kind(notifications.NOTIFICATION, "Invoices", "coins")
