from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = "Payments"

    def ready(self) -> None:
        from core.registry import register_integrity
        from core.webhooks import register_source
        from payments import integrity, personal
        from payments.stripe import differences, webhooks

        personal.register()
        register_integrity("ledger: unbalanced", integrity.unbalanced_entries)
        register_integrity("ledger: closings", integrity.wrong_closings)
        register_integrity("stripe: ledger", differences.differences)
        register_source(webhooks.source())
