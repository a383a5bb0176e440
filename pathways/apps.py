from django.apps import AppConfig


class PathwaysConfig(AppConfig):
    name = "pathways"
    verbose_name = "Pathways"

    def ready(self) -> None:
        from accounts.roles import Role, on_loss
        from core.post_limits import register_post_limits
        from core.registry import register_beginning, register_demo, register_integrity, register_news_kind
        from pathways import integrity, limits, personal
        from pathways.demo import seed
        from pathways.enrolments import builder_left
        from pathways.queries import beginning

        register_demo(self.label, seed)
        register_beginning(beginning)
        personal.register()
        register_post_limits(limits.POSTS)
        register_news_kind("pathway", "Pathways", "path")
        register_news_kind("badge", "Badges", "star")
        on_loss(Role.BUILDER, builder_left)
        register_integrity("pathways: the graph", integrity.graph_)
        register_integrity("pathways: completed", integrity.completed)
