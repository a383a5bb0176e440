from django.contrib import admin

from pathways.models import Pathway


@admin.register(Pathway)
class PathwayAdmin(admin.ModelAdmin[Pathway]):
    list_display = ["name", "tagline", "look", "order", "is_active"]
    list_editable = ["order", "is_active"]
    prepopulated_fields = {"slug": ["name"]}
