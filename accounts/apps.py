from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        from accounts import receivers, tasks  # noqa: F401  (importing them registers them)
        from accounts.addresses import dead
        from accounts.demo import seed
        from accounts.frame_counts import register_frame_annotations
        from accounts.members import registration as member_data
        from accounts.notifications import TOPIC, may_subscribe
        from accounts.personal_data import exports
        from accounts.personal_data import registration as personal_data
        from accounts.refusals import AccountRefusal
        from accounts.roles import Role
        from accounts.sign_in import limits
        from accounts.terms import registration as terms
        from accounts.tokens.services import bearer_of
        from accounts.waiting import APPLICATIONS, DUPLICATES
        from core import navigation
        from core.bearers import register_bearers
        from core.errors import register_refusals
        from core.live import register_topic
        from core.mail_log.kinds import register_mail_kind
        from core.navigation import Item, Menu, without_role
        from core.outbox import register_channel
        from core.post_limits import register_post_limits
        from core.redaction import register_key_paths
        from core.registry import register_demo, register_notification_kind
        from core.waiting import register_waiting

        terms.register()
        register_key_paths(
            "account/email/confirm", "account/confirm-email", "account/password/reset/key", "account/data/export"
        )
        register_demo(self.label, seed)
        register_refusals(AccountRefusal)
        navigation.register(Menu.OPERATIONS, Item("Admin", "admin:index", position=100))
        navigation.register(
            Menu.ACCOUNT,
            Item("Your account", "accounts:settings", position=20),
            Item("Become a builder", "accounts:apply", position=50, who=without_role(Role.BUILDER)),
        )
        navigation.register(
            Menu.FOOTER, Item("Become a builder", "accounts:apply", position=30, who=without_role(Role.BUILDER))
        )
        register_bearers(bearer_of)
        register_topic(TOPIC, may_subscribe)
        register_notification_kind("welcome", "Welcome", "info")
        register_notification_kind("role", "Roles", "user")
        register_notification_kind("application", "Applications", "user")
        register_notification_kind("account", "Account", "info")
        register_frame_annotations(dead.frame_annotations)
        register_mail_kind("account/email/password_reset_key", "New password")
        register_mail_kind("account/email/unknown_account", "New password, without an account")
        register_mail_kind("account/email/account_already_exists", "Joining again with the same address")
        register_mail_kind("sign-up", "Confirming an address to join")
        register_mail_kind("address change", "Confirming a new address")
        register_channel(exports.CHANNEL, exports.deliver)
        personal_data.register()
        member_data.register()
        register_post_limits(limits.POSTS)
        register_waiting(APPLICATIONS, DUPLICATES)
