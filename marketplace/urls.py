from django.urls import path

from marketplace import sitemaps, views

app_name = "marketplace"
urlpatterns = [
    path("", views.home, name="home"),
    path("sitemap.xml", sitemaps.whole, name="sitemap"),
    path("sitemap-<str:section>.xml", sitemaps.part, name="sitemap_section"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("builders/", views.discover, name="discover"),
    path("builders/teaching/<slug:slug>/", views.teachers, name="teachers"),
    path("builders/guiding/<slug:slug>/", views.guides, name="guides"),
    path("builders/leading/<slug:slug>/", views.leaders, name="leaders"),
    path("builders/<slug:slug>/", views.builder, name="builder"),
    path("builders/<slug:slug>/keep/", views.keep, name="keep"),
    path("me/favourites/", views.favourites, name="favourites"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/listing/", views.listing, name="listing"),
]
