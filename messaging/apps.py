from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = "Messages"

    def ready(self) -> None:
        from accounts.frame_counts import register_frame_annotations
        from core import navigation
        from core.demo_mail import register_receiver
        from core.errors import register_refusals
        from core.flags import register_flag
        from core.live import register_topic
        from core.mail_log.kinds import register_mail_kind
        from core.navigation import Item, Menu, has_account
        from core.outbox import register_channel
        from core.post_limits import register_post_limits
        from core.registry import register_integrity, register_notification_kind
        from core.waiting import register_waiting
        from core.webhooks import register_source
        from messaging import frame, integrity, limits, live, notifications, personal, tasks  # noqa: F401  (tasks register themselves)
        from messaging.flags import MESSAGING
        from messaging.mail_answers import webhook
        from messaging.mail_answers.services import take_in
        from messaging.refusals import MessageRefusal
        from messaging.waiting import REPORTS

        personal.register()
        register_waiting(REPORTS)
        register_refusals(MessageRefusal)
        register_flag(
            MESSAGING,
            setting="USE_MESSAGING",
            about="Shows messages between clients and builders, and takes new questions.",
        )
        register_frame_annotations(frame.frame_annotations)
        register_topic(live.CONVERSATION, live.may_read_conversation)
        register_topic(live.GUEST, live.may_read_as_guest)
        register_topic(live.INBOX, live.may_read_inbox)
        register_notification_kind(notifications.KIND, "Messages", "chat")
        register_channel(notifications.CHANNEL, notifications.deliver)
        register_mail_kind("unread", "Unread messages", is_private=True)
        register_source(webhook.SOURCE)
        register_receiver(take_in)
        register_post_limits(limits.POSTS)
        register_integrity("messages: numbers", integrity.wrong_numbers)
        navigation.register(
            Menu.SIDE,
            Item(
                "Messages",
                "messaging:inbox",
                position=10,
                who=has_account,
                shown=frame.is_shown,
                icon="chat",
                count=frame.unread_of,
                topic=live.INBOX,
                refresh="messaging:count",
            ),
        )
