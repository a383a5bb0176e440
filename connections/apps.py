from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "connections"
    verbose_name = "Connections"

    def ready(self) -> None:
        from accounts.roles import Role
        from connections import checks, limits, personal  # noqa: F401  (checks register themselves)
        from connections.demo import seed
        from connections.flags import CALENDARS
        from connections.google.service import SERVICE as GOOGLE
        from connections.microsoft.service import SERVICE as MICROSOFT
        from connections.oauth import revoking
        from connections.oauth.registry import register_service
        from connections.oauth.services import NOTIFICATION
        from connections.outgoing import receivers, sending  # noqa: F401  (receivers register themselves)
        from connections.waiting import ACCOUNTS, ENDPOINTS
        from connections.waiting import CALENDARS as UNREAD_CALENDARS
        from connections.zoom import services as zoom
        from connections.zoom import webhooks as zoom_webhooks
        from connections.zoom.configuration import FLAG as ZOOM
        from core import navigation, outbox
        from core.flags import register_flag
        from core.navigation import Item, Menu, with_role
        from core.post_limits import register_post_limits
        from core.registry import register_demo, register_notification_kind
        from core.waiting import register_waiting
        from core.webhooks import register_source

        register_flag(
            CALENDARS,
            setting="USE_CALENDARS",
            about="Lets builders connect calendars at other services. Those that are connected are read either way.",
        )
        register_service(GOOGLE)
        register_service(MICROSOFT)
        personal.register()
        register_waiting(UNREAD_CALENDARS, ACCOUNTS, ENDPOINTS)
        register_demo(self.label, seed)
        register_post_limits(limits.POSTS)
        register_flag(
            ZOOM, setting="USE_ZOOM", about="Lets builders connect Zoom, and makes a meeting for each remote session."
        )
        register_service(zoom.SERVICE)
        register_source(zoom_webhooks.SOURCE)
        outbox.register_channel(revoking.CHANNEL, revoking.deliver)
        register_notification_kind(NOTIFICATION, "Connected accounts", "key")
        register_notification_kind(sending.NOTIFICATION, "Webhooks", "code")
        outbox.register_channel(sending.CHANNEL, sending.deliver)
        navigation.register(
            Menu.ACCOUNT, Item("Webhooks", "connections:webhooks", position=60, who=with_role(Role.ADMIN))
        )
