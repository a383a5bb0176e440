from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "scheduling"
    verbose_name = "Time"

    def ready(self) -> None:
        from core.live import register_topic
        from core.post_limits import register_post_limits
        from core.registry import register_demo, register_integrity
        from scheduling import integrity, limits, personal, receivers, tasks  # noqa: F401  (some register themselves)
        from scheduling.demo import seed
        from scheduling.free_times import TOPIC

        register_demo(self.label, seed)
        register_topic(TOPIC, lambda user, key: True)
        personal.register()
        register_post_limits(limits.POSTS)
        register_integrity("time: overlaps", integrity.overlaps)
        register_integrity("time: oversold", integrity.oversold)
        register_integrity("time: orphans", integrity.orphans)
        register_integrity("time: old holds", integrity.old_holds)
