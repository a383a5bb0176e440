from django.contrib import admin

from core.admin import ReadOnlyAdmin
from insights.models import DailyFigure, DailyFigureRun


@admin.register(DailyFigure)
class DailyFigureAdmin(ReadOnlyAdmin):
    list_display = ["day", "pathway", "name", "key", "amount"]
    list_filter = ["name"]
    list_select_related = ["pathway"]


@admin.register(DailyFigureRun)
class DailyFigureRunAdmin(ReadOnlyAdmin):
    list_display = ["until", "finished_at"]
