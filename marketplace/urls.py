from django.urls import path

from marketplace import views

app_name = "marketplace"
urlpatterns = [
    path("", views.home, name="home"),
    path("builders/", views.discover, name="discover"),
    path("builders/teaching/<slug:slug>/", views.teachers, name="teachers"),
    path("builders/guiding/<slug:slug>/", views.guides, name="guides"),
    path("builders/leading/<slug:slug>/", views.leaders, name="leaders"),
    path("builders/<slug:slug>/", views.builder, name="builder"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/listing/", views.listing, name="listing"),
]
