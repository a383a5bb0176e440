from django.apps import AppConfig


class CoachingConfig(AppConfig):
    name = "coaching"
    verbose_name = "Offers"

    def ready(self) -> None:
        from coaching import limits, personal, receivers  # noqa: F401  (importing receivers connects them)
        from coaching.demo import seed
        from coaching.flags import MEETINGS
        from core import navigation
        from core.flags import register_flag
        from core.navigation import Item, Menu
        from core.policies.maintenance import register_goes_on
        from core.post_limits import register_post_limits
        from core.registry import register_demo

        register_demo(self.label, seed)
        register_flag(
            MEETINGS,
            setting="USE_MEETINGS",
            about="Lets builders set links for remote sessions, and come to the place of a client.",
        )
        navigation.register(
            Menu.DASHBOARD,
            Item("Offers", "coaching:offers", position=40),
        )
        personal.register()
        _register_packages()
        register_post_limits(limits.POSTS)
        register_goes_on("coaching:purchase")  # a payment that has begun


def _register_packages() -> None:
    from coaching.packages import checkout, invoicing, queries, receivers, services  # noqa: F401  (receivers register themselves)
    from coaching.packages.refusals import PackageRefusal
    from coaching.queries import currency_of
    from core.errors import register_refusals
    from core.outbox import register_channel
    from payments.invoices.subjects import register_sold_subject
    from payments.lookups import register_lookup
    from payments.plans.currency import register_currency
    from payments.refunds import register_own_refund
    from payments.stripe.listeners import on_payment
    from payments.subjects import register_payment_subject

    register_refusals(PackageRefusal)
    register_channel(checkout.CHANNEL, checkout.deliver)
    on_payment(checkout.follow)
    register_lookup(services.KIND, queries.LOOKUP)
    register_own_refund(services.KIND, services.refund_payment)
    register_sold_subject(services.KIND, invoicing.sold)
    register_payment_subject(services.KIND, queries.shown_purchases)
    register_currency(currency_of)
