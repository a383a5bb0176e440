from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "connections"
    verbose_name = "Connections"

    def ready(self) -> None:
        from connections import limits, personal
        from connections.oauth.services import NOTIFICATION
        from core.post_limits import register_post_limits
        from core.registry import register_notification_kind

        personal.register()
        register_post_limits(limits.POSTS)
        register_notification_kind(NOTIFICATION, "Connected accounts", "key")
