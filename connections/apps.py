from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "connections"
    verbose_name = "Connections"

    def ready(self) -> None:
        from connections import limits, personal
        from connections.flags import CALENDARS
        from connections.google.service import SERVICE as GOOGLE
        from connections.microsoft.service import SERVICE as MICROSOFT
        from connections.oauth.registry import register_service
        from connections.oauth.services import NOTIFICATION
        from core.flags import register_flag
        from core.post_limits import register_post_limits
        from core.registry import register_notification_kind

        register_flag(CALENDARS, setting="USE_CALENDARS")
        register_service(GOOGLE)
        register_service(MICROSOFT)
        personal.register()
        register_post_limits(limits.POSTS)
        register_notification_kind(NOTIFICATION, "Connected accounts", "key")
