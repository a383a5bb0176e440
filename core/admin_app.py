from django.contrib.admin.apps import AdminConfig


class WaymarkAdminConfig(AdminConfig):
    """Django's admin with our own `AdminSite` as the default site."""

    default_site = "core.admin_site.AdminSite"
