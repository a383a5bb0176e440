from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = "Referrals"

    def ready(self) -> None:
        from core import navigation
        from core.errors import register_refusals
        from core.navigation import Item, Menu
        from core.post_limits import register_post_limits
        from core.registry import register_demo, register_integrity, register_notification_kind, register_referral_hooks
        from core.waiting import register_waiting
        from referrals import integrity, limits, personal, receivers, tasks  # noqa: F401  (some register themselves)
        from referrals.demo import seed
        from referrals.hooks import HOOKS
        from referrals.notifications import NOTIFICATION
        from referrals.refusals import ReferralRefusal
        from referrals.waiting import REFERRALS

        register_referral_hooks(HOOKS)
        register_refusals(ReferralRefusal)
        personal.register()
        register_post_limits(limits.POSTS)
        register_waiting(REFERRALS)
        register_notification_kind(NOTIFICATION, "Invitations", "people")
        register_integrity("referrals: rewards", integrity.rewards_that_differ)
        register_demo(self.label, seed)
        navigation.register(Menu.ACCOUNT, Item("Invite friends", "referrals:own", position=60))
        navigation.register(Menu.OPERATIONS, Item("Referrals", "referrals:referrals", position=85))
