from django.urls import path

from insights import views

app_name = "insights"
urlpatterns = [
    path("dashboard/insights/", views.insights, name="insights"),
    path("dashboard/insights/<slug:name>.csv", views.table, name="table"),
    path("operations/insights/", views.platform, name="platform"),
    path("operations/insights/<slug:name>.csv", views.platform_table, name="platform_table"),
]
