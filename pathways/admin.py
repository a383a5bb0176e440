from django.contrib import admin

from core.admin import AuditedAdmin
from pathways.models import Pathway


@admin.register(Pathway)
class PathwayAdmin(AuditedAdmin):
    list_display = ["name", "tagline", "look", "order", "is_active"]
    list_editable = ["order", "is_active"]
    prepopulated_fields = {"slug": ["name"]}
