from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = "Payments"

    def ready(self) -> None:
        from core.registry import register_integrity
        from payments import integrity, personal

        personal.register()
        register_integrity("ledger: unbalanced", integrity.unbalanced_entries)
        register_integrity("ledger: closings", integrity.wrong_closings)
