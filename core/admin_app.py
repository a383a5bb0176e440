from django.contrib.admin.apps import AdminConfig


class WaymarkAdminConfig(AdminConfig):
    """Django's admin with our site in the place of its own."""

    default_site = "core.admin_site.AdminSite"
